import type { Finding } from '../../policy/finding.ts'
import type { ServiceReport } from '../report.ts'
import { type Judged, worstFindings } from './sentence.ts'

export interface NumberedFinding {
  readonly number: number
  readonly finding: Finding
  readonly service: ServiceReport
}

/** The findings by the numbers that every output gives them: places first, the worst first, then figures. */
export function numberedFindings(report: Judged): NumberedFinding[] {
  const all = worstFindings(report)
  const places = all.filter(({ finding }) => finding.culprit !== undefined)
  const figures = all.filter(({ finding }) => finding.culprit === undefined)
  return [...places, ...figures].map((one, i) => ({ number: i + 1, ...one }))
}

export function numberOf(report: Judged, finding: Finding): number {
  return numberedFindings(report).find((one) => one.finding === finding)?.number ?? 0
}
