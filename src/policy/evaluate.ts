import type { ServiceDiff } from '../diff/diff.ts'
import { exactly } from '../diff/estimate.ts'
import type { GoroutineGrowth } from '../diff/goroutines.ts'
import { type HeapGrowth, significantHeap } from '../diff/heap.ts'
import type { LeakedStack } from '../diff/leaked.ts'
import type { Level, LevelName } from '../diff/level.ts'
import { holm, leastP } from '../diff/statistics.ts'
import { type AcceptedGoroutines, acceptedGoroutines, isOfGoroutines, type Remainder, remainders } from './accepted.ts'
import type { Breach, Evaluation } from './evaluation.ts'
import type { Judgement } from './finding.ts'
import { matchStack } from './ignored.ts'
import { type Figure, limitFor, rule, ruleFor } from './limits.ts'
import { METRIC_NAMES, type MetricName } from './metrics.ts'
import { type Creators, creatorsOf } from './place.ts'
import type { Policy } from './policy.ts'
import { swung } from './swing.ts'

/** Family-wise error of the stack tests, and the level of the test for growth of a whole service. */
export const STACK_ALPHA = 0.01
export const SERVICE_ALPHA = 0.001

/** Holds a service's figures against the policy. `today` (ISO date) decides which ignore entries still hold. */
export function evaluate(diff: ServiceDiff, policy: Policy, today: string): Evaluation {
  const creators = creatorsOf(diff.window)
  const leaked = leakedBreaches(diff, policy, today, creators)
  const goroutines = goroutineBreaches(diff, policy, today, creators)
  const accepted = acceptedGoroutines(diff, { leaked, goroutines }, policy)
  const heap = heapBreaches(diff, policy, today, accepted)
  const rest = remainders(diff, accepted, policy, today)
  const judgements = METRIC_NAMES.flatMap((metric) => {
    const judged = judge(metric, diff, policy, { leaked, goroutines, heap }, rest)
    return judged === undefined ? [] : [judged]
  })
  return { judgements, leaked, goroutines, heap }
}

type Breaches = Pick<Evaluation, 'leaked' | 'goroutines' | 'heap'>

type Remainders = Partial<Record<LevelName, Remainder>>

function judge(
  metric: MetricName,
  diff: ServiceDiff,
  policy: Policy,
  breaches: Breaches,
  rest: Remainders,
): Judgement | undefined {
  switch (metric) {
    case 'goroutines.leaked':
      return diff.leaked === undefined ? undefined : worst(metric, breaches.leaked, diff, policy, leakedFigure)
    case 'goroutines.growth':
      if (!diff.window.judgesGrowth || diff.goroutines.length === 0) return undefined
      return worst(metric, breaches.goroutines, diff, policy, goroutineFigure)
    case 'heap.growth.stack':
      if (!diff.window.judgesGrowth || diff.heap.length === 0) return undefined
      return worst(metric, breaches.heap, diff, policy, heapFigure)
    case 'heap.growth':
      return heapGrowthJudgement(diff, policy, rest['heap.inuse'])
    default:
      return levelJudgement(metric, diff.levels[metric], diff, policy, rest[metric])
  }
}

/** The row of a metric that is judged stack by stack: its worst stack, or nothing grown. */
function worst<T>(
  metric: MetricName,
  breaches: readonly Breach<T>[],
  diff: ServiceDiff,
  policy: Policy,
  figureOf: (growth: T, diff: ServiceDiff) => Figure,
): Judgement | undefined {
  const limit = limitFor(policy, diff.service, metric)
  if (limit === undefined) return undefined
  const counted = breaches.filter((breach) => breach.ignored === undefined)
  const order = ['fail', 'warn', 'unclear', 'ok', 'not-judged']
  const top = counted.sort((a, b) => order.indexOf(a.ruling.outcome) - order.indexOf(b.ruling.outcome))[0]
  if (top === undefined) {
    const { limit: kept } = rule(nothing, limit)
    return { metric, base: 0, head: 0, growth: exactly(0), limit: kept, outcome: 'ok' }
  }
  const figure = figureOf(top.growth, diff)
  return {
    metric,
    base: figure.base,
    head: figure.head,
    growth: figure.growth,
    limit: top.ruling.limit,
    outcome: top.ruling.outcome,
  }
}

const nothing: Figure = { base: 0, head: 0, growth: exactly(0), operations: 1, hours: 1 }

function heapGrowthJudgement(diff: ServiceDiff, policy: Policy, rest: Remainder | undefined): Judgement | undefined {
  const metric = 'heap.growth'
  const level = diff.levels['heap.inuse']
  const limit = limitFor(policy, diff.service, metric)
  if (level?.trend === undefined || limit === undefined) return undefined
  const { trend } = level
  const { slopeP, headGrows, persists, ...grown } = rest?.trend ?? trend
  const growth = swung(grown.growth, 'heap.inuse', diff)
  const figure: Figure = {
    base: level.base ?? trend.head[0],
    head: level.head,
    growth,
    operations: diff.window.operations,
    hours: diff.window.hours,
  }
  const ruling = rule(figure, limit)
  const real = slopeP <= SERVICE_ALPHA && headGrows && persists
  const within = (series: readonly number[]): number => series.at(-1)! - series[0]!
  return {
    metric,
    base: trend.base.length === 0 ? undefined : within(trend.base),
    head: within(trend.head),
    growth,
    ...(rest?.trend === undefined ? {} : { accepted: trend.growth.value - growth.value }),
    limit: ruling.limit,
    // A slope that chance explains, or that has ended, is not growth whatever its size.
    outcome: ruling.outcome !== 'ok' && !real ? 'ok' : ruling.outcome,
  }
}

