import type { ServiceDiff } from '../diff/diff.ts'
import type { Doubt } from '../diff/doubts.ts'
import type { Finding, Judgement, Verdict } from './finding.ts'
import type { Policy } from './policy.ts'

/**
 * The verdict on one service. A leak that was found stands whatever else is in doubt; without one, a blocking doubt
 * makes "no leak" unknowable. PASS needs at least one figure that was held against a limit and a base.
 */
export function verdictOf(
  diff: ServiceDiff,
  judgements: readonly Judgement[],
  findings: readonly Finding[],
  doubts: readonly Doubt[],
  policy: Policy,
): Verdict {
  const blocked = doubts.some((doubt) => doubt.blocks)
  const judged = judgements.some((row) => row.outcome !== 'not-judged')
  if (diff.base === undefined) return doubts.some(isNoBaseline) ? 'inconclusive' : 'seeding'
  const failed =
    findings.some((finding) => finding.level === 'fail') || judgements.some((row) => row.outcome === 'fail')
  if (failed) return policy.gates ? 'fail' : 'warn'
  if (blocked || !judged) return 'inconclusive'
  return findings.length > 0 || judgements.some((row) => row.outcome === 'warn' || row.outcome === 'unclear')
    ? 'warn'
    : 'pass'
}

/** Doubts that make a missing base something else than a first run. */
function isNoBaseline({ kind }: Doubt): boolean {
  return kind === 'nothing-recorded' || kind === 'base-unreachable'
}

const ORDER: readonly Verdict[] = ['fail', 'inconclusive', 'warn', 'seeding', 'pass']

/** The verdict on all services together: the worst of them. None at all is INCONCLUSIVE. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? 'inconclusive'
}
