import type { Finding } from '../policy/finding.ts'
import { plainText } from './escape.ts'
import type { Report } from './report.ts'
import { perOperationText } from './words/figures.ts'
import { amountOf, capital, FINDING_WORDS, headline, lowered, titleOf } from './words/findings.ts'
import { worstFindings } from './words/sentence.ts'

/** A remark at a line of the checkout. Without a path it belongs to the whole run. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly path: string | undefined
  readonly line: number | undefined
  readonly title: string
  readonly message: string
}

/** The runner shows ten of a level in a step and drops the rest in silence. */
const MOST = 8

/** The lines to fix, worst first; what is beyond the room is told in one more. */
export function annotationsOf(report: Report): Annotation[] {
  const placed = worstFindings(report).filter(({ finding }) => finding.culprit?.path !== undefined)
  const annotations = placed.slice(0, MOST).map(({ finding, service }) => {
    const where = report.services.length > 1 ? `${plainText(service.service, 60)}: ` : ''
    return annotate(finding, where)
  })
  const more = placed.length - annotations.length
  if (more === 0) return annotations
  const message = `${more} more ${more === 1 ? 'place that leaks is' : 'places that leak are'} in the report.`
  return [...annotations, { level: 'notice', path: undefined, line: undefined, title: 'leakgate', message }]
}

function annotate(finding: Finding, where: string): Annotation {
  const words = FINDING_WORDS[finding.kind]
  const rate = perOperationText(finding.total)
  const parts = [
    `${where}${capital(headline(finding))}.`,
    `Growth: ${amountOf(finding)}${rate === undefined ? '' : ` (${rate})`}.`,
    `Fix: ${words.fix.replaceAll('`', '')}`,
  ]
  return {
    level: finding.level === 'fail' ? 'error' : finding.level === 'warn' ? 'warning' : 'notice',
    path: plainText(finding.culprit?.path ?? '', 1000),
    line: Math.max(1, finding.culprit?.line ?? 1),
    title: `${finding.level === 'fail' ? 'Leak' : 'Possible leak'}: ${lowered(titleOf(finding))}`,
    message: parts.join(' '),
  }
}
