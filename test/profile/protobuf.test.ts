import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Profile as Encoder,
  Function as EncoderFunction,
  Line,
  Location,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/errors.ts'
import { inflate } from '../../src/profile/gzip.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { decodeProfile } from '../../src/profile/protobuf/protobuf.ts'
import { concat, type Field, message, packed, varint } from './wire-writer.ts'

const HEAP = join(import.meta.dirname, '../../__fixtures__/recordings/healthy/10/heap.pb.gz')

/** Strings: 1 "samples", 2 "count", 3 "main.f", 4 "a.go", 5 "bytes", 6 "key". */
const STRINGS: Field[] = ['', 'samples', 'count', 'main.f', 'a.go', 'bytes', 'key'].map((text) => [6, text])
const TYPE: Field = [1, message([1, 1], [2, 2])]
const FUNCTION: Field = [5, message([1, 1], [2, 3], [4, 4], [5, 10])]
const LOCATION: Field = [4, message([1, 1], [4, message([1, 1], [2, 12])])]
const SAMPLE: Field = [2, message([1, packed(1)], [2, packed(5)])]

const decode = (...fields: Field[]): Profile => decodeProfile('p.pb', message(...fields))
const valid = (...samples: Field[]): Profile => decode(TYPE, ...samples, LOCATION, FUNCTION, ...STRINGS)
const firstValue = (profile: Profile): number => profile.samples.value[0]!

describe('accepts what Go accepts', () => {
  test.each<[string, () => Profile, number]>([
    ['a plain profile', () => valid(SAMPLE), 5],
    ['unpacked ids and values', () => valid([2, message([1, 1], [2, 7])]), 7],
    ['packed in two chunks', () => valid([2, message([1, packed(1)], [1, packed(1)], [2, packed(7)])]), 7],
    ['values before locations', () => valid([2, message([2, packed(7)], [1, packed(1)])]), 7],
    ['a sample without locations', () => valid([2, message([2, packed(5)])]), 5],
    ['a negative value', () => valid([2, message([1, packed(1)], [2, packed(-1)])]), -1],
    ['a value of five bytes', () => valid([2, message([1, packed(1)], [2, packed(2 ** 28)])]), 2 ** 28],
    ['the largest exact value', () => valid([2, message([1, packed(1)], [2, packed(2 ** 53)])]), 2 ** 53],
    ['the smallest int64', () => valid([2, message([1, packed(1)], [2, packed(-(2n ** 63n))])]), -(2 ** 63)],
    ['an overlong varint', () => valid([2, message([1, packed(1)], [2, Uint8Array.of(0x85, 0x80, 0)])]), 5],
    ['unknown fields', () => decode([16, 1], [1000, 'x'], TYPE, SAMPLE, LOCATION, FUNCTION, ...STRINGS), 5],
    ['strings first', () => decode(...STRINGS, FUNCTION, LOCATION, SAMPLE, TYPE), 5],
  ])('%s', (_, profile, value) => {
    expect(firstValue(profile())).toBe(value)
  })

  test('ids of 64 bits and far apart', () => {
    const far = 2n ** 63n + 7n
    const profile = decode(
      TYPE,
      [2, message([1, packed(far, 2n ** 40n)], [2, packed(5)])],
      [4, message([1, far], [4, message([1, 1], [2, 12])])],
      [4, message([1, 2n ** 40n], [4, message([1, 1], [2, 13])])],
      FUNCTION,
      ...STRINGS,
    )
    expect([...profile.samples.location]).toEqual([0, 1])
  })

  test('a mapping id that is not there becomes none', () => {
    const profile = decode(TYPE, SAMPLE, [4, message([1, 1], [2, 9])], ...STRINGS)
    expect(profile.locations.mapping[0]).toBe(-1)
  })

  test('kernel addresses keep every bit', () => {
    const profile = decode(TYPE, SAMPLE, [4, message([1, 1], [3, 0xffffffff81000001n])], ...STRINGS)
    expect(profile.locations.address[0]).toBe(0xffffffff81000001n)
  })

  test('invalid UTF-8 is replaced', () => {
    const strings = STRINGS.map((field, i): Field => (i === 3 ? [6, Uint8Array.of(0x6d, 0xff, 0x66)] : field))
    expect(decode(TYPE, SAMPLE, LOCATION, FUNCTION, ...strings).functions.name(0)).toBe('m\ufffdf')
  })

  test('inlined lines stay innermost first', () => {
    const inlined: Field = [4, message([1, 1], [4, message([1, 2], [2, 3])], [4, message([1, 1], [2, 12])])]
    const second: Field = [5, message([1, 2], [2, 5])]
    const { locations, functions } = decode(TYPE, SAMPLE, inlined, FUNCTION, second, ...STRINGS)
    expect([...locations.lineFunction].map((f) => functions.name(f))).toEqual(['bytes', 'main.f'])
    expect([...locations.lineNumber]).toEqual([3, 12])
  })

  test('the label bytes is the block size; all labels are there when asked for', () => {
    const label = message([1, 5], [3, 48], [4, 5])
    const text = message([1, 6], [2, 3])
    const { samples } = valid([2, message([1, packed(1)], [2, packed(5)], [3, label], [3, text])])
    expect(samples.blockSize[0]).toBe(48)
    expect(samples.labels(0)).toEqual([
      { key: 'bytes', text: undefined, number: 48n, unit: 'bytes' },
      { key: 'key', text: 'main.f', number: 0n, unit: '' },
    ])
  })

  test('sums beyond 2^53 are told to be inexact', () => {
    expect(valid(SAMPLE).exact).toBe(true)
    expect(valid([2, message([1, packed(1)], [2, packed(2n ** 60n)])]).exact).toBe(false)
  })
})

