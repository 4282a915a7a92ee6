import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openCheckout } from '../../src/collect/checkout.ts'
import { readRecordings } from '../../src/collect/folder.ts'
import { gate } from '../../src/gate.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { type HtmlOptions, renderHtml } from '../../src/report/html/document.ts'
import { flameGraphs } from '../../src/report/html/graphs.ts'
import type { Report } from '../../src/report/report.ts'
import { syntheticRecordings } from './synthetic.ts'

const FIXTURES = join(import.meta.dirname, '../../__fixtures__')

export const ORIGIN = {
  repository: 'https://github.com/acme/orders',
  headCommit: '9c41f0e2b7d84d1c9f3a5e6071829304a5b6c7d8',
  baseCommit: '4be27d19c41f0e2b7d84d1c9f3a5e6071829304a',
  baseRef: 'main',
  baseRecordedAt: '2026-11-23T02:30:00Z',
  runUrl: 'https://github.com/acme/orders/actions/runs/15320087114',
}

/** The report on a recording of the fixture service, held against the healthy one. */
export function fixtureReport(name: string): { report: Report; html: string } {
  const stacks = new Stacks()
  const base = readRecordings(join(FIXTURES, 'recordings/healthy'), stacks)
  const head = readRecordings(join(FIXTURES, 'recordings', name), stacks)
  const checkout = openCheckout(join(FIXTURES, 'services'))
  const policy = parsePolicy([])
  const report = withoutPaths(
    gate({ base, head, policy, checkout, now: new Date('2026-11-23T21:30:00Z'), origin: ORIGIN }),
  )
  return { report, html: renderHtml(report, flameGraphs(base[0], head[0]!, checkout)) }
}

/** A healthy service `orders` before a leaking one, `quotes`. */
export function severalServices(): string {
  const named = (service: string, recording: string): ReturnType<typeof readRecordings> =>
    readRecordings(join(FIXTURES, 'recordings', recording), stacks).map((one) => ({ ...one, service }))
  const stacks = new Stacks()
  const base = [...named('orders', 'healthy'), ...named('quotes', 'healthy')]
  const head = [...named('orders', 'healthy-again'), ...named('quotes', 'map-cache')]
  const checkout = openCheckout(join(FIXTURES, 'services'))
  const report = gate({ base, head, policy: parsePolicy([]), checkout, now: new Date('2026-11-23T21:30:00Z') })
  return renderHtml(
    report,
    head.flatMap((one, i) => flameGraphs(base[i], one, checkout)),
  )
}

/** The report on a recording, with a heap profile of so many stacks in place of its own. */
export function largeReport(stackCount: number, options: HtmlOptions = {}): string {
  const { report } = fixtureReport('map-cache')
  const { base, head } = syntheticRecordings(stackCount, report.services[0]!.service)
  return renderHtml(report, flameGraphs(base, head), options)
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

/** Writes a page to a temporary file and returns its file: address. */
export function fileAddress(html: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'leakgate-report-')), 'report.html')
  writeFileSync(file, html)
  return pathToFileURL(file).href
}
