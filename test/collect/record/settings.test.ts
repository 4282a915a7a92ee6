import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDuration } from '../../../src/collect/record/duration.ts'
import { parseEvidence } from '../../../src/collect/record/evidence.ts'
import { parseExpectations } from '../../../src/collect/record/expect.ts'
import { parseHeaders } from '../../../src/collect/record/headers.ts'
import { countRound, parseOperations } from '../../../src/collect/record/operations.ts'
import { serviceSettings } from '../../../src/collect/record/service.ts'
import { parseTargets } from '../../../src/collect/record/target.ts'
import { formatUserError, type UserError } from '../../../src/errors.ts'
import { newFolder, plan } from './planned.ts'

describe('targets', () => {
  test.each([
    ['api=http://127.0.0.1:6060', { origin: 'http://127.0.0.1:6060', path: '' }],
    ['api = https://host/internal/ ', { origin: 'https://host', path: '/internal' }],
    ['api=http://u:p%40@host/x', { authorization: `Basic ${Buffer.from('u:p@').toString('base64')}`, path: '/x' }],
    ['api=unix:/run/api.sock', { kind: 'unix', socket: '/run/api.sock', path: '' }],
    ['api=unix:///run/api.sock:/debug/pprof', { socket: '/run/api.sock', path: '/debug/pprof' }],
  ])('%s', (line, address) => {
    expect(parseTargets('targets', [line, '', '# comment'])).toMatchObject([{ name: 'api', address }])
  })

  test('credentials are in no message and not in the recording', () => {
    expect(parseTargets('targets', ['api=http://u:hunter2@host/x'])[0]!.shown).toBe('http://host/x')
    expect(complaint(() => parseTargets('targets', ['http://u:hunter2@host']))).not.toContain('hunter2')
  })

  test.each([
    ['127.0.0.1:6060', 'expected name=url, found no name'],
    ['../up=http://host', 'found the name "../up"'],
    ['api=127.0.0.1:6060', '"127.0.0.1:6060" is no http, https or unix URL'],
    ['api=file:///etc/passwd', 'is no http, https or unix URL'],
    ['api=unix:', 'names no socket'],
  ])('%s is refused', (line, message) => {
    expect(complaint(() => parseTargets('input targets', [line]))).toMatch(/^input targets: /)
    expect(complaint(() => parseTargets('input targets', [line]))).toContain(message)
  })

  test('names are folders, so that they differ in more than case', () => {
    expect(complaint(() => parseTargets('targets', ['a=http://x', 'A=http://y']))).toContain('two targets are called A')
  })
})

test('headers: values are kept as they are and never repeated in a message', () => {
  expect(parseHeaders('headers', ['Authorization: Bearer a:b', ''])).toEqual({ authorization: 'Bearer a:b' })
  for (const line of ['hunter2', ': hunter2', 'X: hunter2\u0001']) {
    expect(complaint(() => parseHeaders('headers', [line]))).toContain('line 1 is not "Name: value"')
    expect(complaint(() => parseHeaders('headers', [line]))).not.toContain('hunter2')
  }
})

describe('operations', () => {
  const count = (source: string, output = ''): number =>
    countRound(parseOperations('operations', source) as never, output)

  test('a number, a file, the last match in the output', () => {
    const file = join(newFolder(), 'ops.txt')
    writeFileSync(file, 'done: 300 of 400\n')
    expect(count('250')).toBe(250)
    expect(count(`file:${file}`)).toBe(400)
    expect(count('/(\\d+) requests/', '100 requests\n250 requests\n')).toBe(250)
    expect(count('/([\\d,]+) REQUESTS/i', '100 requests\n1,200 requests\n')).toBe(1200)
  })

  test('a counter of the service, with labels and path', () => {
    expect(parseOperations('operations', 'metric:http_requests_total{code="200"} /internal/metrics')).toEqual({
      from: 'metric',
      name: 'http_requests_total',
      labels: { code: '200' },
      path: '/internal/metrics',
    })
  })

  test.each([['many'], ['/(/'], ['/no group/'], ['metric:1x']])('%s is refused', (source) => {
    expect(complaint(() => parseOperations('--operations', source))).toMatch(/^--operations: /)
  })

  test('what is not in the output says so', () => {
    expect(complaint(() => count('/(\\d+) requests/', 'nothing'))).toContain('does not match what the load printed')
    expect(complaint(() => count('file:/no/such/file'))).toContain('no such file')
  })
})

test('durations', () => {
  expect(['90s', '10m', '1h30m', '500ms', '1.5s', ''].map((text) => parseDuration('x', text))).toEqual([
    90_000,
    600_000,
    5_400_000,
    500,
    1500,
    undefined,
  ])
  for (const text of ['10', 'm', '0s', '-1s', '1d', '10m x']) expect(() => parseDuration('x', text)).toThrow('duration')
})

test('expectations and evidence', () => {
  expect(parseExpectations('expect', ['api: heap, goroutine', 'worker'])).toEqual([
    { service: 'api', kinds: ['heap', 'goroutine'] },
    { service: 'worker', kinds: [] },
  ])
  expect(complaint(() => parseExpectations('expect', ['api: heep']))).toContain('no such kind of profile: "heep"')
  expect(parseEvidence('evidence', 'cpu, trace\nblock')).toEqual(['cpu', 'trace', 'block'])
  expect(complaint(() => parseEvidence('evidence', 'gpu'))).toContain('There is: cpu')
})

test('what a service is started with: what the user has set stays', () => {
  expect(serviceSettings({})).toEqual({ GODEBUG: 'memprofilerate=8192', GOMAXPROCS: '2' })
  expect(serviceSettings({ GODEBUG: 'gctrace=1', GOMAXPROCS: '4', GOGC: '50' })).toEqual({
    GODEBUG: 'gctrace=1,memprofilerate=8192',
    GOMAXPROCS: '4',
    GOGC: '50',
  })
  expect(serviceSettings({ GODEBUG: 'memprofilerate=1' })['GODEBUG']).toBe('memprofilerate=1')
})

test('settings that do not go together', () => {
  expect(complaint(() => plan([], undefined, { runs: '2' }))).toContain('2 runs need a fresh process each')
  expect(complaint(() => plan([], undefined, { rounds: '0' }))).toContain('expected a number from 1 to 1000')
  expect(complaint(() => plan([], undefined, { rounds: 'mark' }))).toContain('marks, gaps')
})

function complaint(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return formatUserError(error as UserError)
  }
  return 'no complaint'
}
