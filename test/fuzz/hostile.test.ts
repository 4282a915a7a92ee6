import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readRecordings } from '../../src/collect/folder.ts'
import { functionGrowth } from '../../src/diff/functions.ts'
import { UserError } from '../../src/errors.ts'
import { foldProfile, total } from '../../src/profile/fold.ts'
import { inflate, MAX_INFLATED } from '../../src/profile/gzip.ts'
import { parse } from '../../src/profile/parse.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { decodeProfile } from '../../src/profile/protobuf/protobuf.ts'
import { Sequences } from '../../src/profile/sequences.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { type Field, message, packed } from '../profile/wire-writer.ts'

const LIMIT = { timeout: 30_000 }
const STRINGS: Field[] = ['', 'inuse_space', 'bytes', 'main.f', 'a.go'].map((text) => [6, text])
const TYPE: Field = [1, message([1, 1], [2, 2])]
const FUNCTION: Field = [5, message([1, 1], [2, 3], [4, 4])]
const LOCATION: Field = [4, message([1, 1], [4, message([1, 1], [2, 12])])]

/** Runs `act`, which must take less than 5 s of processor time, however busy the machine is. */
function within5s<T>(act: () => T): T {
  const before = process.threadCpuUsage()
  const result = act()
  const { user, system } = process.threadCpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(5000)
  return result
}

/** What `act` throws. */
function refusal(act: () => unknown): UserError {
  const thrown = within5s(() => {
    try {
      act()
      return undefined
    } catch (error) {
      return error
    }
  })
  expect(thrown).toBeInstanceOf(UserError)
  expect((thrown as UserError).where).toBeDefined()
  return thrown as UserError
}

function figures(profile: Profile): { flat: number; cum: number } {
  const stacks = new Stacks()
  const { rows } = functionGrowth(undefined, foldProfile(profile, stacks), 0, stacks)
  return { flat: rows[0]!.flat, cum: rows[0]!.cum }
}

/** Many copies of one message, written without an array for each byte. */
function repeated(field: Uint8Array, times: number): Buffer {
  return Buffer.alloc(field.length * times, field)
}

