import { describe, expect, test } from 'vitest'
import { exactly } from '../../src/diff/estimate.ts'
import { figureOverTime, type HistoryPoint, loadFigures, type PastFigure } from '../../src/diff/history.ts'
import type { Judgement } from '../../src/policy/finding.ts'
import { rule } from '../../src/policy/limits.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { creepOf, judgePast } from '../../src/policy/past.ts'
import type { Policy } from '../../src/policy/policy.ts'

const MiB = 1024 * 1024
const NOW = new Date('2026-11-24T12:00:00Z')
const LOAD = { rounds: 10, operations: 2800 }

const day = (i: number): string => new Date(Date.UTC(2026, 10, 1 + i)).toISOString()
const commit = (i: number): string => i.toString(16).padStart(40, '0')

/** A day between each, the last of them the base. */
function series(...values: readonly number[]): PastFigure[] {
  return values.map((value, i) => ({ commit: commit(i), recordedAt: day(i), value: value * MiB }))
}

function policy(limit: string): Policy {
  return parsePolicy([{ source: 'p', text: `limits: { heap.inuse: ${limit} }` }])
}

/** The head's heap against a base, judged as without a history. */
function row(base: number, head: number, under: Policy, half = 0): Judgement {
  const value = (head - base) * MiB
  const growth = { value, lower: value - half * MiB, upper: value + half * MiB }
  const figure = { base: base * MiB, head: head * MiB, growth, operations: undefined, hours: undefined }
  const { base: b, head: h } = figure
  return { metric: 'heap.inuse', base: b, head: h, growth, ...rule(figure, under.limits['heap.inuse']) }
}

/** Ten times three per cent, to the base and then the head. */
const SLOW = Array.from({ length: 11 }, (_, i) => 10 * 1.03 ** i)

function judged(limit: string, past: readonly PastFigure[], half = 0): ReturnType<typeof judgePast> {
  const under = policy(limit)
  const base = (past.at(-1)?.value ?? 10 * MiB) / MiB
  return judgePast([row(base, base * 1.03, under, half)], under, 'api', () => past, NOW)
}

describe('a limit since long ago', () => {
  test.each<[string, string, Judgement['outcome'], number | undefined]>([
    ['small steps together', '+20% since 10 merges', 'fail', 0],
    ['with a limit over the base beside it', '+50% or +20% and +1MiB since 10 merges', 'fail', 0],
    ['that warns', '{ warn: +20% since 10 merges }', 'warn', 0],
    ['the days', '+20% since 14 days', 'fail', 9],
    ['not so much', '+50% since 10 merges', 'ok', undefined],
    ['one clause is kept', '+20% and +10MiB since 10 merges', 'ok', undefined],
    ['the base alone breaks it: the past did not decide', '+1% or +90% since 10 merges', 'fail', undefined],
  ])('%s: %s', (_, limit, outcome, from) => {
    const past = limit.includes('days') ? series(...Array.from({ length: 10 }, () => 8), ...SLOW) : series(...SLOW)
    const { judgements, doubts } = judged(limit, past)
    expect([judgements[0]!.outcome, doubts]).toEqual([outcome, []])
    expect(judgements[0]!.past).toEqual(from === undefined ? undefined : past[from])
  })

  test('growth within its own error is unclear', () => {
    expect(judged('+20% since 10 merges', series(...SLOW), 3).judgements[0]!.outcome).toBe('unclear')
  })

  test('too short a history: not judged, and a doubt says so', () => {
    const { judgements, doubts } = judged('+20% since 10 merges', series(10, 11, 12))
    expect(judgements[0]!.outcome).toBe('not-judged')
    expect(doubts).toEqual([
      { kind: 'short-history', metric: 'heap.inuse', since: '10 merges', recordings: 3, blocks: false },
    ])
  })

  test('what else the limit says is judged all the same, and the doubt stays', () => {
    const kept = judged('+50% or +20% since 10 merges', series(10, 11))
    expect([kept.judgements[0]!.outcome, kept.doubts.length]).toEqual(['ok', 1])
    const broken = judged('+1% or +20% since 10 merges', series(10, 11))
    expect([broken.judgements[0]!.outcome, broken.doubts.length]).toEqual(['fail', 1])
  })

  test('without a base there is nothing to say', () => {
    const under = policy('+20% since 10 merges')
    const first = { ...row(10, 10, under), base: undefined, growth: undefined }
    expect(judgePast([first], under, 'api', () => [], NOW)).toEqual({ judgements: [first], doubts: [] })
  })
})

describe('what compares', () => {
  const point = (i: number, load = LOAD, verdict = 'pass'): HistoryPoint => {
    const services = { api: { goroutines: i, ...loadFigures(load) } }
    return { commit: commit(i), recordedAt: day(i), verdict, services }
  }
  const values = (history: readonly HistoryPoint[], load = LOAD): number[] =>
    figureOverTime(history, 'api', 'goroutines', load).map(({ value }) => value)

  test('the same load, as far back as it was; a twentieth more or less is the same', () => {
    const other = { ...LOAD, operations: 1400 }
    expect(values([point(1), point(2, other), point(3), point(4, { ...LOAD, operations: 2900 })])).toEqual([3, 4])
    expect(values([point(1, { ...LOAD, rounds: 5 }), point(2)])).toEqual([2])
  })

  test('what could not be judged is left out', () => {
    expect(values([point(1), point(2, LOAD, 'inconclusive'), point(3, LOAD, 'fail')])).toEqual([1, 3])
  })

  test('another service, and names that objects have of themselves', () => {
    expect(figureOverTime([point(1)], 'constructor', 'goroutines', LOAD)).toEqual([])
    expect(figureOverTime([point(1)], 'worker', 'goroutines', LOAD)).toEqual([])
  })
})

describe('creep', () => {
  const limit = policy('{ warn: +10% and +1MiB, fail: +50% and +16MiB }').limits['heap.inuse']!

  test('ten times three per cent is more than ten per cent', () => {
    expect(creepOf(series(...SLOW), limit)).toMatchObject({ from: 0, level: 'warn' })
  })

  test('a step that was told when it came is none; what creeps after it is', () => {
    expect(creepOf(series(10, 10, 15, 15, 15), limit)).toBeUndefined()
    expect(creepOf(series(10, 10, 15, 15.9, 16.8, 17.7), limit)).toMatchObject({ from: 2 })
  })

  test('a level, a fall, too few', () => {
    expect(creepOf(series(10, 10.1, 9.9, 10, 10.1), limit)).toBeUndefined()
    expect(creepOf(series(12, 11, 10), limit)).toBeUndefined()
    expect(creepOf(series(10), limit)).toBeUndefined()
    expect(creepOf([], limit)).toBeUndefined()
  })

  test('a cap alone says nothing about growth', () => {
    expect(creepOf(series(...SLOW), policy('1MiB').limits['heap.inuse'])).toBeUndefined()
    expect(creepOf(series(...SLOW), undefined)).toBeUndefined()
  })
})

test('growth of nothing is exact', () => {
  expect(rule({ ...figureOf(10, 10) }, policy('+20% since 10 merges').limits['heap.inuse']).outcome).toBe('not-judged')
})

function figureOf(base: number, head: number) {
  return { base, head, growth: exactly(head - base), operations: undefined, hours: undefined }
}
