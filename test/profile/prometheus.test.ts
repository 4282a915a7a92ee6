import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parsePrometheusText } from '../../src/profile/memstats/prometheus.ts'
import { formatError, fuzz } from './mutations.ts'

const GO126 = readFileSync(new URL('testdata/prometheus-go1.26.txt', import.meta.url), 'utf8')
const HEAP = 'go_memstats_heap_alloc_bytes 100\n'
const parse = (text: string) => parsePrometheusText('metrics.txt', text)
const counted = (lines: string, name: string, labels?: Record<string, string>) =>
  parse(`${HEAP}${lines}\n`).counter(name, labels)

describe('/metrics of client_golang 1.25, Go 1.26', () => {
  const metrics = parse(GO126)

  it('gives memory figures in bytes and nanoseconds', () => {
    expect(metrics.memstats).toEqual({
      source: 'metrics.txt',
      heapAlloc: 241688,
      heapSys: 8028160,
      heapIdle: 6905856,
      heapInuse: 1122304,
      heapReleased: 6905856,
      heapObjects: 1057,
      stackInuse: 360448,
      totalAlloc: 366496,
      mallocs: 1985,
      frees: 928,
      sys: 12949768,
      nextGC: 4194304,
      lastGC: 1795468261929738800,
      numGC: 3,
      pauseTotalNs: 456286,
      pauseNs: [228449],
      goroutines: 4,
      goVersion: 'go1.26.8',
    })
  })

  it('counts operations by labels', () => {
    expect(metrics.counter('http_requests_total')).toBe(2500001503)
    expect(metrics.counter('http_requests_total', { code: '200' })).toBe(2500001500)
    expect(metrics.counter('http_requests_total', { code: '500', path: '/api' })).toBe(3)
    expect(metrics.counter('http_requests_total', { path: '/a"b\\c\n' })).toBe(1500)
    expect(metrics.counter('http_requests_total', { code: '404' })).toBeUndefined()
    expect(metrics.counter('http_requests_total', { method: 'GET' })).toBeUndefined()
    expect(metrics.counter('http_requests')).toBeUndefined()
    expect(metrics.counter('constructor')).toBeUndefined()
  })

  it('is the same as bytes', () => {
    expect(parsePrometheusText('metrics.txt', Buffer.from(GO126)).memstats).toEqual(metrics.memstats)
  })
})

test.each([
  ['n 1', 1],
  ['n +1.5e3', 1500],
  ['n .5', 0.5],
  ['n 5.', 5],
  ['n 1E-2', 0.01],
  ['\t n \t{ } \t7 \t', 7],
  ['n 7 1700000000000', 7],
  ['n 7 1700000000.123', 7],
  ['n{a="b",} 7 -5', 7],
  ['n{a="b"} 7 # {trace_id="x"} 1 1700000000', 7],
  ['n{a = "b" , c = "d"} 7', 7],
  ['{"n",a="b"} 7', 7],
  ['{"n", "a.b" = "c"} 7', 7],
  ['# HELP n Anything {"\n# TYPE n counter\n#\nn 7', 7],
  ['n{a="x"} 2\nn{a="y"} 3', 5],
  ['n{a="x"} NaN\nn{a="y"} 3\nn{a="z"} +Inf', 3],
  ['n NaN', undefined],
  ['n -Inf', undefined],
])('reads %j', (lines, value) => {
  expect(counted(lines, 'n')).toBe(value)
})

test.each([
  ['n{a="\\\\\\"\\n"} 1', '\\"\n'],
  ['n{a="} 2"} 1', '} 2'],
  ['n{a="é😀"} 1', 'é😀'],
  ['n{a=""} 1', ''],
])('reads the label of %j', (line, value) => {
  expect(counted(line, 'n', { a: value })).toBe(1)
  expect(counted(line, 'n', { a: `${value}x` })).toBeUndefined()
})

test.each([
  ['a name with dots', '{"http.requests",code="1"} 4', 'http.requests', { code: '1' }],
  ['a label called __proto__', 'n{__proto__="p"} 4', 'n', JSON.parse('{"__proto__":"p"}')],
])('reads %s', (_, line, name, labels) => {
  expect(counted(line, name, labels)).toBe(4)
})

