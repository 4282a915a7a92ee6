import type { Finding, Place } from '../policy/finding.ts'
import { plainText } from './escape.ts'
import type { Report } from './report.ts'
import { fixOf, mainContribution } from './words/contributors.ts'
import { perOperationText } from './words/figures.ts'
import { amountOf, capital, headline, lowered, titleOf } from './words/findings.ts'
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
  const lines = new Set<string>()
  const placed = worstFindings(report).filter(({ finding }) => {
    const at = placeOf(finding)
    if (at?.path === undefined) return false
    // One line may stand behind several figures: the first that it explains is enough.
    const key = `${at.path}:${at.line}`
    if (finding.culprit === undefined && lines.has(key)) return false
    lines.add(key)
    return true
  })
  const annotations = placed.slice(0, MOST).map(({ finding, service }) => {
    const where = report.services.length > 1 ? `${plainText(service.service, 60)}: ` : ''
    return annotate(finding, where)
  })
  const more = placed.length - annotations.length
  if (more === 0) return annotations
  const message = `${more} more ${more === 1 ? 'line is' : 'lines are'} in the report.`
  return [...annotations, { level: 'notice', path: undefined, line: undefined, title: 'leakgate', message }]
}

/** The line to fix, or the one that accounts for most of a figure. */
function placeOf({ culprit, contributors }: Finding): Place | undefined {
  return culprit ?? contributors?.lines[0]?.place
}

function annotate(finding: Finding, where: string): Annotation {
  const at = placeOf(finding)
  const rate = perOperationText(finding.total)
  const leak = finding.level === 'fail' ? 'Leak' : 'Possible leak'
  const parts = [
    `${where}${capital(headline(finding))}${mainContribution(finding)}.`,
    `Growth: ${amountOf(finding)}${rate === undefined ? '' : ` (${rate})`}.`,
    `Fix: ${fixOf(finding).replaceAll('`', '')}`,
  ]
  return {
    level: finding.level === 'fail' ? 'error' : finding.level === 'warn' ? 'warning' : 'notice',
    path: plainText(at?.path ?? '', 1000),
    line: Math.max(1, at?.line ?? 1),
    title: finding.culprit === undefined ? titleOf(finding) : `${leak}: ${lowered(titleOf(finding))}`,
    message: parts.join(' '),
  }
}
