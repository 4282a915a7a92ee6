import type { ServiceDiff } from '../diff/diff.ts'
import type { Doubt } from '../diff/doubts.ts'
import { leastP, studentQuantile } from '../diff/statistics.ts'
import { SERVICE_ALPHA, STACK_ALPHA } from './evaluate.ts'
import type { Judgement } from './finding.ts'
import { failThreshold, limitFor } from './limits.ts'
import type { MetricName } from './metrics.ts'
import type { Policy } from './policy.ts'

/** Each end of the interval that growth is told with. */
const TOLD = 0.025
/** More rounds than this are no advice. */
const MOST_ROUNDS = 200

/**
 * How the error of growth over a run shrinks against the growth itself with f times the rounds: by f^1.5 for the slope of
 * a line through readings that scatter alike, by f^0.5 for counts of sampled blocks, whose scatter adds up.
 */
const EXPONENT: Partial<Record<MetricName, number>> = { 'heap.growth': 1.5, 'heap.growth.stack': 0.5 }

/** For each figure whose error alone keeps it from a verdict: how many rounds like these would decide. */
export function undecided(judgements: readonly Judgement[], diff: ServiceDiff, policy: Policy): Doubt[] {
  const rounds = diff.window.to
  return judgements.flatMap((row): Doubt[] => {
    if (row.metric === 'goroutines.growth') return undecidedStacks(row, diff)
    const exponent = EXPONENT[row.metric]
    const over = excess(row, diff, policy)
    if (row.outcome !== 'unclear' || exponent === undefined || over === undefined || over <= 0) return []
    const half = row.growth!.value - row.growth!.lower
    const needed = Math.ceil(rounds * (half / over) ** (1 / exponent))
    // Snapshots at rest decide with fewer, and that is told where they are missing.
    if (!(needed > rounds) || diff.window.underLoad) return []
    const { metric } = row
    return [{ kind: 'undecided', metric, rounds, needed: Math.min(needed, MOST_ROUNDS), blocks: false }]
  })
}

/** Goroutines are counted without error: what is missing are rounds enough to tell so many stacks from luck. */
function undecidedStacks({ metric, outcome }: Judgement, { window, goroutines }: ServiceDiff): Doubt[] {
  const family = goroutines.filter(({ moves }) => moves).length
  const judged = window.to - window.from
  let needed = judged
  while (leastP(needed) * family > STACK_ALPHA) needed++
  if (outcome !== 'unclear' || needed === judged || window.underLoad) return []
  return [{ kind: 'undecided', metric, rounds: window.to, needed: window.from + needed, blocks: false }]
}

/** How far the growth itself is over the limit that fails; undefined where it or its error is not known. */
function excess(row: Judgement, diff: ServiceDiff, policy: Policy): number | undefined {
  if (row.growth === undefined || !Number.isFinite(row.growth.lower)) return undefined
  const threshold = thresholdOf(row, diff, policy)
  return threshold === undefined ? undefined : row.growth.value - threshold
}

function thresholdOf({ metric, head, growth }: Judgement, diff: ServiceDiff, policy: Policy): number | undefined {
  const { operations, hours } = diff.window
  // As evaluate does: percentages are of the base's level, not of its growth.
  const base = diff.levels['heap.inuse']?.base
  return failThreshold(
    { base, head: head ?? 0, growth: growth!, operations, hours },
    limitFor(policy, diff.service, metric),
  )
}

/** The smallest steady growth of the live heap over the judged rounds that would have failed, in bytes. */
export function smallestLeak(judgements: readonly Judgement[], diff: ServiceDiff, policy: Policy): number | undefined {
  const row = judgements.find(({ metric }) => metric === 'heap.growth')
  const level = diff.levels['heap.inuse']
  if (row?.growth === undefined || row.outcome === 'not-judged' || level?.trend === undefined) return undefined
  if (diff.window.base.length === 0 || !Number.isFinite(row.growth.lower)) return undefined
  const threshold = thresholdOf(row, diff, policy)
  if (threshold === undefined) return undefined
  const df = diff.window.to - diff.window.from - 2
  const half = (row.growth.upper - row.growth.lower) / 2
  const provable = (half / studentQuantile(TOLD, df)) * studentQuantile(SERVICE_ALPHA, df)
  return Math.max(threshold + half, provable)
}
