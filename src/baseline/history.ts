import type { HistoryPoint } from '../diff/history.ts'
import { UserError } from '../errors.ts'
import { commitOf, listOf, objectOf, textOf, timeOf } from './json.ts'

/** So many recordings are remembered one by one, and of the time before the last of each day. */
const RECENT = 100
export const MOST_POINTS = 200
const MOST_SERVICES = 200
const MOST_FIGURES = 50
/** As JSON. A baseline whose facts are too large is none. */
const MOST_CHARACTERS = 2 * 1024 * 1024

/** The series with one more point. A commit that was recorded again replaces what was known of it. */
export function withPoint(history: readonly HistoryPoint[], point: HistoryPoint): HistoryPoint[] {
  const all = [...history.filter(({ commit }) => commit !== point.commit), point]
  const days = new Map(all.slice(0, -RECENT).map((one) => [one.recordedAt.slice(0, 10), one]))
  let kept = [...days.values(), ...all.slice(-RECENT)].slice(-MOST_POINTS)
  while (kept.length > 1 && JSON.stringify(kept).length > MOST_CHARACTERS) kept = kept.slice(Math.ceil(kept.length / 2))
  return kept
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
    const time = timeOf(point.recordedAt)
    if (commit === undefined || verdict === undefined || time === undefined) {
      throw new UserError(`history[${i}] must have commit, recordedAt and verdict`, { where: source })
    }
    const recordedAt = new Date(time).toISOString()
    return { commit, recordedAt, verdict, services: readServices(source, i, point.services) }
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
