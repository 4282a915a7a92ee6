import { StringTable } from './string-table.ts'
import { BYTES, type Wire } from './wire.ts'

/** The repeated messages of message Profile in profile.proto. */
export const SAMPLE_TYPE = 1
export const SAMPLE = 2
export const MAPPING = 3
export const LOCATION = 4
export const FUNCTION = 5
export const STRING_TABLE = 6

/** More than any real profile holds, less than would exhaust memory. */
const MAX_MESSAGES = 20_000_000

/** How many messages of each repeated field there are; the string table. Known after one look at the top level. */
export interface Outline {
  readonly samples: number
  readonly mappings: number
  readonly locations: number
  readonly functions: number
  readonly sampleTypes: number
  readonly strings: StringTable
}

/** The first look: walks the top level to its end, so that a truncated file is refused before anything else. */
export function readOutline(wire: Wire): Outline {
  const end = wire.bytes.length
  const counts = new Int32Array(16)
  let starts = new Int32Array(1024)
  let ends = new Int32Array(1024)
  while (wire.pos < end) {
    wire.tag(end)
    const field = wire.field
    if (field > 0 && field < 16) counts[field]!++
    if (field !== STRING_TABLE) {
      wire.skip(end)
      continue
    }
    wire.expect(BYTES, 'a string')
    const stop = wire.span(end)
    const index = counts[STRING_TABLE]! - 1
    if (index === starts.length) {
      starts = grown(starts)
      ends = grown(ends)
    }
    starts[index] = wire.pos
    ends[index] = stop
    wire.pos = stop
  }
  const count = counts[STRING_TABLE]!
  for (const field of [SAMPLE, LOCATION, FUNCTION, MAPPING, STRING_TABLE]) {
    if (counts[field]! > MAX_MESSAGES) wire.fail(`expected at most ${MAX_MESSAGES} messages of field ${field}`, 0)
  }
  if (count === 0 || starts[0] !== ends[0]) wire.fail("expected a string table that begins with ''", starts[0] ?? 0)
  return {
    samples: counts[SAMPLE]!,
    mappings: counts[MAPPING]!,
    locations: counts[LOCATION]!,
    functions: counts[FUNCTION]!,
    sampleTypes: counts[SAMPLE_TYPE]!,
    strings: new StringTable(wire.bytes, starts.subarray(0, count), ends.subarray(0, count)),
  }
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2)
  larger.set(column)
  return larger
}

/** Walks the top level: `visit` is called with the range of each message of the given field. */
export function eachMessage(
  wire: Wire,
  field: number,
  what: string,
  visit: (start: number, end: number) => void,
): void {
  const end = wire.bytes.length
  wire.pos = 0
  while (wire.pos < end) {
    wire.tag(end)
    if (wire.field !== field) {
      wire.skip(end)
      continue
    }
    wire.expect(BYTES, what)
    const stop = wire.span(end)
    visit(wire.pos, stop)
    wire.pos = stop
  }
}

/** The string's index, refused when the table has no such entry. */
export function stringIndex(wire: Wire, end: number, strings: StringTable): number {
  const at = wire.pos
  const index = wire.varint(end)
  if (wire.high !== 0 || index >= strings.count) {
    wire.fail(`expected a string index below ${strings.count}, found ${wire.high === 0 ? index : 'a larger one'}`, at)
  }
  return index
}
