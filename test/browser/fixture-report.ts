import { join } from 'node:path'
import { openCheckout } from '../../src/collect/checkout.ts'
import { readRecordings } from '../../src/collect/folder.ts'
import { gate } from '../../src/gate.ts'
import type { Checkout } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { Recording } from '../../src/profile/recording.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import type { Report } from '../../src/report/report.ts'

export const FIXTURES = join(import.meta.dirname, '../../__fixtures__')

const ORIGIN = {
  repository: 'https://github.com/acme/orders',
  headCommit: '9c41f0e2b7d84d1c9f3a5e6071829304a5b6c7d8',
  baseCommit: '4be27d19c41f0e2b7d84d1c9f3a5e6071829304a',
  baseRef: 'main',
  baseRecordedAt: '2026-11-23T02:30:00Z',
  runUrl: 'https://github.com/acme/orders/actions/runs/15320087114',
}

/** The report on a recording of the fixture service, held against the healthy one as a run on GitHub would. */
export function reportOn(name: string): { report: Report; base: Recording; head: Recording; checkout: Checkout } {
  const stacks = new Stacks()
  const base = readRecordings(join(FIXTURES, 'recordings/healthy'), stacks)
  const head = readRecordings(join(FIXTURES, 'recordings', name), stacks)
  const checkout = openCheckout(join(FIXTURES, 'services'))
  const now = new Date('2026-11-23T21:30:00Z')
  const report = withoutPaths(gate({ base, head, policy: parsePolicy([]), checkout, now, origin: ORIGIN }))
  return { report, base: base[0]!, head: head[0]!, checkout }
}

/** Where this checkout lies is nobody's business and differs from one to the next. */
function withoutPaths(report: Report): Report {
  const short = (source: string): string => source.replace(/^.*__fixtures__/, '__fixtures__')
  return {
    ...report,
    services: report.services.map((service) => ({
      ...service,
      base: service.base && { ...service.base, source: short(service.base.source) },
      head: { ...service.head, source: short(service.head.source) },
    })),
  }
}
