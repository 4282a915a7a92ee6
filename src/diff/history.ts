/** What a branch looked like at one recording: the figures of each service, in the metric's unit. */
export interface HistoryPoint {
  readonly commit: string
  /** ISO 8601 */
  readonly recordedAt: string
  readonly verdict: string
  readonly services: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** One figure at one recording. */
export interface PastFigure {
  readonly commit: string
  /** ISO 8601 */
  readonly recordedAt: string
  readonly value: number
}

/** What a level depends on besides the code. */
export interface PastLoad {
  /** Judged snapshots, warm-up included. */
  readonly rounds: number
  /** Undefined where nobody counted. */
  readonly operations: number | undefined
}

/** How far back: so many recordings, or so many days. */
export type Since = { readonly merges: number } | { readonly days: number }

/** Kept beside the figures; no metrics. */
const ROUNDS = 'load.rounds'
const OPERATIONS = 'load.operations'
/** Operations may differ by this much. */
const TOLERANCE = 0.05

/** The load as figures of a point. */
export function loadFigures({ rounds, operations }: PastLoad): Record<string, number> {
  return { [ROUNDS]: rounds, ...(operations === undefined ? {} : { [OPERATIONS]: operations }) }
}

/**
 * One figure of one service over time, oldest first, as far back as the load was the same: with another one it does
 * not compare. What was recorded when no verdict was possible is left out.
 */
export function figureOverTime(
  history: readonly HistoryPoint[],
  service: string,
  metric: string,
  load: PastLoad,
): PastFigure[] {
  const figures: PastFigure[] = []
  for (const { commit, recordedAt, verdict, services } of history.toReversed()) {
    const own = Object.hasOwn(services, service) ? services[service]! : {}
    const value = own[metric]
    if (value === undefined || verdict === 'inconclusive') continue
    if (!isSameLoad(own, load)) break
    figures.push({ commit, recordedAt, value })
  }
  return figures.reverse()
}

function isSameLoad(figures: Readonly<Record<string, number>>, { rounds, operations }: PastLoad): boolean {
  const then = figures[OPERATIONS]
  if (figures[ROUNDS] !== rounds) return false
  if (then === undefined || operations === undefined) return then === operations
  return Math.abs(then - operations) <= TOLERANCE * Math.max(then, 1)
}

/**
 * The figure to hold another against so that small steps add up: that many recordings before the newest, or the newest
 * that is at least that old. undefined when the series does not go back so far.
 */
export function figureBefore(series: readonly PastFigure[], since: Since, now: Date): PastFigure | undefined {
  if ('merges' in since) return series.at(-1 - since.merges)
  const latest = now.getTime() - since.days * 86_400_000
  return series.findLast(({ recordedAt }) => Date.parse(recordedAt) <= latest)
}
