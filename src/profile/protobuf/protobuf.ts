import type { Profile, SampleType } from '../profile.ts'
import { type Decoded, profileOf } from './decoded.ts'
import { type Outline, readOutline, SAMPLE_TYPE, stringIndex } from './outline.ts'
import { decodeSamples } from './samples.ts'
import type { StringTable } from './string-table.ts'
import { decodeFunctions, decodeLocations, decodeMappings } from './symbols.ts'
import { BYTES, VARINT, Wire } from './wire.ts'

/** Single fields of message Profile in profile.proto. */
const DROP_FRAMES = 7
const KEEP_FRAMES = 8
const TIME_NANOS = 9
const DURATION_NANOS = 10
const PERIOD_TYPE = 11
const PERIOD = 12
const COMMENT = 13
const DEFAULT_SAMPLE_TYPE = 14

/**
 * Decodes an uncompressed profile.proto message as strictly as Go's own parser: whatever that refuses is refused,
 * with the byte offset. Unknown fields are stepped over.
 *
 * Two passes: the string table comes last in Go's profiles, yet is needed to know the labels; and counts known
 * beforehand make every column exactly as long as it must be.
 */
export function decodeProfile(source: string, bytes: Uint8Array): Profile {
  return profileOf(decodeColumns(source, bytes))
}

/** The same, before words are put to it. */
export function decodeColumns(source: string, bytes: Uint8Array): Decoded {
  const wire = new Wire(source, bytes)
  if (bytes.length === 0) wire.fail('expected a profile, the input is empty')
  const outline = readOutline(wire)
  const header = readHeader(wire, outline)
  const mappings = decodeMappings(wire, outline)
  const functions = decodeFunctions(wire, outline)
  const locations = decodeLocations(wire, outline, mappings.ids, functions.ids)
  const samples = decodeSamples(wire, outline, locations.ids, locations.columns.lineStart)
  if (outline.samples > 0 && outline.sampleTypes === 0) wire.fail('expected sample types, the profile declares none', 0)
  return {
    ...header,
    source,
    mappings: mappings.list,
    functions: functions.columns,
    locations: locations.columns,
    samples: samples.columns,
    exact: samples.exact,
    strings: outline.strings.columns,
  }
}

type Header = Omit<Decoded, 'source' | 'mappings' | 'functions' | 'locations' | 'samples' | 'exact' | 'strings'>

function readHeader(wire: Wire, outline: Outline): Header {
  const { strings, singles } = outline
  const sampleTypes: SampleType[] = []
  let periodType: SampleType | undefined
  let period = 0
  let timeNanos = 0n
  let durationNanos = 0n
  let dropFrames = ''
  let keepFrames = ''
  let defaultType = ''
  const comments: string[] = []
  const end = wire.bytes.length
  const text = (what: string): string => {
    wire.expect(VARINT, what)
    return strings.get(stringIndex(wire, end, strings))
  }
  const number = (what: string): bigint => {
    wire.expect(VARINT, what)
    return wire.bigInt64(end)
  }
  for (const at of singles) {
    wire.pos = at
    wire.tag(end)
    switch (wire.field) {
      case SAMPLE_TYPE:
        sampleTypes.push(readValueType(wire, end, strings))
        break
      case PERIOD_TYPE:
        periodType = readValueType(wire, end, strings)
        break
      case PERIOD:
        period = Number(number('period'))
        break
      case TIME_NANOS:
        if (timeNanos !== 0n) wire.fail('expected one time_nanos: these are several profiles, one after the other', at)
        timeNanos = number('time_nanos')
        break
      case DURATION_NANOS:
        durationNanos = number('duration_nanos')
        break
      case DROP_FRAMES:
        dropFrames = text('drop_frames')
        break
      case KEEP_FRAMES:
        keepFrames = text('keep_frames')
        break
      case DEFAULT_SAMPLE_TYPE:
        defaultType = text('default_sample_type')
        break
      case COMMENT:
        readIndexes(wire, end, strings, 'comment', (index) => comments.push(strings.get(index)))
        break
    }
  }
  const named = defaultType === '' ? -1 : sampleTypes.findIndex((type) => type.type === defaultType)
  return {
    sampleTypes,
    defaultSampleType: named === -1 ? Math.max(0, sampleTypes.length - 1) : named,
    namesDefaultSampleType: named !== -1,
    periodType,
    period,
    timeNanos,
    durationNanos,
    comments,
    dropFrames,
    keepFrames,
  }
}

function readIndexes(wire: Wire, end: number, strings: StringTable, what: string, add: (index: number) => void): void {
  if (wire.type === BYTES) {
    const stop = wire.span(end)
    while (wire.pos < stop) add(stringIndex(wire, stop, strings))
    return
  }
  wire.expect(VARINT, what)
  add(stringIndex(wire, end, strings))
}

function readValueType(wire: Wire, outer: number, strings: StringTable): SampleType {
  wire.expect(BYTES, 'a ValueType')
  const end = wire.span(outer)
  let type = ''
  let unit = ''
  while (wire.pos < end) {
    wire.tag(end)
    if (wire.field === 1 || wire.field === 2) {
      wire.expect(VARINT, 'a string index')
      const text = strings.get(stringIndex(wire, end, strings))
      if (wire.field === 1) type = text
      else unit = text
    } else wire.skip(end)
  }
  return { type, unit }
}