describe('memory figures', () => {
  it('need the live heap only, under either name', () => {
    expect(parse(HEAP).memstats).toEqual({ source: 'metrics.txt', heapAlloc: 100 })
    expect(parse('go_memstats_alloc_bytes 7\n').memstats).toEqual({ source: 'metrics.txt', heapAlloc: 7 })
  })

  it.each([
    ['go_gc_duration_seconds{quantile="1"} 0.5\n', [5e8]],
    ['go_gc_duration_seconds{quantile="1.0"} 0.25\n', [25e7]],
    ['go_gc_duration_seconds{quantile="1"} 0\ngo_gc_duration_seconds_count 0\n', []],
    ['go_gc_duration_seconds{quantile="1"} NaN\n', undefined],
    ['go_gc_duration_seconds{quantile="0.5"} 1\n', undefined],
  ])('take the longest pause from %j', (lines, pauses) => {
    expect(parse(HEAP + lines).memstats.pauseNs).toEqual(pauses)
  })

  it('leave out what is no figure', () => {
    expect(parse(`${HEAP}go_goroutines NaN\ngo_memstats_sys_bytes -1\n`).memstats).toEqual({
      source: 'metrics.txt',
      heapAlloc: 100,
    })
  })
})

test.each([
  ['', 1, 'expected go_memstats_heap_alloc_bytes'],
  ['a 1\nb 2\n', 2, 'expected go_memstats_heap_alloc_bytes'],
  [`${HEAP}go_memstats_heap_alloc_bytes{pod="b"} 2\n`, 2, 'expected go_memstats_heap_alloc_bytes of one process'],
  [`${HEAP}a 1`, 2, 'expected a line feed at the end of the last line'],
  [`${HEAP}a\n`, 2, 'expected a value in column 2, found ""'],
  [`${HEAP}a x\n`, 2, 'expected a value in column 3, found "x"'],
  [`${HEAP}a 0x10\n`, 2, 'expected a value in column 3, found "0x10"'],
  [`${HEAP}a 1 x\n`, 2, 'expected a timestamp or the end of the line in column 5, found "x"'],
  [`${HEAP}a 1 2 3\n`, 2, 'expected a timestamp or the end of the line in column 5, found "2 3"'],
  [`${HEAP}1a 1\n`, 2, 'expected a metric name in column 1'],
  [`${HEAP}{a="b"} 1\n`, 2, 'expected a metric name'],
  [`${HEAP}a{b} 1\n`, 2, 'expected "=" in column 4, found "} 1"'],
  [`${HEAP}a{b=c} 1\n`, 2, 'expected a quoted string in column 5'],
  [`${HEAP}a{b="c} 1\n`, 2, 'expected a closing quote'],
  [`${HEAP}a{b="\\t"} 1\n`, 2, 'expected only the escapes'],
  [`${HEAP}a{b="c" d="e"} 1\n`, 2, 'expected "," or "}" in column 9'],
  [`${HEAP}a{b="c",b="d"} 1\n`, 2, 'expected label "b" only once'],
  [`${HEAP}a{b="c"\n`, 2, 'expected "," or "}"'],
  [`${HEAP}a ${'1'.repeat(2 ** 21)}\n`, 2, 'expected a line of at most 1 MiB'],
  ['<html>\n', 1, 'expected a metric name in column 1, found "<html>"'],
])('refuses %#', (text, line, message) => {
  const error = formatError(() => parse(text))
  expect(error.where).toBe(`metrics.txt: line ${line}`)
  expect(error.message).toContain(message)
})

it('is refused unless cut between lines', () => {
  const after = GO126.indexOf('\n', GO126.indexOf('\ngo_memstats_alloc_bytes ') + 1) + 1
  for (let length = 0; length < GO126.length; length++) {
    const cut = GO126.slice(0, length)
    if (length >= after && cut.endsWith('\n')) expect(parse(cut).memstats.heapAlloc).toBe(241688)
    else formatError(() => parse(cut))
  }
})

it('throws nothing but FormatError on damaged text', () => {
  const lines = GO126.split('\n').filter((line) => !line.startsWith('#'))
  const tokens = [
    '\n',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '#',
    'NaN',
    '+Inf',
    '1e999',
    '__proto__',
    '\t',
    'go_goroutines 1\n',
  ]
  const result = fuzz(parse, [GO126, lines.join('\n'), `${HEAP}n{a="b",c="d\\n"} 1.5e3 17\n`], tokens, 4000)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.accepted).toBeGreaterThan(100)
})
