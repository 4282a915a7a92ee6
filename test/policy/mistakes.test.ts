import { describe, expect, test } from 'vitest'
import { formatUserError, UserError } from '../../src/errors.ts'
import { parsePolicy } from '../../src/policy/parse.ts'

/** What the user reads. */
function mistake(text: string): string {
  try {
    parsePolicy([{ source: 'p', text }])
  } catch (error) {
    if (error instanceof UserError) return formatUserError(error)
    throw error
  }
  return 'accepted'
}

const METRICS_HINT = 'Metrics: goroutines.leaked, goroutines.growth, heap.growth.stack.'

describe('each mistake has its place and a remedy', () => {
  test.each([
    ['limit: 3', 'p:1:1: unknown key "limit" in the policy\n  Did you mean limits?'],
    [
      '- a',
      'p:1:1: the policy takes keys and values, found a list\n  Keys: preset, inconclusive, limits, rules, services, ignore.',
    ],
    [
      'text',
      'p:1:1: the policy takes keys and values, found "text"\n  Keys: preset, inconclusive, limits, rules, services, ignore.',
    ],
    ['preset: Strict', 'p:1:9: preset cannot be "Strict"\n  Did you mean strict?'],
    ['inconclusive: warn', 'p:1:15: inconclusive cannot be "warn"\n  It can be: fail, pass.'],
    ['preset:', 'p:1:1: preset has no value\n  It needs one of recommended, strict, watch.'],
    ['limits:\n  heap.inus: +1%', 'p:2:3: unknown metric "heap.inus" in limits\n  Did you mean heap.inuse?'],
    [
      'limits:\n  goroutines: +1\n  goroutines: +2',
      'p:3:3: "goroutines" is given twice in limits\n  It is on line 2 already.',
    ],
    ['limits:\n  goroutines:', 'p:2:3: goroutines has no value\n  It needs a limit, or the word off.'],
    [
      'limits: {goroutines: {}}',
      'p:1:22: goroutines needs warn, fail or both\n  goroutines takes growth over the base, e.g. +10% or +20, or a cap, e.g. 500.',
    ],
    [
      'limits: {goroutines: {Fail: 1}}',
      'p:1:22: goroutines needs warn, fail or both. goroutines takes growth over the base, e.g. +10% or +20, or a cap, e.g. 500.\np:1:23: unknown key "Fail" in goroutines. Did you mean fail?',
    ],
    [
      'limits:\n  goroutines: +1 and 2ms',
      'p:2:22: "2ms" is a duration, goroutines is a plain count\n  goroutines takes growth over the base, e.g. +10% or +20, or a cap, e.g. 500.',
    ],
    [
      'limits:\n  goroutines: "+1 and 2x"',
      'p:2:23: expected a limit, found "2x"\n  goroutines takes growth over the base, e.g. +10% or +20, or a cap, e.g. 500.',
    ],
    [
      'limits:\n  goroutines: *none',
      'p:2:15: goroutines needs a limit, or the word off, found an alias without an anchor\n  Put text that begins with [, { or * in quotes.',
    ],
    [
      'services: {w: {limits: {gc.cpus: 5%}}}',
      'p:1:25: unknown metric "gc.cpus" in the limits of service "w"\n  Did you mean gc.cpu?',
    ],
    ['rules:\n  - limits: {}', 'p:2:5: rule 1 has no function\n  Example: function: ^example\\.com/api/cache\\.'],
    ['rules:\n  -', 'p:2:4: an entry of rules is empty'],
    ['rules: {}', 'p:1:8: rules takes a list, found a mapping\n  Begin each entry with "- ".'],
    [
      'rules: [{function: ^a, limits: {gc.cpu: 5%}}]',
      `p:1:33: unknown metric "gc.cpu" in the limits of rule 1\n  ${METRICS_HINT}`,
    ],
    [
      'rules: [{function: "a(", limits: {}}]',
      'p:1:20: bad regular expression "a(": unterminated group\n  The syntax is that of JavaScript, e.g. ^example\\.com/api/cache\\.',
    ],
    [
      'rules: [{function: /^a/, limits: {}}]',
      'p:1:20: function is a regular expression already\n  Leave the slashes out.',
    ],
    [
      `rules: [{function: ${'a'.repeat(1001)}, limits: {}}]`,
      'p:1:20: the regular expression is longer than 1,000 characters',
    ],
    [
      'rules: [{function: [a-z], limits: {}}]',
      'p:1:20: function needs a regular expression, found a list\n  Put text that begins with [, { or * in quotes.',
    ],
    [
      'ignore: [{reason: x}]',
      'p:1:10: ignore entry 1 does not say what to ignore\n  Give one of top, any, created-by.',
    ],
    [
      'ignore: [{top: a.b, any: a.c, reason: x}]',
      'p:1:21: ignore entry 1 says what to ignore more than once\n  Give one of top, any, created-by.',
    ],
    [
      'ignore: [{top: a.b}]',
      'p:1:10: ignore entry 1 has no reason\n  Example: reason: idle keep-alives, bounded by MaxIdleConns',
    ],
    ['ignore: [{top: a.b, reason: " "}]', 'p:1:29: the reason is empty\n  Say why the stack is accepted.'],
    [
      'ignore: [{top: a.b(), reason: x}]',
      'p:1:16: "a.b()" is no function name\n  Write it as profiles do, without arguments, e.g. net/http.(*persistConn).readLoop.',
    ],
    [
      'ignore: [{top: /a/i, reason: x}]',
      'p:1:16: "/a/i" is no regular expression\n  Write it between slashes, without flags: /^example\\.com/.',
    ],
    [
      'ignore: [{any: /a(/, reason: x}]',
      'p:1:17: bad regular expression "a(": unterminated group\n  The syntax is that of JavaScript, e.g. ^example\\.com/api/cache\\.',
    ],
    [
      'ignore: [{top: a.b, reason: x, max: lots}]',
      'p:1:37: expected a number or bytes, found "lots"\n  Examples: 64 goroutines, 4MiB (of heap), 64 goroutines and 4MiB.',
    ],
    [
      'ignore: [{top: a.b, reason: x, expires: 2027-02-30}]',
      'p:1:41: "2027-02-30" is no date\n  Write year-month-day, e.g. 2027-03-01: the last day the entry holds.',
    ],
    [
      'ignore: [{top: a.b, reason: x, expires: 2027-3-1}]',
      'p:1:41: "2027-3-1" is no date\n  Write year-month-day, e.g. 2027-03-01: the last day the entry holds.',
    ],
    ['preset: !!str strict', 'p:1:9: a policy has no tags, found "!!str"\n  Put text that begins with ! in quotes.'],
    [
      'preset: strict\n---\npreset: watch',
      'p:2:1: a policy is one YAML document, found a second\n  Take out the line "---".',
    ],
    [
      'preset: a: b',
      'p:1:9: not YAML: a second ": " in one value\n  Put the value in quotes, or indent what belongs to it.',
    ],
    ['\tlimits: {}', 'p:1:1: not YAML: a tab before the text\n  Indent with spaces.'],
    ['[a]: b', 'p:1:1: a key in the policy must be plain text'],
    [
      '<<: {preset: strict}',
      'p:1:1: unknown key "<<" in the policy\n  Keys: preset, inconclusive, limits, rules, services, ignore.',
    ],
  ])('%j', (text, message) => {
    expect(mistake(text)).toBe(message)
  })
})

