import type { Ids } from './ids.ts'
import { eachMessage, type Outline, SAMPLE, stringIndex } from './outline.ts'
import type { Label, Samples } from './profile.ts'
import type { StringTable } from './string-table.ts'
import { BYTES, VARINT, type Wire } from './wire.ts'

const LOCATION_ID = 1
const VALUE = 2
const LABEL = 3

/** Sum of absolute values up to which every partial sum is exact in a double. */
const EXACT = 2 ** 53

interface SampleColumns {
  readonly columns: Omit<Samples, 'labels'>
  /** Range of each sample's message, for its labels. */
  readonly start: Int32Array
  readonly end: Int32Array
  readonly exact: boolean
}

/** Grown at the end of a sample at the latest, so that the hot loop appends without asking. */
interface Growing {
  location: Int32Array<ArrayBuffer>
  used: number
}

export function decodeSamples(wire: Wire, outline: Outline, locationIds: Ids): SampleColumns {
  const { samples: count, sampleTypes: types, strings } = outline
  const start = new Int32Array(count)
  const end = new Int32Array(count)
  const locationStart = new Int32Array(count + 1)
  const value = new Float64Array(count * types)
  const blockSize = new Float64Array(count)
  const bytesKey = strings.indexOf('bytes')
  const growing: Growing = { location: new Int32Array(count * 16 + 64), used: 0 }
  let sample = 0
  let magnitude = 0
  eachMessage(wire, SAMPLE, 'a sample', (from, to) => {
    start[sample] = from
    end[sample] = to
    // One byte an id at least, so this is room enough for the whole message.
    const room = growing.used + (to - from)
    if (room > growing.location.length) growing.location = enlarged(growing.location, room)
    let values = 0
    const first = sample * types
    while (wire.pos < to) {
      wire.tag(to)
      if (wire.field === LOCATION_ID)
        growing.used = readLocations(wire, to, locationIds, growing.location, growing.used)
      else if (wire.field === VALUE) values = readValues(wire, to, value, first, values, types)
      else if (wire.field === LABEL) readBlockSize(wire, to, strings, bytesKey, blockSize, sample)
      else wire.skip(to)
    }
    if (values !== types) wire.fail(`expected ${types} values in a sample, found ${values}`, from)
    for (let i = first; i < first + types; i++) magnitude += Math.abs(value[i]!)
    locationStart[++sample] = growing.used
  })
  const location = growing.location.subarray(0, growing.used)
  return { columns: { count, locationStart, location, value, blockSize }, start, end, exact: magnitude <= EXACT }
}

function enlarged(column: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(room, column.length * 2))
  larger.set(column)
  return larger
}

function readLocations(wire: Wire, outer: number, ids: Ids, column: Int32Array, used: number): number {
  if (wire.type !== BYTES) {
    wire.expect(VARINT, 'location ids')
    column[used] = oneLocation(wire, outer, ids)
    return used + 1
  }
  const end = wire.span(outer)
  while (wire.pos < end) column[used++] = oneLocation(wire, end, ids)
  return used
}

function oneLocation(wire: Wire, end: number, ids: Ids): number {
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
  while (wire.pos < end) {
    const value = wire.int64(end)
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

/** All labels of one sample, from the bytes; they were checked when the samples were read. */
export function readLabels(wire: Wire, strings: StringTable, samples: SampleColumns, sample: number): Label[] {
  const end = samples.end[sample]!
  const labels: Label[] = []
  wire.pos = samples.start[sample]!
  while (wire.pos < end) {
    wire.tag(end)
    if (wire.field !== LABEL) {
      wire.skip(end)
      continue
    }
    const stop = wire.span(end)
    const label = { key: '', text: '', number: 0n, unit: '' }
    while (wire.pos < stop) {
      wire.tag(stop)
      const field: number = wire.field
      if (field === 1) label.key = strings.get(wire.varint(stop))
      else if (field === 2) label.text = strings.get(wire.varint(stop))
      else if (field === 3) label.number = wire.bigInt64(stop)
      else if (field === 4) label.unit = strings.get(wire.varint(stop))
      else wire.skip(stop)
    }
    if (label.text !== '') labels.push({ ...label, number: 0n })
    else if (label.number !== 0n || label.unit !== '') labels.push({ ...label, text: undefined })
  }
  return labels
}
