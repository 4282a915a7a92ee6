import { UserError } from '../errors.ts'
import { commitOf, listOf, objectOf, textOf, timeOf } from './json.ts'

/** What main looked like at one recording: the figures of each service, in the metric's unit. */
export interface HistoryPoint {
  readonly commit: string
  /** ISO 8601 */
  readonly recordedAt: string
  readonly verdict: string
  readonly services: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** So many recordings are remembered; at ten merges a day that is ten days, at two a week a year. */
export const MOST_POINTS = 100
const MOST_SERVICES = 200
const MOST_FIGURES = 50

/** The series with one more point. A commit that was recorded again replaces what was known of it. */
export function withPoint(history: readonly HistoryPoint[], point: HistoryPoint): HistoryPoint[] {
  return [...history.filter(({ commit }) => commit !== point.commit), point].slice(-MOST_POINTS)
}

/** One figure of one service over time, oldest first. */
export function figureOverTime(
  history: readonly HistoryPoint[],
  service: string,
  metric: string,
): { readonly commit: string; readonly recordedAt: string; readonly value: number }[] {
  return history.flatMap(({ commit, recordedAt, services }) => {
    const value = services[service]?.[metric]
    return value === undefined ? [] : [{ commit, recordedAt, value }]
  })
}

/** How far back: so many recordings, or so many days. */
export type Since = { readonly merges: number } | { readonly days: number }

/**
 * The point to hold a figure against so that small steps add up: that many recordings before the newest, or the newest
 * that is at least that old. undefined when the series does not go back so far.
 */
export function pointBefore(history: readonly HistoryPoint[], since: Since, now: Date): HistoryPoint | undefined {
  if ('merges' in since) return history.at(-1 - since.merges)
  const latest = now.getTime() - since.days * 86_400_000
  return history.findLast(({ recordedAt }) => Date.parse(recordedAt) <= latest)
}

/** Reads a series nobody vouches for; oldest first. */
export function readHistory(source: string, value: unknown): HistoryPoint[] {
  const points = listOf(value)
  if (points.length > MOST_POINTS) {
    throw new UserError(`history has ${points.length} entries, more than ${MOST_POINTS}`, { where: source })
  }
  return points.map((item, i) => {
    const point = objectOf(item)
    const commit = commitOf(point.commit)
    const verdict = textOf(point.verdict)?.slice(0, 20)
    const recordedAt = textOf(point.recordedAt)
    if (commit === undefined || verdict === undefined || timeOf(recordedAt) === undefined) {
      throw new UserError(`history[${i}] must have commit, recordedAt and verdict`, { where: source })
    }
    return { commit, recordedAt: recordedAt!, verdict, services: readServices(source, i, point.services) }
  })
}

function readServices(source: string, i: number, value: unknown): HistoryPoint['services'] {
  const services = Object.entries(objectOf(value))
  if (services.length > MOST_SERVICES) throw new UserError(`history[${i}] has too many services`, { where: source })
  const figures = (one: unknown): Record<string, number> =>
    Object.fromEntries(
      Object.entries(objectOf(one))
        .slice(0, MOST_FIGURES)
        .filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
    )
  return Object.fromEntries(services.map(([name, one]) => [name.slice(0, 300), figures(one)]))
}
