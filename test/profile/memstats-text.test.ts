import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parseMemStatsTrailer } from '../../src/profile/memstats/text.ts'
import { formatError, fuzz } from './mutations.ts'

const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8')
const parse = (text: string) => parseMemStatsTrailer('heap.txt', text)
const GO127 = read('heap-debug1-go1.27.txt')
const TRAILER = GO127.slice(GO127.indexOf('# runtime.MemStats'))
const withLine = (name: string, value: string) =>
  TRAILER.replace(new RegExp(`^# ${name} = .*$`, 'm'), () => `# ${name} = ${value}`)
const ring = (at: (i: number) => number) => `[${Array.from({ length: 256 }, (_, i) => at(i)).join(' ')}]`

describe('trailer of Go 1.27', () => {
  it('is read whole', () => {
    expect(parse(GO127)).toEqual({
      source: 'heap.txt',
      heapAlloc: 5380768,
      heapSys: 12091392,
      heapIdle: 6062080,
      heapInuse: 6029312,
      heapReleased: 4530176,
      heapObjects: 3706,
      stackInuse: 491520,
      totalAlloc: 8018048,
      mallocs: 6358,
      frees: 2652,
      sys: 17668360,
      nextGC: 10989106,
      lastGC: Number('1795468297865477302'),
      numGC: 6,
      numForcedGC: 5,
      gcCPUFraction: 0.06618544083006206,
      pauseNs: [891471, 210453, 1070728, 361849, 230512, 437419],
      pauseEnd: [
        '1795468297865477302',
        '1795468297845431654',
        '1795468297821477647',
        '1795468297771304356',
        '1795468297763482459',
        '1795468297733498775',
      ].map(Number),
      maxRSS: 13352960,
    })
  })

  it('is the same alone, behind records and as bytes', () => {
    expect(parse(TRAILER)).toEqual(parse(GO127))
    expect(parseMemStatsTrailer('heap.txt', Buffer.from(GO127))).toEqual(parse(GO127))
  })
})

it('reads Go 1.26', () => {
  expect(parse(read('heap-debug1-go1.26.txt'))).toMatchObject({ heapAlloc: 5380152, numGC: 6, maxRSS: 12652544 })
})

test.each([
  [0, []],
  [1, [1000]],
  [3, [1002, 1001, 1000]],
  [256, Array.from({ length: 256 }, (_, age) => 1255 - age)],
  [258, [1001, 1000, ...Array.from({ length: 254 }, (_, age) => 1255 - age)]],
  [4294967295, [1254, 1253]],
])('unrolls the ring of pauses after %i collections', (numGC, newest) => {
  const text = withLine('NumGC', String(numGC)).replace(/# PauseNs = .*/, `# PauseNs = ${ring((i) => 1000 + i)}`)
  const pauses = parse(text).pauseNs!
  expect(pauses).toHaveLength(Math.min(numGC, 256))
  expect(pauses.slice(0, newest.length)).toEqual(newest)
})

test.each([
  ['HeapObjects', '18446744073709551615', { heapObjects: 2 ** 64 }],
  ['GCCPUFraction', '1.5e-06', { gcCPUFraction: 0.0000015 }],
  ['GCCPUFraction', '0', { gcCPUFraction: 0 }],
  ['DebugGC', 'true', {}],
])('takes %s = %s', (name, value, expected) => {
  expect(parse(withLine(name, value))).toMatchObject(expected)
})

it('passes over lines it does not know and does without MaxRSS', () => {
  const windows = TRAILER.replace(/# MaxRSS.*\n/, '').replace('# NumGC', '# NewThing = a b\n# NumGC')
  const { maxRSS, ...rest } = parse(TRAILER)
  expect(maxRSS).toBeDefined()
  expect(parse(windows)).toEqual(rest)
  expect('maxRSS' in parse(windows)).toBe(false)
})

it('is refused wherever it is cut', () => {
  const beforeMaxRSS = GO127.indexOf('# MaxRSS')
  const accepted = []
  for (let length = 0; length < GO127.length; length++) {
    try {
      parse(GO127.slice(0, length))
      accepted.push(length)
    } catch {
      formatError(() => parse(GO127.slice(0, length)))
    }
  }
  // There the trailer ends on Windows.
  expect(accepted).toEqual([beforeMaxRSS])
})

test.each([
  ['', 1, 'expected "# runtime.MemStats" before the end'],
  ['heap profile: 0: 0 [0: 0] @ heap/2\n', 2, 'expected "# runtime.MemStats" before the end'],
  [
    'heap profile: 0: 0 [0: 0] @ heap/2\n\n# runtime.MemStats\n# Alloc = 1\n',
    4,
    'expected "# DebugGC = …" before the end',
  ],
  [TRAILER.replace(/# HeapInuse.*\n/, ''), 27, 'expected "# HeapInuse = …" before the end'],
  [withLine('HeapAlloc', '-5'), 8, 'expected a number for HeapAlloc, found "-5"'],
  [withLine('HeapAlloc', '1e3'), 8, 'expected a number for HeapAlloc'],
  [withLine('Stack', '5'), 14, 'expected a number for Stack'],
  [withLine('GCCPUFraction', 'NaN'), 26, 'expected a number for GCCPUFraction'],
  [withLine('PauseNs', '[1 2 3]'), 22, 'expected 256 numbers in brackets for PauseNs, found "[1 2 3]"'],
  [withLine('PauseEnd', ring(() => 1).replace(']', '')), 23, 'expected 256 numbers in brackets for PauseEnd'],
  [TRAILER.replace('# Frees', '# Mallocs'), 7, 'expected Mallocs only once'],
  [TRAILER.replace('# Frees', 'Frees'), 7, 'expected "# Name = value", found "Frees = 2652"'],
])('refuses %#', (text, line, message) => {
  const error = formatError(() => parse(text))
  expect(error.where).toBe(`heap.txt: line ${line}`)
  expect(error.message).toContain(message)
})

it('throws nothing but FormatError on damaged text', () => {
  const tokens = [
    '\n',
    '# ',
    ' = ',
    '[',
    ']',
    '/',
    '-1',
    '1e9',
    'NaN',
    '__proto__',
    '# constructor = 1\n',
    '99999999999999999999',
  ]
  const result = fuzz(parse, [GO127, TRAILER], tokens, 4000)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.accepted).toBeGreaterThan(100)
})
