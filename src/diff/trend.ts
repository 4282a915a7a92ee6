import { type Estimate, unbounded, within } from './estimate.ts'
import { fitLine, mannKendall, studentTail, theilSen } from './statistics.ts'

/** Growth of one figure within the run, head minus base, over the judged rounds. */
export interface Trend {
  /** The figure at each judged snapshot. */
  readonly base: readonly number[]
  readonly head: readonly number[]
  /** Growth over the judged rounds, head's minus base's, in the figure's unit. */
  readonly growth: Estimate
  /** Probability of so steep a slope if there were none: t test of least squares. */
  readonly slopeP: number
  /** Probability of so steady a rise if there were none: Mann-Kendall. For counts, where most rounds tie. */
  readonly riseP: number
  /** The head itself grows, not only less than a shrinking base. */
  readonly headGrows: boolean
  /** The second half grows at least half as fast as the whole: a step or a cache that fills does not. */
  readonly persists: boolean
}

/** base may be empty: then the head's own growth. Both sides equally long otherwise. */
export function trendOf(base: readonly number[], head: readonly number[]): Trend {
  const difference = head.map((value, i) => value - (base[i] ?? 0))
  const m = difference.length
  const whole = theilSen(difference)
  const half = theilSen(difference.slice(Math.max(0, Math.floor(m / 2) - 1)))
  const { se, slope } = fitLine(difference)
  const growth = m < 3 ? unbounded(whole * (m - 1)) : within(whole * (m - 1), se * (m - 1), m - 2)
  return {
    base,
    head,
    growth,
    slopeP: slopeTail(slope, se, m - 2),
    riseP: mannKendall(difference).p,
    headGrows: theilSen(head) > 0,
    persists: whole > 0 && half >= 0.5 * whole,
  }
}

/** A series without any residual is no evidence when it is flat and certain when it is not. */
function slopeTail(slope: number, se: number, df: number): number {
  if (!Number.isFinite(se) || df < 1) return 1
  if (se === 0) return slope > 0 ? 0 : 1
  return studentTail(slope / se, df)
}