describe('refuses what Go refuses, with the byte', () => {
  const many = (count: number): Uint8Array => concat(Array.from({ length: count }, () => varint(1n)))
  test.each<[string, () => unknown, RegExp]>([
    ['nothing', () => decodeProfile('p.pb', new Uint8Array()), /input is empty/],
    ['no string table', () => decode(TYPE, SAMPLE, LOCATION, FUNCTION), /string table that begins/],
    ["string_table[0] other than ''", () => decode([6, 'x']), /string table that begins/],
    ['a string index out of range', () => decode([1, message([1, 99])], ...STRINGS), /string index below 7, found 99/],
    ['location id 0', () => decode(TYPE, [4, message([1, 0])], ...STRINGS), /reserved id 0/],
    ['a location id twice', () => decode(TYPE, LOCATION, LOCATION, FUNCTION, ...STRINGS), /every location id once/],
    ['a function id twice', () => decode(TYPE, FUNCTION, FUNCTION, ...STRINGS), /every function id once/],
    ['a location that is not there', () => valid([2, message([1, packed(77)], [2, packed(5)])]), /found 77/],
    ['a line without its function', () => decode(TYPE, LOCATION, ...STRINGS), /id of a function, found 1/],
    ['too many values', () => valid([2, message([1, packed(1)], [2, packed(1, 2)])]), /1 values in a sample, found 2/],
    ['too few values', () => valid([2, message([1, packed(1)])]), /1 values in a sample, found 0/],
    ['no sample types', () => decode(SAMPLE, LOCATION, FUNCTION, ...STRINGS), /0 values in a sample/],
    ['a known field of the wrong wire type', () => decode(TYPE, [2, 5], ...STRINGS), /a sample with wire type 2/],
    [
      'a varint of 11 bytes',
      () => decodeProfile('p.pb', concat([Uint8Array.of(0x48), many(0), new Uint8Array(11).fill(0x80)])),
      /at most 10 bytes/,
    ],
    ['two profiles in a row', () => decode(TYPE, [9, 1], [9, 2], ...STRINGS), /several profiles/],
    [
      'a length past the end',
      () => decodeProfile('p.pb', Uint8Array.of(0x12, 0xff, 0x7f)),
      /16383 more bytes, 0 are left/,
    ],
    ['a group, long deprecated', () => decodeProfile('p.pb', Uint8Array.of(0x0b)), /wire type 3/],
    ['an HTML page', () => decodeProfile('p.pb', new TextEncoder().encode('<html>')), /wire type|bytes/],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message)
    try {
      attempt()
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError)
      expect((error as FormatError).where).toMatch(/^p\.pb: byte \d+$/)
    }
  })
})

test('every cut of a real profile is refused', () => {
  const bytes = inflate(HEAP, readFileSync(HEAP))
  expect(decodeProfile('whole', bytes).samples.count).toBeGreaterThan(100)
  const step = Math.ceil(bytes.length / 400)
  for (let length = 0; length < bytes.length; length += length < 64 ? 1 : step) {
    expect(() => decodeProfile('cut', bytes.subarray(0, length)), `cut at ${length}`).toThrow(FormatError)
  }
})

test('reads what pprof-format writes', () => {
  const strings = new StringTable()
  const encoded = new Encoder({
    stringTable: strings,
    sampleType: [new ValueType({ type: strings.dedup('goroutine'), unit: strings.dedup('count') })],
    sample: [new Sample({ locationId: [1], value: [3] })],
    location: [new Location({ id: 1, line: [new Line({ functionId: 1, line: 8 })] })],
    function: [
      new EncoderFunction({
        id: 1,
        name: strings.dedup('main.leak'),
        filename: strings.dedup('main.go'),
        startLine: 5,
      }),
    ],
    timeNanos: 1_700_000_000_000_000_000n,
    periodType: new ValueType({ type: strings.dedup('goroutine'), unit: strings.dedup('count') }),
    period: 1,
  }).encode()
  const profile = decodeProfile('encoded', encoded)
  expect(profile.sampleTypes).toEqual([{ type: 'goroutine', unit: 'count' }])
  expect(profile.timeNanos).toBe(1_700_000_000_000_000_000n)
  expect([profile.functions.name(0), profile.functions.file(0)]).toEqual(['main.leak', 'main.go'])
  expect(profile.locations.lineNumber[0]).toBe(8)
  expect(firstValue(profile)).toBe(3)
})
