import type { Estimate } from '../diff/estimate.ts'
import type { PastFigure, Since } from '../diff/history.ts'
import type { AppliedLimit, Outcome } from './finding.ts'
import type { MetricName } from './metrics.ts'
import type { Clause, Condition, Limit, Limits, Policy, Rule } from './policy.ts'

/** A figure as a limit sees it, in the metric's unit. */
export interface Figure {
  readonly base: number | undefined
  readonly head: number
  readonly growth: Estimate
  readonly operations: number | undefined
  readonly hours: number | undefined
  /** The figure on the base's branch so long ago, for limits that say since; undefined where nobody knows. */
  readonly past?: (since: Since) => PastFigure | undefined
}

export interface Ruling {
  readonly outcome: Outcome
  readonly limit: AppliedLimit | undefined
}

/** `unknown`: it speaks of a past that is not known. */
type Answer = 'broken' | 'unclear' | 'kept' | 'unknown'

/**
 * Holds a figure against its limit. A limit is broken only when the figure exceeds it beyond its own error (its lower
 * bound); when the figure does and the bound does not, the answer is `unclear`.
 */
export function rule(figure: Figure, limit: Limit | undefined): Ruling {
  if (limit === undefined) return { outcome: 'not-judged', limit: undefined }
  const { fail, warn, origin } = limit
  const failAnswer = fail === undefined ? 'unknown' : answer(figure, fail)
  const warnAnswer = warn === undefined ? 'unknown' : answer(figure, warn)
  if (fail !== undefined && failAnswer === 'broken') {
    return { outcome: 'fail', limit: { level: 'fail', text: fail.text, origin } }
  }
  if (warn !== undefined && warnAnswer === 'broken') {
    return { outcome: 'warn', limit: { level: 'warn', text: warn.text, origin } }
  }
  if (fail !== undefined && failAnswer === 'unclear') {
    return { outcome: 'unclear', limit: { level: 'fail', text: fail.text, origin } }
  }
  const kept = warn ?? fail
  if (kept === undefined) return { outcome: 'not-judged', limit: undefined }
  const outcome = failAnswer === 'unknown' && warnAnswer === 'unknown' ? 'not-judged' : 'ok'
  return { outcome, limit: { level: warn === undefined ? 'fail' : 'warn', text: kept.text, origin } }
}

/** The limit in force for a service: its own, else the policy's. */
export function limitFor(policy: Policy, service: string, metric: MetricName): Limit | undefined {
  return serviceLimits(policy, service)[metric] ?? policy.limits[metric]
}

/** The first rule with a limit for the metric whose function is in the stack; names leaf first. */
export function ruleFor(policy: Policy, metric: MetricName, names: readonly string[]): Rule | undefined {
  return policy.rules.find((candidate) => {
    if (candidate.limits[metric] === undefined) return false
    return names.some((name) => candidate.function.test(name))
  })
}

function serviceLimits(policy: Policy, service: string): Limits {
  return Object.hasOwn(policy.services, service) ? policy.services[service]! : {}
}

function answer(figure: Figure, condition: Condition): Answer {
  const answers = condition.alternatives.map((clauses) => {
    const all = clauses.map((clause) => compare(figure, clause))
    return WORST_LAST.find((one) => all.includes(one))!
  })
  if (answers.includes('broken')) return 'broken'
  if (answers.includes('unclear')) return 'unclear'
  return answers.includes('kept') ? 'kept' : 'unknown'
}

/**
 * The growth from which on the limit fails, in the figure's own unit: the smallest that breaks any of its alternatives.
 * undefined where only a cap or an unknown past or rate decides.
 */
export function failThreshold(figure: Figure, limit: Limit | undefined): number | undefined {
  const thresholds = (limit?.fail?.alternatives ?? []).flatMap((clauses) => {
    const all = clauses.map((clause) =>
      clause.kind === 'cap' || sinceOf(clause) !== undefined ? undefined : thresholdOf(figure, clause),
    )
    return all.includes(undefined) ? [] : [Math.max(...(all as number[]))]
  })
  return thresholds.length === 0 ? undefined : Math.min(...thresholds)
}

/** An alternative is broken when all its clauses are. */
const WORST_LAST: readonly Answer[] = ['kept', 'unknown', 'unclear', 'broken']

function compare(now: Figure, clause: Clause): Answer {
  if (clause.kind === 'cap') return now.head > clause.value ? 'broken' : 'kept'
  const since = sinceOf(clause)
  const figure = since === undefined ? now : against(now, now.past?.(since))
  if (figure === undefined) return 'unknown'
  const threshold = thresholdOf(figure, clause)
  // Without a count of operations or times, a rate cannot be told.
  if (threshold === undefined) return 'unclear'
  if (figure.growth.value <= threshold) return 'kept'
  return figure.growth.lower > threshold ? 'broken' : 'unclear'
}

/** The past that a clause speaks of; undefined where it speaks of the base. */
export function sinceOf(clause: Clause): Since | undefined {
  return 'since' in clause ? clause.since : undefined
}

/** The figure with an earlier recording in the base's place. Its error is taken to be that of the base. */
export function against(figure: Figure, past: PastFigure | undefined): Figure | undefined {
  if (past === undefined) return undefined
  const { value, lower, upper } = figure.growth
  // What of the growth over the base is accepted is not part of it, and does not count here either.
  const grown = figure.base === undefined ? figure.head - past.value : value + figure.base - past.value
  const growth = { value: grown, lower: grown - (value - lower), upper: grown + (upper - value) }
  return { ...figure, base: past.value, growth }
}

/** The growth the clause allows, in the figure's own unit. */
function thresholdOf(figure: Figure, clause: Clause): number | undefined {
  switch (clause.kind) {
    case 'percent':
      return ((figure.base ?? 0) * clause.value) / 100
    case 'per-operation':
      return figure.operations === undefined ? undefined : clause.value * figure.operations
    case 'per-hour':
      return figure.hours === undefined ? undefined : clause.value * figure.hours
    case 'growth':
    case 'new':
      return clause.value
    case 'cap':
      return undefined
  }
}
