import type { Snapshot } from '../profile/recording.ts'
import { unbounded } from './estimate.ts'
import type { Level } from './levels.ts'
import type { Window } from './window.ts'

/** Every pause that ended within the judged rounds, once. */
export function pausesOf(side: readonly Snapshot[]): number[] {
  const pauses = new Map<number, number>()
  const since = side[0]?.memstats?.lastGC ?? 0
  for (const { memstats } of side) {
    for (const [i, pause] of (memstats?.pauseNs ?? []).entries()) {
      const end = memstats?.pauseEnd?.[i] ?? -i - 1
      if (side.length === 1 || end < 0 || end > since) pauses.set(end, pause)
    }
  }
  return [...pauses.values()]
}

/** A machine that lets the collector wait does so once or twice in a run; a program that does, again and again. */
const REPEATED = 3
/**
 * What is reached three times on average lies between the second and the fifth longest of a run, but for one time in
 * five on either side (Poisson): that the head's is below its fifth and the base's above its second is one in 27.
 */
const [RANK_ABOVE, RANK_BELOW] = [2, 5]

/** The longest pause of which there are three at least as long. */
export function repeatedPause(window: Window): Level | undefined {
  const judged = (side: readonly Snapshot[]): Float64Array =>
    Float64Array.from(pausesOf(side.slice(window.from, window.to)))
      .sort()
      .reverse()
  const [base, head] = [judged(window.base), judged(window.head)]
  const longest = (pauses: Float64Array, rank: number): number | undefined => pauses[rank - 1]
  const [ofBase, ofHead] = [longest(base, REPEATED), longest(head, REPEATED)]
  if (ofHead === undefined) return undefined
  const between = (a: number | undefined, b: number | undefined, none: number): number =>
    a === undefined || b === undefined ? none : a - b
  const value = between(ofHead, ofBase, 0)
  const growth = {
    value,
    lower: between(longest(head, RANK_BELOW), longest(base, RANK_ABOVE), unbounded(value).lower),
    upper: between(longest(head, RANK_ABOVE), longest(base, RANK_BELOW), unbounded(value).upper),
  }
  return {
    base: ofBase,
    head: ofHead,
    growth: ofBase === undefined ? undefined : growth,
    series: { base: [], head: [] },
    trend: undefined,
  }
}

export function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]
}
