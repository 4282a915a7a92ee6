import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/errors.ts'
import { parse } from '../../src/profile/parse.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { pprofTotals, type Totals } from '../go/pprof-raw.ts'
import { HAS_GO } from '../go/toolchain.ts'
import { LEGACY_TEXTS, legacyCpu } from './legacy-samples.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function read(bytes: Uint8Array): Profile {
  const parsed = parse('legacy', bytes)
  if (parsed.form !== 'profile') throw new Error(`read as ${parsed.form}`)
  return parsed.profile
}

function totals({ sampleTypes, samples }: Profile): Totals {
  const sums = sampleTypes.map(() => 0)
  for (const [i, value] of samples.value.entries()) sums[i % sampleTypes.length]! += value
  return Object.fromEntries(sampleTypes.map(({ type, unit }, i) => [`${type}/${unit}`, String(sums[i])]))
}

const STACK = { count: 3, addresses: [0x401000n, 0x402001n, 0x403001n] }
const CPU = { 'samples/count': '6', 'cpu/nanoseconds': '60000000' }

const CASES: readonly (readonly [name: string, bytes: Uint8Array, totals: Totals])[] = [
  [
    'a heap of early Go',
    encode(LEGACY_TEXTS.heap),
    {
      'alloc_objects/count': '81922',
      'alloc_space/bytes': '2621520',
      'inuse_objects/count': '49153',
      'inuse_space/bytes': '1572912',
    },
  ],
  ['heap growth', encode(LEGACY_TEXTS.growth), { 'objects/count': '2', 'space/bytes': '2097152' }],
  ['contention of C++', encode(LEGACY_TEXTS.contention), { 'contentions/count': '300', 'delay/nanoseconds': '75000' }],
  [
    "Go's text of a mutex profile",
    encode(LEGACY_TEXTS.mutex),
    { 'contentions/count': '3', 'delay/nanoseconds': '7000' },
  ],
  ['threads of C++', encode(LEGACY_TEXTS.threads), { 'thread/count': '3' }],
  ["Go's text of threadcreate", encode(LEGACY_TEXTS.threadcreate), { 'threadcreate/count': '3' }],
  ['a heap of Java', encode(LEGACY_TEXTS.javaHeap), { 'inuse_objects/count': '9015', 'inuse_space/bytes': '5248787' }],
  [
    'contention of Java',
    encode(LEGACY_TEXTS.javaContention),
    { 'contentions/count': '200', 'delay/microseconds': '1500' },
  ],
  ['CPU, 8 bytes, little endian', legacyCpu([STACK, STACK]), CPU],
  ['CPU, 8 bytes, big endian', legacyCpu([STACK, STACK], { little: false }), CPU],
  ['CPU, 4 bytes, little endian', legacyCpu([STACK, STACK], { size: 4 }), CPU],
  ['CPU, 4 bytes, big endian', legacyCpu([STACK, STACK], { size: 4, little: false }), CPU],
  ['CPU of Java', legacyCpu([STACK, STACK], { java: true, tail: '0x401000 com.example.A.b (A.java:3)\n' }), CPU],
  ['CPU without an end mark', legacyCpu([STACK, STACK], { end: false }), CPU],
]

describe('the forms before profile.proto', () => {
  test.each(CASES)('%s', (_, bytes, expected) => {
    expect(totals(read(bytes))).toEqual(expected)
  })

  test.skipIf(!HAS_GO).each(CASES)('%s, as pprof adds it up', { timeout: 60_000 }, async (_, bytes) => {
    const file = join(mkdtempSync(join(tmpdir(), 'leakgate-legacy-')), 'profile')
    writeFileSync(file, bytes)
    expect(totals(read(bytes))).toEqual(await pprofTotals(file))
  })

  test('addresses are those of the calls, in the file that holds them', () => {
    const { locations, mappings, samples } = read(encode(LEGACY_TEXTS.heap))
    expect([...locations.address]).toEqual([0x400fffn, 0x401fffn, 0x402fffn])
    expect([...samples.location]).toEqual([0, 1, 2, 1])
    expect(mappings.map(({ file }) => file)).toEqual(['/srv/app/server', '/lib/libc.so.6'])
    expect([...locations.mapping]).toEqual([0, 0, 0])
  })

  test('Java names its frames', () => {
    const { functions, locations } = read(encode(LEGACY_TEXTS.javaHeap))
    const names = Array.from({ length: functions.count }, (_, i) => [functions.name(i), functions.file(i)])
    expect(names).toEqual([
      ['com.example.Cache.put', 'Cache.java'],
      ['com.example.Main.main', 'Main.java'],
      ['libc.so', 'libc.so.6'],
    ])
    expect([...locations.lineNumber]).toEqual([12, 5, 0])
  })

  test('a frame that the signal handler pushed, and a leaf found twice, are dropped', () => {
    const handler = 0x500000n
    const stacks = [0x401000n, 0x402000n].map((leaf) => ({ count: 1, addresses: [leaf, handler, leaf, 0x403000n] }))
    expect([...read(legacyCpu(stacks)).samples.locationStart]).toEqual([0, 2, 4])
  })
})

describe('refused, with the place', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['a record that is none', encode(`${LEGACY_TEXTS.growth.split('\n')[0]}\nx`), /line 2$/],
    ['bytes without objects', encode('heap profile: 1: 2 [1: 2] @ heapprofile\n0: 5 [0: 0] @ 0x1\n'), /line 2$/],
    ['another allocator', encode('heap profile: 1: 2 [1: 2] @ heap_v7/1\n'), /line 1$/],
    ['a number over 64 bits', encode('threadcreate profile: total 1\n9223372036854775808 @ 0x1\n'), /line 2$/],
    ['an address over 64 bits', encode('threadcreate profile: total 1\n1 @ 0x10000000000000000\n'), /line 2$/],
    ['Java with a count of zero', encode('--- heapz 1 ---\nformat = java\nresolution = bytes\n5 0 @ 0x1\n'), /line 4$/],
    ['Java of unknown resolution', encode('--- heapz 1 ---\nformat = java\n5 1 @ 0x1\n'), /line \d$/],
    ['threads that are none', encode('--- threadz 1 ---\n--- Thread x\n'), /line 2$/],
    ['a CPU profile that is cut', legacyCpu([STACK]).slice(0, 60), /byte 40$/],
    ['a stack longer than the file', legacyCpu([{ ...STACK, addresses: [] }]).fill(0xff, 48, 56), /byte 40$/],
  ])('%s', (_, bytes, where) => {
    expect(() => read(bytes)).toThrow(FormatError)
    try {
      read(bytes)
    } catch (error) {
      expect((error as FormatError).where).toMatch(where)
    }
  })
})
