import type { Snapshot } from '../profile/recording.ts'
import { unbounded } from './estimate.ts'
import type { Level } from './level.ts'
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

/** A machine that has no processor free lets some collections wait; a program that does, one in ten and more. */
const ONE_IN = 10
/** In a short run one in ten may be a single pause. */
const LEAST = 3
/** The normal deviate that one in five exceeds. */
const FIFTH = 0.84

/**
 * The 90th percentile of the pauses, the third longest at least. By chance the pause that is reached so often lies above
 * or below by the root of that number (Poisson): that the head's is below and the base's above what its error allows is
 * one in 25.
 */
export function frequentPause(window: Window): Level | undefined {
  const [base, head] = [window.base, window.head].map((side) => {
    const pauses = Float64Array.from(pausesOf(side.slice(window.from, window.to)))
      .sort()
      .reverse()
    const rank = Math.max(LEAST, Math.floor(pauses.length / ONE_IN) + 1)
    const swing = FIFTH * Math.sqrt(rank)
    const at = (wanted: number): number | undefined => pauses[Math.ceil(wanted) - 1]
    return { value: at(rank), upper: at(rank - swing), lower: at(rank + swing) }
  }) as [Pause, Pause]
  if (head.value === undefined) return undefined
  const { lower, upper } = unbounded(0)
  const difference = (a: number | undefined, b: number | undefined, none: number): number =>
    a === undefined || b === undefined ? none : a - b
  const growth = {
    value: difference(head.value, base.value, 0),
    lower: difference(head.lower, base.upper, lower),
    upper: difference(head.upper, base.lower, upper),
  }
  return {
    base: base.value,
    head: head.value,
    growth: base.value === undefined ? undefined : growth,
    series: { base: [], head: [] },
    trend: undefined,
  }
}

/** undefined where there were too few to tell. */
interface Pause {
  readonly value: number | undefined
  readonly lower: number | undefined
  readonly upper: number | undefined
}

export function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]
}
