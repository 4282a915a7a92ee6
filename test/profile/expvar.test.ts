import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { jsonFault } from '../../src/profile/json-fault.ts'
import { parseExpvar } from '../../src/profile/memstats/expvar.ts'
import { formatError, fuzz } from './mutations.ts'

const GO127 = readFileSync(new URL('testdata/expvar-go1.27.txt', import.meta.url), 'utf8')
const parse = (text: string) => parseExpvar('vars.json', text)
const vars = (memstats: object, rest: object = {}) =>
  JSON.stringify({ ...rest, memstats: { HeapAlloc: 1, ...memstats } })

it('reads /debug/vars of Go 1.27', () => {
  expect(parse(GO127)).toEqual({
    source: 'vars.json',
    heapAlloc: 5472496,
    heapSys: 12091392,
    heapIdle: 5931008,
    heapInuse: 6160384,
    heapReleased: 4530176,
    heapObjects: 4232,
    stackInuse: 491520,
    totalAlloc: 8109776,
    mallocs: 7033,
    frees: 2801,
    sys: 17668360,
    nextGC: 10989106,
    lastGC: Number('1795468297865477302'),
    numGC: 6,
    numForcedGC: 5,
    gcCPUFraction: expect.closeTo(0.066, 2),
    pauseTotalNs: 3202432,
    pauseNs: [891471, 210453, 1070728, 361849, 230512, 437419],
    pauseEnd: expect.arrayContaining([Number('1795468297865477302')]),
  })
  expect(parseExpvar('vars.json', Buffer.from(GO127))).toEqual(parse(GO127))
})

it('needs HeapAlloc only', () => {
  expect(parse(vars({}))).toEqual({ source: 'vars.json', heapAlloc: 1 })
})

test.each([
  [{ goroutines: 12 }, 12],
  [{ Goroutines: 13 }, 13],
  [{ NumGoroutine: 14 }, 14],
  [{ goroutines: 'many', NumGoroutine: 14 }, 14],
  [{ goroutines: { now: 1 } }, undefined],
  [{}, undefined],
])('takes goroutines from %j', (rest, goroutines) => {
  expect(parse(vars({}, rest)).goroutines).toBe(goroutines)
})

it('unrolls the ring of pauses', () => {
  const PauseNs = Array.from({ length: 256 }, (_, i) => i)
  expect(parse(vars({ NumGC: 300, PauseNs })).pauseNs!.slice(0, 46)).toEqual([
    ...Array.from({ length: 44 }, (_, age) => 43 - age),
    255,
    254,
  ])
  expect(parse(vars({ NumGC: 2, PauseNs })).pauseNs).toEqual([1, 0])
  expect(parse(vars({ PauseNs })).pauseNs).toBeUndefined()
})

test.each([
  ['', 0, 'expected more JSON, the text is cut short'],
  ['{"a": "é", x}', 12, 'expected valid JSON'],
  ['{"memstats": {"HeapAlloc": 1}', 29, 'expected more JSON, the text is cut short'],
  ['404 page not found\n', 4, 'expected valid JSON'],
  ['[1, 2]', 0, 'expected an object under "memstats"'],
  ['{"é": 1, "memstats": []}', 10, 'expected an object under "memstats"'],
  ['{"memstats": {}}', 1, 'expected HeapAlloc in "memstats"'],
  ['{"__proto__": {"memstats": {"HeapAlloc": 1}}}', 15, 'expected an object under "memstats"'],
  ['{"memstats": {"__proto__": {"HeapAlloc": 1}}}', 1, 'expected HeapAlloc in "memstats"'],
  ['{"memstats": {"HeapAlloc": "1"}}', 14, 'expected a whole number from 0 up for "HeapAlloc"'],
  [vars({ HeapAlloc: -1 }), 13, 'expected a whole number from 0 up for "HeapAlloc"'],
  ['{"memstats": {"HeapAlloc": 1e999}}', 14, 'expected a whole number from 0 up for "HeapAlloc"'],
  [vars({ NumGC: 1.5 }), 27, 'expected a whole number from 0 up for "NumGC"'],
  [vars({ GCCPUFraction: 2 }), 27, 'expected a number from 0 to 1 for "GCCPUFraction"'],
  [vars({ NumGC: 1, PauseNs: [1, 2] }), 37, 'expected 256 numbers for "PauseNs"'],
])('refuses %j', (text, offset, message) => {
  const error = formatError(() => parse(text))
  expect(error.where).toBe(`vars.json: byte ${offset}`)
  expect(error.message).toContain(message)
})

it('is refused wherever it is cut', () => {
  const end = GO127.trimEnd().length
  for (let length = 0; length < end; length++) {
    expect(formatError(() => parse(GO127.slice(0, length))).where).toBe(`vars.json: byte ${length}`)
  }
})

test.each([
  ['{"a":[1,-2.5e+3,true,null,{"b":"\\u00e9\\n"},[]],"c":{}} \n', -1],
  ['7', -1],
  ['{,}', 1],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['[1}', 2],
  ['{]', 1],
  ['01', 1],
  ['-', 1],
  ['1.5e', 4],
  ['-x', 0],
  ['[1.x', 2],
  ['"a\nb"', 2],
  ['"\\x"', 2],
  ['"\\u12g4"', 5],
  ['"\\u12', 5],
  ['"abc', 4],
  ['nul', 3],
  ['nux', 0],
  ['1 ]', 2],
  ['[[[[', 4],
])('finds the fault of %j', (text, at) => {
  expect(jsonFault(text)).toBe(at)
})

it('agrees with JSON.parse and throws nothing but FormatError on damaged text', () => {
  const check = (text: string) => {
    let valid = true
    try {
      JSON.parse(text)
    } catch {
      valid = false
    }
    expect(jsonFault(text) === -1).toBe(valid)
    return parse(text)
  }
  const tokens = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u00',
    '-',
    '0',
    '1e999',
    'null',
    '"__proto__":',
    '\n',
    '\u{1f600}',
  ]
  const small = `${vars({ NumGC: 3, b: [1.5e3, { c: 'd\u0001' }] }, { e: true })}\n`
  const result = fuzz(check, [GO127, small], tokens, 4000)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.accepted).toBeGreaterThan(100)
  expect(jsonFault('['.repeat(1_000_000))).toBe(1_000_000)
})
