import type { SampleColumns } from './decoded.ts'
import type { Ids } from './ids.ts'
import { LABEL } from './labels.ts'
import { messages, type Outline, SAMPLE, stringIndex } from './outline.ts'
import type { StringTable } from './string-table.ts'
import { BYTES, VARINT, type Wire } from './wire.ts'

const LOCATION_ID = 1
const VALUE = 2

/** Sum of absolute values up to which every partial sum is exact in a double. */
const EXACT = 2 ** 53
/** Locations of all stacks together, and frames when the inlined calls of locations are spelled out. */
const MOST_FRAMES = 2 ** 26

interface DecodedSamples {
  readonly columns: SampleColumns
  readonly exact: boolean
}

export function decodeSamples(wire: Wire, outline: Outline, locationIds: Ids, lineStart: Int32Array): DecodedSamples {
  const { samples: count, sampleTypes: types, strings } = outline
  // A value takes a byte at least: more cannot be there, and must not be made room for.
  if (count * types > wire.bytes.length) wire.fail(`expected ${count} samples of ${types} values, they do not fit`, 0)
  const start = new Int32Array(count)
  const end = new Int32Array(count)
  const locationStart = new Int32Array(count + 1)
  const value = new Float64Array(count * types)
  const blockSize = new Float64Array(count)
  const bytesKey = strings.indexOf('bytes')
  // An id takes a byte at least. Room that is not written to costs nothing, growing would.
  const column = new Int32Array(Math.min(outline.to[SAMPLE]! - outline.from[SAMPLE]!, MOST_FRAMES))
  let used = 0
  let deepest = 0
  const next = messages(wire, outline, SAMPLE, 'a sample')
  let sample = 0
  for (let to = next(); to !== -1; to = next()) {
    const from = wire.pos
    start[sample] = from
    end[sample] = to
    const first = sample * types
    let values = 0
    while (wire.pos < to) {
      wire.tag(to)
      if (wire.field === LOCATION_ID) used = readLocations(wire, to, locationIds, column, used)
      else if (wire.field === VALUE) values = readValues(wire, to, value, first, values, types)
      else if (wire.field === LABEL) readBlockSize(wire, to, strings, bytesKey, blockSize, sample)
      else wire.skip(to)
    }
    if (values !== types) wire.fail(`expected ${types} values in a sample, found ${values}`, from)
    if (used > MOST_FRAMES) wire.fail(`expected at most ${MOST_FRAMES} locations in all stacks`, from)
    deepest = Math.max(deepest, used - locationStart[sample]!)
    locationStart[++sample] = used
  }
  const location = column.subarray(0, used)
  const columns = { count, deepest, locationStart, location, value, blockSize, start, end }
  refuseFlood(wire, columns, lineStart)
  return { columns, exact: isSmall(wire, value) || magnitudeOf(value) <= EXACT }
}

/** So few numbers of 32 bits cannot add up to more, and need not be added up. */
function isSmall(wire: Wire, value: Float64Array): boolean {
  return !wire.wide && value.length * 2 ** 32 <= EXACT
}

function magnitudeOf(value: Float64Array): number {
  let magnitude = 0
  for (let i = 0; i < value.length; i++) magnitude += Math.abs(value[i]!)
  return magnitude
}

/** A few bytes can name a location of a thousand inlined calls a thousand times. */
function refuseFlood(wire: Wire, columns: SampleColumns, lineStart: Int32Array): void {
  const { count, location, locationStart, start } = columns
  let most = 1
  for (let l = 1; l < lineStart.length; l++) most = Math.max(most, lineStart[l]! - lineStart[l - 1]!)
  if (location.length * most <= MOST_FRAMES) return
  let frames = 0
  for (let sample = 0; sample < count; sample++) {
    for (let i = locationStart[sample]!; i < locationStart[sample + 1]!; i++) {
      frames += lineStart[location[i]! + 1]! - lineStart[location[i]!]!
    }
    if (frames > MOST_FRAMES) wire.fail(`expected at most ${MOST_FRAMES} frames in all stacks`, start[sample]!)
  }
}

/**
 * Appends ordinals to `column` and returns how many it holds. Ids of up to three bytes, nearly all there are, are
 * read right here: this loop is half of what decoding costs.
 */
function readLocations(wire: Wire, outer: number, ids: Ids, column: Int32Array, used: number): number {
  if (wire.type !== BYTES) {
    wire.expect(VARINT, 'location ids')
    column[used] = anyLocation(wire, outer, ids)
    return used + 1
  }
  const end = wire.span(outer)
  const { bytes } = wire
  const { table } = ids
  let pos = wire.pos
  while (pos < end) {
    let id = bytes[pos]!
    let next = pos + 1
    if (id >= 0x80) {
      const second = next < end ? bytes[next++]! : 0x80
      id = (id & 0x7f) | ((second & 0x7f) << 7)
      if (second >= 0x80) {
        const third = next < end ? bytes[next++]! : 0x80
        id = third < 0x80 ? id | (third << 14) : -1
      }
    }
    const ordinal = id >= 0 && id < table.length ? table[id]! : -1
    if (ordinal === -1) {
      wire.pos = pos
      column[used++] = anyLocation(wire, end, ids)
      pos = wire.pos
    } else {
      column[used++] = ordinal
      pos = next
    }
  }
  wire.pos = end
  return used
}

function anyLocation(wire: Wire, end: number, ids: Ids): number {
  const at = wire.pos
  const low = wire.varint(end)
  const ordinal = ids.ordinal(low, wire.high)
  if (ordinal === -1) {
    wire.fail(`expected the id of a location, found ${wire.high === 0 ? low : 'one'} which is not there`, at)
  }
  return ordinal
}

function readValues(
  wire: Wire,
  outer: number,
  column: Float64Array,
  first: number,
  seen: number,
  types: number,
): number {
  if (wire.type !== BYTES) {
    wire.expect(VARINT, 'sample values')
    const value = wire.int64(outer)
    if (seen < types) column[first + seen] = value
    return seen + 1
  }
  const end = wire.span(outer)
  const { bytes } = wire
  while (wire.pos < end) {
    const byte = bytes[wire.pos]!
    // Of most blocks nothing is in use any more.
    if (byte < 0x80) wire.pos++
    const value = byte < 0x80 ? byte : wire.int64(end)
    if (seen < types) column[first + seen] = value
    seen++
  }
  return seen
}

/** Checks a label and keeps the one that matters for every sample: `bytes`, the size class of a heap block. */
function readBlockSize(
  wire: Wire,
  outer: number,
  strings: StringTable,
  bytesKey: number,
  blockSize: Float64Array,
  sample: number,
): void {
  wire.expect(BYTES, 'a label')
  const end = wire.span(outer)
  let key = 0
  let number = 0
  while (wire.pos < end) {
    wire.tag(end)
    const field = wire.field
    if (field === 1 || field === 2 || field === 4) {
      wire.expect(VARINT, 'a string index')
      const index = stringIndex(wire, end, strings)
      if (field === 1) key = index
    } else if (field === 3) {
      wire.expect(VARINT, 'a number')
      number = wire.int64(end)
    } else wire.skip(end)
  }
  if (key === bytesKey && number > 0) blockSize[sample] = number
}
