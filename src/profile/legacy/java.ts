import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { LegacyLines, unsample } from './lines.ts'

const SAMPLE = /^(\d{1,30}) +(\d{1,30}) +@ +([ x0-9a-f]*)/
const LOCATION = /^0x([0-9a-fA-F]{1,16})\s+(\S.*)$/
/** What the Java agent samples by, bytes. */
const RATE = 524_288

/** Heap and contention profiles of Java services: `--- heapz 1 ---` with `format = java`. They name their frames. */
export function parseLegacyJava(source: string, bytes: Uint8Array): Profile {
  const lines = new LegacyLines(source, bytes)
  const kind = lines.line === '--- heapz 1 ---' ? 'heap' : lines.line === '--- contentionz 1 ---' ? 'contention' : ''
  if (kind === '') throw lines.expected('"--- heapz 1 ---" or "--- contentionz 1 ---"')
  const builder = new LegacyBuilder(source)
  builder.periodType = { type: '', unit: '' }
  readAttributes(lines, kind, builder)
  for (; lines.line !== undefined; lines.next()) {
    if (lines.line === '') continue
    const sample = SAMPLE.exec(lines.line)
    if (sample === null) break
    readSample(lines, sample, kind, builder)
  }
  if (builder.samples > 0 && builder.sampleTypes.length === 0) throw lines.expected('an attribute "resolution" before')
  readJavaLocations(lines, builder)
  return builder.finish()
}

function readAttributes(lines: LegacyLines, kind: 'heap' | 'contention', builder: LegacyBuilder): void {
  for (lines.next(); lines.line !== undefined; lines.next()) {
    if (lines.line === '') continue
    const equals = lines.line.indexOf('=')
    if (equals === -1) return
    const [name, value] = [lines.line.slice(0, equals).trim(), lines.line.slice(equals + 1).trim()]
    if (name === 'format' && value === 'java') continue
    if (name === 'resolution') {
      builder.sampleTypes =
        kind === 'heap'
          ? [
              { type: 'inuse_objects', unit: 'count' },
              { type: 'inuse_space', unit: value },
            ]
          : [
              { type: 'contentions', unit: 'count' },
              { type: 'delay', unit: value },
            ]
    } else if (kind === 'contention' && name === 'sampling period') {
      builder.periodType = { type: 'contentions', unit: 'count' }
      builder.period = lines.integer(value)
    } else if (kind === 'contention' && name === 'ms since reset') {
      builder.durationNanos = BigInt(lines.integer(value)) * 1_000_000n
    } else throw lines.expected(`an attribute of a Java ${kind} profile`)
  }
}

/** Unlike everywhere else the size comes first. */
function readSample(lines: LegacyLines, sample: RegExpExecArray, kind: string, builder: LegacyBuilder): void {
  const [count, size] = [lines.integer(sample[2]!), lines.integer(sample[1]!)]
  const addresses = lines.addresses(sample[3]!)
  if (kind === 'contention') {
    const period = builder.period === 0 ? 1 : builder.period
    builder.add(addresses, [count * period, size * period])
    return
  }
  if (count === 0) throw lines.expected('a second value that is not zero')
  builder.add(addresses, unsample(count, size, RATE), Math.trunc(size / count))
}

/** Lines such as `0x0000002b com.example.Cache.put (Cache.java:12)`; whatever else is there is passed over. */
export function readJavaLocations(lines: LegacyLines, builder: LegacyBuilder): void {
  for (; lines.line !== undefined; lines.next()) {
    const [, address, text] = LOCATION.exec(lines.line) ?? []
    if (address === undefined || text === undefined) continue
    const { name, file, line } = placeOf(text)
    builder.name(BigInt(`0x${address}`), name, file, line)
  }
}

function placeOf(text: string): { name: string; file: string; line: number } {
  const open = text.lastIndexOf(' (')
  if (open > 0 && text.endsWith(')')) {
    const inside = text.slice(open + 2, -1)
    const colon = inside.lastIndexOf(':')
    const name = text.slice(0, open).trimEnd()
    if (colon > 0 && /^-?\d+$/.test(inside.slice(colon + 1))) {
      const line = Number(inside.slice(colon + 1))
      return { name, file: inside.slice(0, colon), line: line > 0 && Number.isSafeInteger(line) ? line : 0 }
    }
    // A shared library, of which the last part of the path is enough.
    return { name, file: inside.slice(inside.lastIndexOf('/') + 1), line: 0 }
  }
  return { name: text.includes('generated stub/JIT') ? 'STUB' : text, file: '', line: 0 }
}
