import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { Policy } from '../../src/policy/policy.ts'

const read = (...texts: string[]): Policy => parsePolicy(texts.map((text, i) => ({ source: `t${i}`, text })))

const FULL = `# everything there is
preset: strict
inconclusive: pass
limits:
  goroutines: +5% and +10
  heap.inuse: { warn: +5% and +1MiB, fail: +10% and +4MiB }
  heap.growth: 1KiB/op or 20MiB/h
  gc.pause.max: { warn: 100ms, fail: off }
  gc.cpu: off
rules:
  - function: ^example\\.com/api/cache\\.
    limits: { heap.growth.stack: +64MiB, goroutines.leaked: off }
services:
  worker: { limits: { goroutines: +200, heap.inuse: off } }
ignore:
  - top: net/http.(*persistConn).readLoop
    reason: idle keep-alives, bounded by MaxIdleConns
    max: 64
    expires: 2027-03-01
  - created-by: /^example\\.com/api\\.start/
    reason: >
      one for each
      tenant
    max: 4MiB
`

test('everything there is', () => {
  const policy = read(FULL)
  const at = (line: number, column: number) => ({ kind: 'text', source: 't0', line, column })
  expect(policy).toMatchObject({ preset: 'strict', gates: true, inconclusive: 'pass' })
  expect(policy.limits['heap.inuse']).toMatchObject({ warn: { text: '+5% and +1MiB' }, origin: at(6, 15) })
  expect(policy.limits['gc.pause.max']?.fail).toBeUndefined()
  expect(policy.limits['gc.pause.max']?.warn?.text).toBe('100ms')
  expect(policy.limits).not.toHaveProperty('gc.cpu')
  expect(policy.rules).toEqual([
    {
      function: /^example\.com\/api\/cache\./u,
      limits: {
        'heap.growth.stack': {
          fail: { text: '+64MiB', alternatives: [[{ kind: 'growth', value: 2 ** 26 }]] },
          origin: at(12, 34),
        },
        'goroutines.leaked': { origin: at(12, 61) },
      },
      origin: at(11, 5),
    },
  ])
  expect(policy.services.worker?.['heap.inuse']).toEqual({ origin: at(14, 53) })
  expect(policy.ignore).toEqual([
    {
      match: { where: 'top', name: 'net/http.(*persistConn).readLoop' },
      reason: 'idle keep-alives, bounded by MaxIdleConns',
      max: { goroutines: 64 },
      expires: '2027-03-01',
      origin: at(16, 5),
    },
    {
      match: { where: 'created-by', name: /^example\.com\/api\.start/u },
      reason: 'one for each tenant',
      max: { bytes: 2 ** 22 },
      expires: undefined,
      origin: at(20, 5),
    },
  ])
})

test('texts without anything in them change nothing', () => {
  for (const text of ['', '# a comment', '{}', 'limits:\nrules:\nservices:\nignore:\n', '\ufeff', '---\n']) {
    expect(read(text), text).toEqual(read())
  }
})

test('an entry replaces what it goes over, whole', () => {
  const policy = read(
    'preset: strict\nlimits: { goroutines: { warn: 5, fail: 10 }, heap.inuse: 1GiB }\nservices: { w: { limits: { goroutines: 7, gc.cpu: 9% } } }',
    'preset: watch\nlimits: { goroutines: 20 }\nservices: { w: { limits: { goroutines: 8 } } }',
    'limits: { heap.inuse: off }',
  )
  expect(policy).toMatchObject({ preset: 'watch', gates: false })
  expect(policy.limits.goroutines?.warn).toBeUndefined()
  expect(policy.limits.goroutines).toMatchObject({ fail: { text: '20' }, origin: { source: 't1' } })
  expect(policy.limits).not.toHaveProperty('heap.inuse')
  expect(policy.services.w).toMatchObject({ goroutines: { fail: { text: '8' } }, 'gc.cpu': { fail: { text: '9%' } } })
})

test('later rules are tried first, ignore entries add up', () => {
  const rule = (name: string) => `rules: [{ function: ${name}, limits: { goroutines.growth: +1 } }]\n`
  const ignore = (name: string) => `ignore: [{ any: ${name}, reason: r }]\n`
  const policy = read(rule('org') + ignore('a.org'), rule('repo') + ignore('a.repo'))
  expect(policy.rules.map((one) => one.function.source)).toEqual(['repo', 'org'])
  expect(policy.ignore.map((one) => one.match.name)).toEqual(['a.org', 'a.repo'])
})

test('numbers keep their sign', () => {
  expect(read('limits: { goroutines: +200 }').limits.goroutines?.fail?.alternatives).toEqual([
    [{ kind: 'growth', value: 200 }],
  ])
  expect(read('limits: { goroutines: 200 }').limits.goroutines?.fail?.alternatives).toEqual([
    [{ kind: 'cap', value: 200 }],
  ])
})

test('names of services are only names', () => {
  const { services } = read(
    'services: { __proto__: { limits: { goroutines: 1 } }, toString: { limits: { goroutines: 2 } } }',
  )
  expect(Object.keys(services)).toEqual(['__proto__', 'toString'])
  expect(Object.getPrototypeOf(services)).toBe(Object.prototype)
})

test('aliases stand for what they name', () => {
  const policy = read('limits: { goroutines: &n +7, heap.objects: *n }')
  expect(policy.limits['heap.objects']?.fail?.text).toBe('+7')
})

test('mutated texts are read or refused in words', { timeout: 60_000 }, () => {
  const pieces = fc.constantFrom(
    ...'{}[]:&*!|>%@`\'"\n\t -+#,/0a~?\u0000\ufeffé',
    '- ',
    ': ',
    '\r\n',
    '<<',
    '&a',
    '*a',
    '...',
    '%YAML 1.1\n',
    '😀',
    'off',
    'new',
    '999999999999999999999',
  )
  const edit = fc.record({ at: fc.nat(FULL.length), cut: fc.nat(12), add: fc.array(pieces, { maxLength: 3 }) })
  let refused = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = FULL
      for (const { at, cut, add } of edits) text = text.slice(0, at) + add.join('') + text.slice(at + cut)
      try {
        read(text)
      } catch (error) {
        refused++
        expect(error, text).toBeInstanceOf(UserError)
        expect((error as UserError).where, text).toMatch(/^t0:[1-9]\d*:[1-9]\d*$/)
      }
    }),
    { numRuns: 3000, seed: 7 },
  )
  expect(refused).toBeGreaterThan(1000)
})
