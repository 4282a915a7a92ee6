import { METRICS } from '../../policy/metrics.ts'
import type { Course, ServiceReport } from '../report.ts'
import { changeText, countText, dayOf, ratioText, valueText } from './figures.ts'
import { lowered } from './findings.ts'

/** The words about the course of one figure on the base's branch. */
export interface CourseWords {
  /** `2.77 MiB → 3.41 MiB`. */
  readonly ends: string
  /** `+659 KiB (+23%)`. */
  readonly change: string
  /** `12 recordings since 2026-11-03`. */
  readonly over: string
}

export function courseWords({ metric, points }: Course): CourseWords {
  const { unit } = METRICS[metric]
  const [first, last] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0]
  const ratio = ratioText(first, last - first)
  return {
    ends: `${valueText(first, unit)} → ${valueText(last, unit)}`,
    change: `${changeText(last - first, unit)}${ratio === '' ? '' : ` (${ratio})`}`,
    over: overText(points),
  }
}

function overText(points: Course['points']): string {
  return `${countText(points.length, 'recording')} since ${dayOf(points[0]?.recordedAt ?? '')}`
}

/** Small steps that have added up, a sentence for each figure; `where` is the branch. */
export function creptSentences({ history = [] }: ServiceReport, where: string): string[] {
  return history.flatMap(({ metric, points, crept }) => {
    if (crept === undefined) return []
    const since = points.slice(crept.from)
    const { change } = courseWords({ metric, points: since, crept })
    return [
      `On ${where} ${lowered(METRICS[metric].title)} crept up by ${change} over the last ${overText(since)}: no step passed ${crept.limit.text}, all together do.`,
    ]
  })
}

/** The course to show where there is room for one: that which crept, else that of the heap. */
export function mainCourse({ history = [] }: ServiceReport): Course | undefined {
  return history.find(({ crept }) => crept !== undefined) ?? history.find(({ metric }) => metric === 'heap.inuse')
}
