import { readRecordings } from '../src/collect/folder.ts'
import { gate } from '../src/gate.ts'
import { type Checkout, NO_CHECKOUT } from '../src/policy/checkout.ts'
import { parsePolicy } from '../src/policy/parse.ts'
import type { Policy } from '../src/policy/policy.ts'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { ServiceReport } from '../src/report/report.ts'

/** The preset that every table is made with. */
export const RECOMMENDED = parsePolicy([])
/** The same without the proof: leaks are told by their growth alone. */
export const GROWTH_ALONE = parsePolicy([{ source: 'growth', text: 'limits:\n  goroutines.leaked: off\n' }])

const NOW = new Date('2026-01-01T00:00:00Z')

export function readOne(folder: string, stacks: Stacks): Recording {
  return readRecordings(folder, stacks)[0]!
}

/** Both recordings share their stacks. */
export function judgePair(base: Recording, head: Recording, policy: Policy, checkout = NO_CHECKOUT): ServiceReport {
  return gate({ base: [base], head: [head], policy, checkout, now: NOW }).services[0]!
}

export function judgeFolders(
  base: string,
  head: string,
  policy: Policy = RECOMMENDED,
  checkout: Checkout = NO_CHECKOUT,
): ServiceReport {
  const stacks = new Stacks()
  return judgePair(readOne(base, stacks), readOne(head, stacks), policy, checkout)
}

/** The lines the findings that fail point at, first suspect first. */
export function suspects(report: ServiceReport): string[] {
  return report.findings
    .filter((finding) => finding.level === 'fail')
    .map(({ culprit }) => (culprit === undefined ? 'none' : `${culprit.path ?? culprit.file}:${culprit.line}`))
}
