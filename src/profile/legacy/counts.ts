import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { callOf, isComment, LegacyLines } from './lines.ts'

const HEADER = /^(\S+) profile: total \d+$/
const RECORD = /^(\d{1,30}) @((?: 0x[0-9a-f]+)+)$/

/** Go's debug=1 text of any profile that counts, e.g. `threadcreate profile: total 7`: stacks of bare addresses. */
export function parseLegacyCounts(source: string, bytes: Uint8Array): Profile {
  const lines = new LegacyLines(source, bytes)
  lines.skipComments()
  const type = HEADER.exec(lines.line ?? '')?.[1]
  if (type === undefined) throw lines.expected('"NAME profile: total N"')
  const builder = new LegacyBuilder(source)
  builder.sampleTypes = [{ type, unit: 'count' }]
  builder.periodType = { type, unit: 'count' }
  builder.period = 1
  for (let line = lines.next(); line !== undefined && !line.startsWith('---'); line = lines.next()) {
    if (isComment(line)) continue
    const [, count, stack] = RECORD.exec(line) ?? []
    if (stack === undefined) throw lines.expected('a record, "count @ 0x…"')
    builder.add(lines.addresses(stack).map(callOf), [lines.integer(count!)])
  }
  lines.readMemoryMap(builder)
  return builder.finish()
}