function levelJudgement(
  metric: LevelName,
  level: Level | undefined,
  diff: ServiceDiff,
  policy: Policy,
  rest: Remainder | undefined,
): Judgement | undefined {
  const limit = limitFor(policy, diff.service, metric)
  if (level === undefined || limit === undefined) return undefined
  const { base, head } = level
  const measured = rest?.growth ?? level.growth
  const known = measured === undefined ? undefined : swung(measured, metric, diff)
  const growth = known ?? exactly(0)
  const ruling = rule({ base, head, growth, operations: undefined, hours: undefined }, limit)
  // Without a base only a cap can be judged.
  const judged = known !== undefined || (ruling.outcome !== 'ok' && ruling.outcome !== 'unclear')
  const outcome = judged ? ruling.outcome : 'not-judged'
  const accepted = rest?.growth === undefined ? {} : { accepted: rest.accepted }
  return { metric, base, head, growth: known, ...accepted, limit: ruling.limit, outcome }
}

function leakedBreaches(diff: ServiceDiff, policy: Policy, today: string, creators: Creators): Breach<LeakedStack>[] {
  return (diff.leaked ?? [])
    .filter((stack) => stack.head > stack.base && stack.p <= SERVICE_ALPHA)
    .map((growth) => {
      const frames = diff.stacks.frames(growth.stack)
      const names = frames.map((frame) => frame.function)
      const creator = creators.of(frames)?.function
      return breach(growth, 'goroutines.leaked', names, leakedFigure(growth), diff, policy, today, creator)
    })
    .filter(over)
}

function goroutineBreaches(
  diff: ServiceDiff,
  policy: Policy,
  today: string,
  creators: Creators,
): Breach<GoroutineGrowth>[] {
  // Nothing has grown: what is accepted need not be looked up for every stack.
  if (diff.goroutines.every((growth) => growth.p > STACK_ALPHA)) return []
  // Accepted stacks, and those that stay as they are, are left out of the family that is tested together.
  const tested = diff.goroutines.map((growth) => {
    const frames = diff.stacks.frames(growth.stack)
    const names = frames.map((frame) => frame.function)
    const creator = creators.of(frames)?.function
    return breach(growth, 'goroutines.growth', names, goroutineFigure(growth, diff), diff, policy, today, creator)
  })
  const counted = tested.filter((candidate) => candidate.ignored === undefined && candidate.growth.moves)
  const rejected = holm(
    counted.map((candidate) => candidate.growth.p),
    STACK_ALPHA,
  )
  const grown = new Set(counted.filter((_, i) => rejected[i]))
  // Of many stacks in few rounds not even the steadiest rise can be told from luck: that is no reason to be silent.
  const tooFew = leastP(diff.window.to - diff.window.from) * counted.length > STACK_ALPHA
  return tested
    .filter(({ ignored, growth }) => growth.p <= STACK_ALPHA && (ignored !== undefined || growth.moves))
    .filter((candidate) => candidate.ignored !== undefined || tooFew || grown.has(candidate))
    .map((candidate) => (candidate.ignored !== undefined || grown.has(candidate) ? candidate : unclear(candidate)))
    .filter(over)
}

/** Over its limit, and not told from luck. */
function unclear<T>(candidate: Breach<T>): Breach<T> {
  if (candidate.ruling.outcome !== 'fail') return candidate
  return { ...candidate, ruling: { ...candidate.ruling, outcome: 'unclear' } }
}

function heapBreaches(
  diff: ServiceDiff,
  policy: Policy,
  today: string,
  accepted: AcceptedGoroutines | undefined,
): Breach<HeapGrowth>[] {
  return [...significantHeap(diff.heap, STACK_ALPHA)]
    .map((growth) => {
      const names = diff.stacks.frames(growth.stack).map((frame) => frame.function)
      const found = breach(growth, 'heap.growth.stack', names, heapFigure(growth, diff), diff, policy, today)
      if (found.ignored !== undefined || accepted === undefined || !isOfGoroutines(growth, diff, accepted)) return found
      // What the runtime allocates for goroutines is accepted with them.
      return { ...found, ignored: accepted.by[0] }
    })
    .filter(over)
}

function over<T>(candidate: Breach<T>): boolean {
  return candidate.ignored !== undefined || ['fail', 'warn', 'unclear'].includes(candidate.ruling.outcome)
}

function breach<T>(
  growth: T,
  metric: MetricName,
  names: readonly string[],
  figure: Figure,
  diff: ServiceDiff,
  policy: Policy,
  today: string,
  createdBy?: string,
): Breach<T> {
  const limit = ruleFor(policy, metric, names)?.limits[metric] ?? limitFor(policy, diff.service, metric)
  const ignored = matchStack(policy, names, metric, figure.growth.value, today, createdBy)
  return { growth, ruling: rule(figure, limit), ignored }
}

function leakedFigure({ base, head }: LeakedStack): Figure {
  return { base, head, growth: exactly(head - base), operations: undefined, hours: undefined }
}

export function goroutineFigure({ trend }: GoroutineGrowth, diff: ServiceDiff): Figure {
  const within = (series: readonly number[]): number => (series.at(-1) ?? 0) - (series[0] ?? 0)
  return {
    base: trend.base.at(-1) ?? 0,
    head: trend.head.at(-1) ?? 0,
    growth: swung(exactly(within(trend.head) - within(trend.base)), 'goroutines', diff),
    operations: diff.window.operations,
    hours: diff.window.hours,
  }
}

export function heapFigure({ growth }: HeapGrowth, diff: ServiceDiff): Figure {
  return {
    base: diff.levels['heap.inuse']?.base,
    head: growth.value,
    growth: swung(growth, 'heap.inuse', diff),
    operations: diff.window.operations,
    hours: diff.window.hours,
  }
}
