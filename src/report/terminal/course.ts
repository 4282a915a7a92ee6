import { plainText } from '../escape.ts'
import type { Report, ServiceReport } from '../report.ts'
import { sparkline } from '../sparkline.ts'
import { courseWords, creptSentences, mainCourse } from '../words/course.ts'
import { labelled, type TerminalOptions } from './text.ts'

/** How a figure went on the base's branch, in one line, and a line for each that has crept. */
export function courseLines(service: ServiceReport, { origin }: Report, options: TerminalOptions): string[] {
  const course = mainCourse(service)
  if (course === undefined) return []
  const where = branchOf(origin)
  const { ends, change, over } = courseWords(course)
  const drawn = sparkline(
    course.points.map(({ value }) => value),
    { ascii: options.ascii },
  )
  return [
    ...labelled(`on ${where}`, `${course.metric} ${drawn} ${ends}, ${change} over ${over}`, 2, options),
    ...creptLines(service, where, options),
  ]
}

/** Of services that pass, which have no part of their own, what must be seen all the same. */
export function creptOf(services: readonly ServiceReport[], { origin }: Report, options: TerminalOptions): string[] {
  const where = branchOf(origin)
  return services.flatMap((service) => creptLines(service, `${where}, ${plainText(service.service, 40)}:`, options))
}

function branchOf({ baseRef }: Report['origin']): string {
  return baseRef === undefined ? 'the base branch' : plainText(baseRef, 60)
}

function creptLines(service: ServiceReport, where: string, options: TerminalOptions): string[] {
  return creptSentences(service, where).flatMap((sentence) => labelled('!', plainText(sentence, 600), 2, options))
}
