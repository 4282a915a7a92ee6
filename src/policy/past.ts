import type { Doubt } from '../diff/doubts.ts'
import { exactly } from '../diff/estimate.ts'
import { figureBefore, type PastFigure, type Since } from '../diff/history.ts'
import type { Judgement } from './finding.ts'
import { against, type Figure, limitFor, type Ruling, rule, sinceOf } from './limits.ts'
import type { MetricName } from './metrics.ts'
import type { Clause, Condition, Limit, Policy } from './policy.ts'
import { sinceText } from './since.ts'

/** A figure of one service on the base's branch, oldest first; the last is the base. */
export type Past = (metric: MetricName) => readonly PastFigure[]

/**
 * Holds the figures of a service against limits that say since, which need the history of the base's branch. Where that
 * does not go back so far the limit is not judged, and a doubt says so.
 */
export function judgePast(
  judgements: readonly Judgement[],
  policy: Policy,
  service: string,
  past: Past,
  now: Date,
): { readonly judgements: Judgement[]; readonly doubts: Doubt[] } {
  const doubts: Doubt[] = []
  const judged = judgements.map((row) => {
    const limit = limitFor(policy, service, row.metric)
    const wanted = limit === undefined ? [] : sinces(limit)
    // Without a base nothing is held against anything.
    if (limit === undefined || wanted.length === 0 || row.head === undefined || row.growth === undefined) return row
    const series = past(row.metric)
    const before = (since: Since): PastFigure | undefined => figureBefore(series, since, now)
    for (const since of wanted.filter((one) => before(one) === undefined)) {
      doubts.push({
        ...{ kind: 'short-history', metric: row.metric, since: sinceText(since) },
        ...{ recordings: series.length, blocks: false },
      })
    }
    const figure: Figure = {
      ...{ base: row.base, head: row.head, growth: row.growth, past: before },
      ...{ operations: undefined, hours: undefined },
    }
    return ruled(row, figure, limit)
  })
  return { judgements: judged, doubts }
}

const ORDER: readonly Judgement['outcome'][] = ['not-judged', 'ok', 'unclear', 'warn', 'fail']

/** With the recording that decided, where the limit is broken by the past and not by the base. */
function ruled(row: Judgement, figure: Figure, limit: Limit): Judgement {
  const ruling = rule(figure, limit)
  const worse = ORDER.indexOf(ruling.outcome) > Math.max(ORDER.indexOf(row.outcome), ORDER.indexOf('ok'))
  const decided = worse ? decidedBy(figure, ruling, limit) : undefined
  return { ...row, ...ruling, ...(decided === undefined ? {} : { past: decided }) }
}

function decidedBy(figure: Figure, { outcome, limit: applied }: Ruling, limit: Limit): PastFigure | undefined {
  const condition = applied === undefined ? undefined : limit[applied.level]
  for (const clauses of condition?.alternatives ?? []) {
    const since = clauses.map(sinceOf).find((one) => one !== undefined)
    if (since === undefined) continue
    const alone = rule(figure, { [applied!.level]: { text: '', alternatives: [clauses] }, origin: limit.origin })
    if (alone.outcome === outcome) return figure.past?.(since)
  }
  return undefined
}

/** Growth of a row over the recording that decided, in the row's unit. */
export function growthSincePast(row: Judgement): Figure['growth'] | undefined {
  if (row.past === undefined || row.head === undefined || row.growth === undefined) return undefined
  const figure = { base: row.base, head: row.head, growth: row.growth, operations: undefined, hours: undefined }
  return against(figure, row.past)?.growth
}

function sinces({ warn, fail }: Limit): Since[] {
  const clauses = [warn, fail].flatMap((condition) => condition?.alternatives.flat() ?? [])
  const all = clauses.map(sinceOf).filter((since) => since !== undefined)
  return [...new Map(all.map((since) => [sinceText(since), since])).values()]
}

/** Figures whose course is told: exact ones, that depend on the code and the load and little else. */
export const STEADY: readonly MetricName[] = [
  'goroutines',
  'heap.inuse',
  'heap.objects',
  'stack.inuse',
  'alloc.bytes',
  'alloc.objects',
]

/** Where steps that are each within a limit have added up to more than it, and that limit. */
export interface Crept {
  /** Index of the first point. */
  readonly from: number
  readonly condition: Condition
  readonly level: 'warn' | 'fail'
}

/**
 * Whether a series has crept: from the last step that passed the limit by itself, and so was told when it came, to its
 * end it has grown by more than the limit.
 */
export function creepOf(series: readonly PastFigure[], limit: Limit | undefined): Crept | undefined {
  const level = limit?.warn === undefined ? 'fail' : 'warn'
  const condition = growthOnly(limit?.[level])
  if (condition === undefined) return undefined
  const passes = (a: number, b: number): boolean => {
    const figure = { base: series[a]!.value, head: series[b]!.value, operations: undefined, hours: undefined }
    const growth = exactly(figure.head - figure.base)
    return rule({ ...figure, growth }, { [level]: condition, origin: limit!.origin }).outcome === level
  }
  let from = 0
  for (let i = 1; i < series.length; i++) if (passes(i - 1, i)) from = i
  const last = series.length - 1
  return last - from >= 2 && passes(from, last) ? { from, condition, level } : undefined
}

/** Without caps, which say nothing about growth; what is allowed since long ago is allowed in all. */
function growthOnly(condition: Condition | undefined): Condition | undefined {
  const alternatives = (condition?.alternatives ?? [])
    .map((clauses) => clauses.flatMap(({ kind, value }): Clause[] => (kind === 'cap' ? [] : [{ kind, value }])))
    .filter((clauses) => clauses.length > 0)
  return condition === undefined || alternatives.length === 0 ? undefined : { ...condition, alternatives }
}