describe('compressed more than it should be', LIMIT, () => {
  test('a gzip bomb stops at the cap, without holding much more', () => {
    const bomb = gzipSync(Buffer.alloc(MAX_INFLATED + 1))
    expect(bomb.length).toBeLessThan(400_000)
    const before = process.memoryUsage.rss()
    expect(refusal(() => parse('bomb.gz', bomb)).message).toMatch(/larger than 256 MiB/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(3 * MAX_INFLATED)
  })

  test('bombs in several members are one bomb', () => {
    const member = gzipSync(Buffer.alloc(64 * 1024))
    const bomb = repeated(member, 20)
    expect(refusal(() => inflate('members.gz', bomb, 1024 * 1024)).message).toMatch(/larger than 1 MiB/)
  })

  test('a trailer that claims 4 GiB is not believed', () => {
    const small = gzipSync(Buffer.from('x'))
    small.writeUInt32LE(0xffffffff, small.length - 4)
    expect(refusal(() => inflate('liar.gz', small)).where).toMatch(/byte 0$/)
  })

  test.each<[string, Uint8Array]>([
    ['gzip in gzip', gzipSync(gzipSync(message(TYPE, ...STRINGS)))],
    ['zlib', deflateSync(message(TYPE, ...STRINGS))],
    ['deflate', deflateRawSync(message(TYPE, ...STRINGS))],
    ['a zip archive', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0')],
    ['gzip with text behind it', Buffer.concat([gzipSync(message(TYPE, ...STRINGS)), Buffer.from('more')])],
    ['the header of gzip only', Uint8Array.of(0x1f, 0x8b)],
  ])('%s is refused', (_, bytes) => {
    expect(refusal(() => parse('p.gz', bytes)).where).toMatch(/: byte \d+$/)
  })
})

describe('too little', LIMIT, () => {
  test('an empty file is refused', () => {
    expect(refusal(() => parse('empty', new Uint8Array())).where).toBe('empty: byte 0')
    expect(refusal(() => parse('empty.gz', gzipSync(''))).where).toMatch(/byte 0$/)
  })

  test('every file of one byte is refused', () => {
    for (let byte = 0; byte < 256; byte++) refusal(() => parse('one', Uint8Array.of(byte)))
  })
})

describe('too much', LIMIT, () => {
  test('a million functions and locations are read', () => {
    const count = 1_000_000
    const one = [0x2a, 6, 8, 0, 0, 0, 16, 3, 0x22, 10, 8, 0, 0, 0, 34, 4, 8, 0, 0, 0]
    const many = repeated(Uint8Array.from(one), count)
    for (let id = 1; id <= count; id++) {
      for (const at of [3, 11, 17]) {
        const from = (id - 1) * one.length + at
        many[from] = (id & 0x7f) | 0x80
        many[from + 1] = ((id >> 7) & 0x7f) | 0x80
        many[from + 2] = id >> 14
      }
    }
    const last = message([2, message([1, packed(count)], [2, packed(7)])], ...STRINGS)
    const file = Buffer.concat([message(TYPE), many, last])
    expect(within5s(() => figures(decodeProfile('many', file)))).toEqual({ flat: 7, cum: 7 })
  })

  test('a stack of a million frames of one function counts it once', () => {
    const deep = Buffer.concat([field(1, Buffer.alloc(1_000_000, 1)), message([2, 5])])
    const file = Buffer.concat([message(TYPE), field(2, deep), message(LOCATION, FUNCTION, ...STRINGS)])
    expect(within5s(() => figures(decodeProfile('deep', file)))).toEqual({ flat: 5, cum: 5 })
  })

  test('three hundred thousand block sizes of one stack are kept apart', () => {
    const count = 300_000
    // stack 1, value 1, label bytes = the size, as three bytes
    const one = [0x12, 14, 0x0a, 1, 1, 0x12, 1, 1, 0x1a, 6, 8, 2, 24, 0, 0, 0]
    const many = repeated(Uint8Array.from(one), count)
    for (let size = 1; size <= count; size++) {
      const from = (size - 1) * one.length + 13
      many[from] = (size & 0x7f) | 0x80
      many[from + 1] = ((size >> 7) & 0x7f) | 0x80
      many[from + 2] = size >> 14
    }
    const file = Buffer.concat([message(TYPE), many, message(LOCATION, FUNCTION, ...STRINGS)])
    const stacks = new Stacks()
    const folded = within5s(() => foldProfile(decodeProfile('sizes', file), stacks))
    expect([folded.count, stacks.count, total(folded, 0)]).toEqual([count, 1, count])
  })

  test('two hundred thousand stacks made to collide are told apart', () => {
    const sequences = new Sequences()
    const pair = new Int32Array(2)
    const intern = (x: number): number => {
      pair[0] = x
      // The hash after the first item, so that the second takes all pairs to the same hash.
      const hash = Math.imul(2 ^ x, 0x85ebca6b)
      pair[1] = hash ^ (hash >>> 13)
      return sequences.intern(pair, 2)
    }
    const all = Array.from({ length: 200_000 }, (_, x) => x)
    expect(within5s(() => all.every((x) => intern(x) === x))).toBe(true)
    expect(within5s(() => all.toReversed().every((x) => intern(x) === x))).toBe(true)
  })

  test('few bytes that stand for 10^12 frames are refused', () => {
    const lines = repeated(message([4, message([1, 1])]), 100_000)
    const location = field(4, Buffer.concat([message([1, 1]), lines]))
    const stack = Buffer.concat([field(1, Buffer.alloc(1_000_000, 1)), message([2, 5])])
    const file = Buffer.concat([message(TYPE), field(2, stack), location, message(FUNCTION, ...STRINGS)])
    expect(refusal(() => decodeProfile('flood', file)).message).toMatch(/frames in all stacks/)
  })

  test('more samples than memory should hold are refused', () => {
    const file = Buffer.concat([message(TYPE), repeated(Uint8Array.of(0x12, 0), 9_000_000), message(...STRINGS)])
    expect(refusal(() => decodeProfile('samples', file)).message).toMatch(/at most 8000000 messages/)
  })

  test('samples and types that multiply are refused before room is made', () => {
    const types = repeated(message([1, Uint8Array.of()]), 100_000)
    const file = Buffer.concat([types, repeated(Uint8Array.of(0x12, 0), 100_000), message(...STRINGS)])
    expect(refusal(() => decodeProfile('types', file)).message).toMatch(/do not fit/)
  })

  test('JSON, YAML and text nested a hundred thousand deep are refused', () => {
    const deep = '['.repeat(100_000)
    refusal(() => parse('deep.json', Buffer.from(`{"memstats":${deep}`)))
    refusal(() => parse('deep.json', Buffer.from(`{"memstats":${deep}${']'.repeat(100_000)}}`)))
  })

  test('lines without an end are refused', () => {
    for (const start of ['heap profile: ', 'goroutine profile: total 1\n', '--- threadz 1 ---\n', 'go_goroutines ']) {
      refusal(() => parse('line', Buffer.from(start + '1'.repeat(4_000_000))))
    }
  })

  test('a manifest of ten thousand snapshots of files that are not there ends at the first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'leakgate-hostile-'))
    const snapshot = { phase: 'rest', time: '2026-11-23T21:11:55Z', files: [{ path: 'gone.pb' }] }
    const manifest = { schema: 'leakgate/recording@1', service: 's', snapshots: new Array(10_000).fill(snapshot) }
    writeFileSync(join(folder, 'recording.json'), JSON.stringify(manifest))
    expect(refusal(() => readRecordings(folder, new Stacks())).where).toMatch(/gone\.pb$/)
  })
})

describe('figures at the edge', LIMIT, () => {
  const sample = (value: bigint): Field => [2, message([1, packed(1)], [2, packed(value)])]
  const of = (...samples: Field[]): Profile =>
    decodeProfile('p.pb', message(TYPE, ...samples, LOCATION, FUNCTION, ...STRINGS))

  test.each<[string, bigint, number]>([
    ['2^63 − 1', 2n ** 63n - 1n, 2 ** 63],
    ['−2^63', -(2n ** 63n), -(2 ** 63)],
    ['2^64 − 1 is −1', 2n ** 64n - 1n, -1],
    ['−5', -5n, -5],
  ])('%s', (_, value, read) => {
    const profile = of(sample(value))
    expect(figures(profile).flat).toBe(read)
    expect(profile.exact).toBe(Math.abs(read) < 2 ** 53)
  })

  test('values that cancel out leave nothing', () => {
    const stacks = new Stacks()
    const folded = foldProfile(of(sample(5n), sample(-5n)), stacks)
    expect(total(folded, 0)).toBe(0)
    expect(functionGrowth(undefined, folded, 0, stacks).rows).toEqual([])
  })
})

/** A message in a message, however long. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(number * 8 + 2), packed(bytes.length), bytes])
}