test('all mistakes of a text are told at once, in their order', () => {
  expect(
    mistake('ignore:\n  - top: a.b\nlimits:\n  leaked: 0 new\n  heap.inuse: 1KiB/op and 5ms\npreset: stirct\n'),
  ).toBe(
    [
      'p:2:5: ignore entry 1 has no reason. Example: reason: idle keep-alives, bounded by MaxIdleConns',
      'p:4:3: unknown metric "leaked" in limits. Did you mean goroutines.leaked?',
      'p:5:15: heap.inuse is a level, not a rate. heap.inuse takes growth over the base, e.g. +10% or +4MiB, or a cap, e.g. 512MiB.',
      'p:5:27: "5ms" is a duration, heap.inuse is measured in bytes. heap.inuse takes growth over the base, e.g. +10% or +4MiB, or a cap, e.g. 512MiB.',
      'p:6:9: preset cannot be "stirct". Did you mean strict?',
    ].join('\n'),
  )
})

test('a long list of mistakes is cut short', () => {
  const text = `limits:\n${Array.from({ length: 50 }, (_, i) => `  x${i}: 1\n`).join('')}`
  expect(mistake(text).split('\n')).toHaveLength(21)
  expect(mistake(text)).toMatch(/\nand 30 more$/)
})

describe('texts that are made to do harm', () => {
  test.each([
    ['flow lists', '['.repeat(200_000)],
    ['block lists', '- '.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(60_000)],
    ['complex keys', '? '.repeat(100_000)],
  ])('%s in each other', (_, text) => {
    expect(mistake(text)).toMatch(/^p:1:\d+: nested deeper than 32 levels$/)
  })

  test('aliases of aliases', () => {
    const bomb = `a: &a [x]\nb: [${'*a, '.repeat(101)}]`
    expect(mistake(bomb)).toMatch(/^p:2:\d+: more than 100 aliases$/)
  })

  test('an alias of what it is in', () => {
    expect(mistake('rules: &r\n  - *r')).toMatch(/^p:2:3: rule 1 takes keys and values, found a list/)
    expect(mistake('limits: &l\n  goroutines: *l')).toMatch(/^p:\d+:\d+: .*unknown key "goroutines" in goroutines/s)
  })

  test('too large', () => {
    expect(mistake(`# ${'é'.repeat(140_000)}`)).toBe('p: the policy is larger than 256 KiB')
  })

  test('many keys', () => {
    expect(mistake(Array.from({ length: 20_000 }, (_, i) => `k${i}:`).join('\n'))).toMatch(/and 19980 more$/)
  })

  test('control characters do not reach the message', () => {
    expect(mistake('"\\u001b[31m\\n::error::": 1')).toMatch(
      /^p:1:1: unknown key "\\u001b\[31m\\n::error::" in the policy\n/,
    )
  })
})
