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
import { FIXTURES, reportOn } from './fixture-report.ts'
import { syntheticRecordings } from './synthetic.ts'

/** The same as a page. */
export function fixtureReport(name: string): { report: Report; html: string } {
  const { report, base, head, checkout } = reportOn(name)
  return { report, html: renderHtml(report, flameGraphs(base, head, checkout)) }
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

/** Writes a page to a temporary file and returns its file: address. */
export function fileAddress(html: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'leakgate-report-')), 'report.html')
  writeFileSync(file, html)
  return pathToFileURL(file).href
}
