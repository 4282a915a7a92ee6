import { markdownTable } from 'markdown-table'
import { describe, expect, test } from 'vitest'
import { openCheckout } from '../src/collect/checkout.ts'
import { readRecordings } from '../src/collect/folder.ts'
import { gate } from '../src/gate.ts'
import { NO_CHECKOUT } from '../src/policy/checkout.ts'
import { parsePolicy } from '../src/policy/parse.ts'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { Report } from '../src/report/report.ts'
import { expectInDocs } from './docs.ts'
import { baselineOf, isHealthy, markedLine, recording, SERVICES, VARIANTS } from './fixtures.ts'

const checkout = openCheckout(SERVICES)

function judge(base: string, head: string, sources = checkout, asBase = (one: Recording): Recording => one): Report {
  const stacks = new Stacks()
  return gate({
    base: readRecordings(recording(base), stacks).map(asBase),
    head: readRecordings(recording(head), stacks),
    policy: parsePolicy([]),
    checkout: sources,
    now: new Date('2026-11-24T00:00:00Z'),
  })
}

function firstSuspect(report: Report): string | undefined {
  const culprit = report.services[0]?.findings[0]?.culprit
  return culprit === undefined ? undefined : `${culprit.path ?? culprit.file}:${culprit.line}`
}

const leaking = VARIANTS.filter((variant) => !isHealthy(variant))

describe('every leaking twin fails, and its first suspect is the line that leaks', () => {
  test.each(leaking)('%s', (variant) => {
    const report = judge(baselineOf(variant), variant)
    expect([report.verdict, firstSuspect(report)]).toEqual(['fail', markedLine(variant)])
    expect(report.stops).toBe(true)
  })
})

describe('healthy against healthy passes', () => {
  test.each([
    ['healthy', 'healthy-again'],
    ['healthy-again', 'healthy'],
    ['healthy-go1.27', 'healthy-again-go1.27'],
    ['healthy-again-go1.27', 'healthy-go1.27'],
  ])('%s and %s', (base, head) => {
    const report = judge(base, head)
    expect([report.verdict, report.services[0]!.findings]).toEqual(['pass', []])
  })

  test('also when the Go version changed in between', () => {
    expect(judge('healthy', 'healthy-go1.27').verdict).toBe('pass')
  })
})

describe('without the sources', () => {
  // The source line is what tells which of several allocations of one function is the container.
  test.each(leaking)('%s fails, and the function that leaks is named', (variant) => {
    const report = judge(baselineOf(variant), variant, NO_CHECKOUT)
    const file = markedLine(variant).replace(/:\d+$/, '')
    expect(report.verdict).toBe('fail')
    expect(firstSuspect(report)).toContain(file)
  })
})

describe('a leak the base has too is not this change', () => {
  test.each(leaking)('%s against itself, as if recorded a day before', (variant) => {
    const before = (one: Recording): Recording => ({
      ...one,
      snapshots: one.snapshots.map((snapshot) => ({ ...snapshot, time: snapshot.time - 86_400_000 })),
    })
    expect(judge(variant, variant, checkout, before).verdict).toBe('pass')
  })
})

test('a recording against itself is no comparison', () => {
  const { verdict, services } = judge('healthy', 'healthy')
  expect(verdict).toBe('inconclusive')
  expect(services[0]!.doubts).toContainEqual({ kind: 'same-recording', blocks: true })
})

test('the table in docs/fixtures.md is what comes out', () => {
  const rows = VARIANTS.filter((variant) => variant !== baselineOf(variant)).map((variant) => {
    const report = judge(baselineOf(variant), variant)
    const finding = report.services[0]!.findings[0]
    return [
      `\`${variant}\``,
      report.verdict.toUpperCase(),
      finding === undefined ? '' : `\`${firstSuspect(report)}\``,
      finding === undefined ? '' : finding.kind,
      finding === undefined ? '' : finding.confidence,
    ]
  })
  const table = markdownTable([['head', 'verdict', 'first suspect', 'finding', 'confidence'], ...rows])
  expectInDocs('docs/fixtures.md', 'table', table)
})
