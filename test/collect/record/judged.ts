import { readRecordings } from '../../../src/collect/folder.ts'
import { gate } from '../../../src/gate.ts'
import { NO_CHECKOUT } from '../../../src/policy/checkout.ts'
import { parsePolicy } from '../../../src/policy/parse.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import type { Report } from '../../../src/report/report.ts'

/** The verdict on a recording; `base` is compared with it. */
export function judge(base: string, head: string): Report {
  const stacks = new Stacks()
  return gate({
    base: readRecordings(base, stacks),
    head: readRecordings(head, stacks),
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-23T00:00:00Z'),
  })
}

/** Kinds of doubt of all services. */
export function doubtKinds(report: Report): string[] {
  return report.services.flatMap(({ doubts }) => doubts.map(({ kind }) => kind))
}
