import { markdownTable } from 'markdown-table'
import { METRICS } from '../../policy/metrics.ts'
import { codeSpan } from '../escape.ts'
import type { Report, ServiceReport } from '../report.ts'
import { sparkline } from '../sparkline.ts'
import { courseWords, creptSentences } from '../words/course.ts'
import type { Block } from './budget.ts'

/** How the figures of a service went on the base's branch, and a line to see where they have crept. */
export function courseBlocks(
  service: ServiceReport,
  report: Report,
  title: (text: string) => string,
  fold: (summary: string, text: string) => string,
  rank: { readonly line: number; readonly table: number },
): Block[] {
  const { history = [] } = service
  if (history.length === 0) return []
  const rows = history.map((course) => {
    const { ends, change } = courseWords(course)
    const values = course.points.map(({ value }) => value)
    return [METRICS[course.metric].title, `\`${sparkline(values)}\``, ends, change, String(values.length)]
  })
  const table = markdownTable([['Figure', 'Course', 'First → last', 'Change', 'Recordings'], ...rows], {
    align: ['l', 'l', 'r', 'r', 'r'],
    alignDelimiters: false,
  })
  const { over } = courseWords(history[0]!)
  return [
    creptBlock(service, report, rank.line),
    { name: 'the course on the base branch', rank: rank.table, text: fold(title(over), table) },
  ]
}

/** What must be seen even of a service that passes. */
export function creptBlock(service: ServiceReport, { origin, services }: Report, rank: number): Block {
  const where = origin.baseRef === undefined ? 'the base branch' : codeSpan(origin.baseRef, 80)
  const of = services.length > 1 ? `${codeSpan(service.service, 60)}: ` : ''
  // The text of the limit is the user's own.
  const history = (service.history ?? []).map((course) => withQuotedLimit(course))
  const lines = creptSentences({ ...service, history }, where).map((sentence) => `📈 ${of}${sentence}`)
  return { name: 'slow growth', rank, text: lines.join('  \n') }
}

type Course = NonNullable<ServiceReport['history']>[number]

function withQuotedLimit(course: Course): Course {
  if (course.crept === undefined) return course
  const { limit, from } = course.crept
  return { ...course, crept: { from, limit: { ...limit, text: codeSpan(limit.text, 60) } } }
}
