import type { Finding, Judgement } from './finding.ts'

/** What one pair of recordings said of a service. */
export interface Judged {
  readonly judgements: readonly Judgement[]
  readonly findings: readonly Finding[]
}

export interface Confirmed extends Judged {
  /** Failures of the first pair that another pair does not show. */
  readonly dropped: number
}

/**
 * A failure stands when every further pair of recordings, each from fresh processes, shows it too: the same kind of leak
 * in the same function, or the same figure over its limit. What does not is a warning. A proof needs no confirmation.
 * False alarms of independent pairs multiply; what a pair misses by chance is lost, hence only failures are confirmed.
 */
export function confirm(first: Judged, others: readonly Judged[]): Confirmed {
  const findings = first.findings.map((finding) => {
    const stands = finding.level !== 'fail' || isProven(finding) || others.every((other) => hasFinding(other, finding))
    return stands ? finding : { ...finding, level: 'warn' as const }
  })
  const judgements = first.judgements.map((row) => {
    const stands =
      row.outcome !== 'fail' || row.metric === 'goroutines.leaked' || others.every((other) => hasFigure(other, row))
    return stands ? row : { ...row, outcome: 'unclear' as const }
  })
  const dropped =
    findings.filter((finding, i) => finding !== first.findings[i]).length +
    judgements.filter((row, i) => row !== first.judgements[i]).length
  return { findings, judgements, dropped }
}

function isProven(finding: Finding): boolean {
  return finding.evidence.some((evidence) => evidence.metric === 'goroutines.leaked')
}

function hasFinding({ findings }: Judged, wanted: Finding): boolean {
  return findings.some(
    (finding) =>
      finding.level === 'fail' &&
      finding.kind === wanted.kind &&
      finding.culprit?.function === wanted.culprit?.function &&
      finding.total.metric === wanted.total.metric,
  )
}

function hasFigure({ judgements }: Judged, wanted: Judgement): boolean {
  return judgements.some((row) => row.metric === wanted.metric && row.outcome === 'fail')
}
