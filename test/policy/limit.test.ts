import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../src/policy/limit.ts'
import { METRIC_NAMES, METRICS, type MetricName } from '../../src/policy/metrics.ts'
import type { Clause } from '../../src/policy/policy.ts'

const refuse = (offset: number, what: string): never => expect.unreachable(`${offset}: ${what}`)

/** The alternatives, or the mistakes as `column: what`. */
function read(text: string, metric: MetricName): readonly (readonly Clause[])[] | string[] {
  const mistakes: string[] = []
  const condition = parseCondition(text, metric, (offset, what) => mistakes.push(`${offset + 1}: ${what}`))
  expect(condition === undefined).toBe(mistakes.length > 0)
  return condition?.alternatives ?? mistakes
}

describe('what a limit means', () => {
  test.each<[string, MetricName, Clause[][]]>([
    ['+10%', 'heap.inuse', [[{ kind: 'percent', value: 10 }]]],
    ['+7%', 'gc.cpu', [[{ kind: 'percent', value: 7 }]]],
    ['+4MiB', 'heap.inuse', [[{ kind: 'growth', value: 4_194_304 }]]],
    ['+ 1.5 KiB', 'heap.inuse', [[{ kind: 'growth', value: 1536 }]]],
    ['512MiB', 'heap.inuse', [[{ kind: 'cap', value: 536_870_912 }]]],
    ['500', 'goroutines', [[{ kind: 'cap', value: 500 }]]],
    ['+1_000', 'goroutines', [[{ kind: 'growth', value: 1000 }]]],
    ['100ms', 'gc.pause.max', [[{ kind: 'cap', value: 1e8 }]]],
    ['25%', 'gc.cpu', [[{ kind: 'cap', value: 0.25 }]]],
    ['1KiB/op', 'heap.growth', [[{ kind: 'per-operation', value: 1024 }]]],
    ['1MB/kop', 'heap.growth', [[{ kind: 'per-operation', value: 1000 }]]],
    ['20 MiB / h', 'heap.growth', [[{ kind: 'per-hour', value: 20_971_520 }]]],
    ['0.5/op', 'goroutines.growth', [[{ kind: 'per-operation', value: 0.5 }]]],
    ['5/h', 'goroutines.growth', [[{ kind: 'per-hour', value: 5 }]]],
    ['0 new', 'goroutines.leaked', [[{ kind: 'new', value: 0 }]]],
  ])('%s on %s', (text, metric, alternatives) => {
    expect(read(text, metric)).toEqual(alternatives)
  })

  test('and binds tighter than or; the text stays as written', () => {
    const text = '+5%  and +64KiB or +8MiB'
    expect(parseCondition(text, 'heap.inuse', refuse)).toEqual({
      text,
      alternatives: [
        [
          { kind: 'percent', value: 5 },
          { kind: 'growth', value: 65_536 },
        ],
        [{ kind: 'growth', value: 8_388_608 }],
      ],
    })
  })
})

describe('mistakes', () => {
  test.each<[string, MetricName, string[]]>([
    ['', 'heap.inuse', ['1: a limit is missing here']],
    ['+10% and', 'heap.inuse', ['9: a limit is missing after "and"']],
    ['or +1MiB', 'heap.inuse', ['1: a limit is missing here']],
    ['100ms', 'heap.inuse', ['1: "100ms" is a duration, heap.inuse is measured in bytes']],
    ['4MiB', 'goroutines', ['1: "4MiB" is bytes, goroutines is a plain count']],
    ['+10% and 4MX', 'heap.inuse', ['10: unknown unit "MX"']],
    ['+512', 'heap.inuse', ['2: "512" has no unit, heap.inuse is measured in bytes']],
    ['0 new', 'heap.inuse', ['1: heap.inuse cannot be limited by what is new']],
    ['0', 'goroutines.leaked', ['1: expected a number and the word new, found "0"']],
    ['0.5 new', 'goroutines.leaked', ['1: expected a whole number, found "0.5"']],
    ['1KiB/op', 'heap.inuse', ['1: heap.inuse is a level, not a rate']],
    ['512B/op', 'alloc.bytes', ['1: alloc.bytes is per operation already']],
    ['1KiB/min', 'heap.growth', ['5: unknown rate "/min"']],
    ['+1KiB/op', 'heap.growth', ['1: a rate has no sign']],
    ['10%', 'heap.inuse', ['1: "10%" does not say of what']],
    ['64KiB', 'heap.growth', ['1: heap.growth has no cap, it is what was added']],
    ['+5ms', 'gc.cpu', ['2: expected a percentage, found "5ms"']],
    ['101%', 'gc.cpu', ['1: "101%" is more than all of it']],
    ['-5%', 'heap.inuse', ['1: a limit cannot be negative, found "-5%"']],
    ['< 10%', 'heap.inuse', ['1: "<" is not part of a limit']],
    ['+1MiB && +1%', 'heap.inuse', ['7: "&&" is not part of a limit']],
    ['+1MiB +1%', 'heap.inuse', ['7: expected "and" or "or" before "+1%"']],
    ['+1% or (+1MiB)', 'heap.inuse', ['8: a limit has no parentheses']],
    ['+1,000', 'goroutines', ['3: a number has no commas']],
    ['99999999PiB', 'heap.inuse', ['1: "99999999PiB" is too large']],
    ['+99999999999999999999%', 'heap.inuse', ['2: "99999999999999999999%" is too large']],
    ['a lot', 'heap.inuse', ['1: expected a limit, found "a lot"']],
    ['+1 and -1 or x', 'goroutines', ['8: a limit cannot be negative, found "-1"', '14: expected a limit, found "x"']],
  ])('%j on %s', (text, metric, mistakes) => {
    expect(read(text, metric)).toEqual(mistakes)
  })

  test('the remedy shows limits that are accepted', () => {
    for (const metric of METRIC_NAMES) {
      let hint = ''
      parseCondition('?', metric, (_offset, _what, remedy) => {
        hint = remedy
      })
      expect(hint).toContain(metric)
      const examples = hint
        .replaceAll(metric, '')
        .match(/\+?\d\S*(?: new)?/g)!
        .map((example) => example.replace(/[.,]+$/, ''))
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) parseCondition(example, metric, refuse)
    }
  })
})

test('any words at all are read or told, with a place inside the text', () => {
  const words = fc.constantFrom(
    '+',
    '10',
    '%',
    '4MiB',
    'and',
    'or',
    '/',
    'op',
    'h',
    'new',
    ' ',
    '100ms',
    '-',
    '(',
    '1_0',
    '😀',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), fc.constantFrom(...METRIC_NAMES), (parts, metric) => {
      const text = parts.join('')
      let told = 0
      const condition = parseCondition(text, metric, (offset) => {
        told++
        expect(offset).toBeGreaterThanOrEqual(0)
        expect(offset).toBeLessThanOrEqual(text.length)
      })
      expect(condition === undefined).toBe(told > 0)
      for (const clause of condition?.alternatives.flat() ?? []) {
        expect(clause.value).toBeGreaterThanOrEqual(0)
        expect(allowed(metric)).toContain(clause.kind)
      }
    }),
    { numRuns: 5000 },
  )
})

function allowed(metric: MetricName): Clause['kind'][] {
  const kinds: Record<string, Clause['kind'][]> = {
    level: ['percent', 'growth', 'cap'],
    growth: ['percent', 'growth', 'per-operation', 'per-hour'],
    new: ['new'],
  }
  return kinds[METRICS[metric].kind]!
}
