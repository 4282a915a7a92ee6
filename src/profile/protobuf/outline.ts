import { StringTable } from './string-table.ts'
import { BYTES, type Wire } from './wire.ts'

/** The repeated messages of message Profile in profile.proto. */
export const SAMPLE_TYPE = 1
export const SAMPLE = 2
export const MAPPING = 3
export const LOCATION = 4
export const FUNCTION = 5
export const STRING_TABLE = 6
const LAST_FIELD = 14

/** More than any real profile holds, less than would exhaust memory. */
const MOST_SAMPLES = 8_000_000
const MOST_OTHERS = 3_000_000
/** Fields beside the repeated messages: a dozen and some comments. */
const MOST_SINGLES = 100_000

/** Known after one look at the top level. */
export interface Outline {
  readonly samples: number
  readonly mappings: number
  readonly locations: number
  readonly functions: number
  readonly sampleTypes: number
  readonly strings: StringTable
  /** Where the first message of each field begins and the last one ends: most fields stand together. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** Where the tags of all other fields of message Profile stand, in order. */
  readonly singles: readonly number[]
}

/** The first look: walks the top level to its end, so that a truncated file is refused before anything else. */
export function readOutline(wire: Wire): Outline {
  const end = wire.bytes.length
  const counts = new Int32Array(16)
  const from = new Int32Array(16)
  const to = new Int32Array(16)
  let starts = new Int32Array(1024)
  let ends = new Int32Array(1024)
  const singles: number[] = []
  while (wire.pos < end) {
    const at = wire.pos
    wire.tag(end)
    const field = wire.field > 0 && wire.field < 16 ? wire.field : 0
    const index = counts[field]!++
    if (index === 0) from[field] = at
    if (field !== STRING_TABLE) {
      if (field === SAMPLE_TYPE || (field > STRING_TABLE && field <= LAST_FIELD)) {
        if (singles.push(at) > MOST_SINGLES) wire.fail(`expected at most ${MOST_SINGLES} fields of the header`, at)
      }
      wire.skip(end)
      to[field] = wire.pos
      continue
    }
    wire.expect(BYTES, 'a string')
    const stop = wire.span(end)
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
    const most = field === SAMPLE ? MOST_SAMPLES : MOST_OTHERS
    if (counts[field]! > most) wire.fail(`expected at most ${most} messages of field ${field}`, 0)
  }
  if (count === 0 || starts[0] !== ends[0]) wire.fail("expected a string table that begins with ''", starts[0] ?? 0)
  return {
    samples: counts[SAMPLE]!,
    mappings: counts[MAPPING]!,
    locations: counts[LOCATION]!,
    functions: counts[FUNCTION]!,
    sampleTypes: counts[SAMPLE_TYPE]!,
    strings: new StringTable({ bytes: wire.bytes, start: starts.subarray(0, count), end: ends.subarray(0, count) }),
    from,
    to,
    singles,
  }
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2)
  larger.set(column)
  return larger
}

/**
 * The messages of a field at the top level: every call steps to the next one, sets `wire.pos` to its start and returns
 * its end; -1 when there is none any more.
 */
export function messages(wire: Wire, outline: Outline, field: number, what: string): () => number {
  const last = outline.to[field]!
  wire.pos = outline.from[field]!
  return () => {
    while (wire.pos < last) {
      wire.tag(last)
      if (wire.field === field) {
        wire.expect(BYTES, what)
        return wire.span(last)
      }
      wire.skip(last)
    }
    return -1
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
