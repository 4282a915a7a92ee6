import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { callOf, isComment, LegacyLines } from './lines.ts'

const SAMPLE = /^(\d{1,30}) *(\d{1,30}) @([ x0-9a-f]*)/

/** What tells the two forms that begin `--- contentionz` apart. */
export const JAVA_ATTRIBUTE = /^(?:format|resolution)\s*=/m

/**
 * Waits for locks, of C++ services (`--- contentionz 1 ---`) and of Go's text form of its mutex and block profiles
 * (`--- mutex:`, `--- contention:`).
 */
export function parseLegacyContention(source: string, bytes: Uint8Array): Profile {
  const lines = new LegacyLines(source, bytes)
  const builder = new LegacyBuilder(source)
  builder.periodType = { type: 'contentions', unit: 'count' }
  builder.period = 1
  builder.sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ]
  const cyclesPerSecond = readAttributes(lines, builder)
  for (let line = lines.line; line !== undefined && !line.startsWith('---'); line = lines.next()) {
    if (isComment(line)) continue
    const [, delay, contentions, stack] = SAMPLE.exec(line) ?? []
    if (stack === undefined) throw lines.expected('a record, "delay count @ 0x…"')
    let [cycles, count] = [lines.integer(delay!), lines.integer(contentions!)]
    if (builder.period > 0) {
      if (cyclesPerSecond > 0) cycles = Math.trunc((cycles * builder.period) / (cyclesPerSecond / 1e9))
      count *= builder.period
    }
    builder.add(lines.addresses(stack).map(callOf), [count, cycles])
  }
  lines.readMemoryMap(builder)
  return builder.finish()
}

function readAttributes(lines: LegacyLines, builder: LegacyBuilder): number {
  let cyclesPerSecond = 0
  for (let line = lines.next(); line !== undefined && !line.startsWith('---'); line = lines.next()) {
    if (isComment(line)) continue
    const equals = line.indexOf('=')
    if (equals === -1) break
    const [key, value] = [line.slice(0, equals).trim(), line.slice(equals + 1).trim()]
    if (key === 'cycles/second') cyclesPerSecond = lines.integer(value)
    else if (key === 'sampling period') builder.period = lines.integer(value)
    else if (key === 'ms since reset') builder.durationNanos = BigInt(lines.integer(value)) * 1_000_000n
    else if (key !== 'discarded samples') throw lines.expected('an attribute of a contention profile')
  }
  return cyclesPerSecond
}
