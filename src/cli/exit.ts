import type { Report } from '../report/report.ts'

/** 0: nothing over the policy (PASS, WARN, SEEDING). 1: FAIL. 2: could not run. 3: INCONCLUSIVE. */
export function exitCodeOf(report: Report): 0 | 1 | 3 {
  if (!report.stops) return 0
  return report.verdict === 'fail' ? 1 : 3
}

export const TROUBLE = 2
