import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecordings } from '../src/collect/folder.ts'
import { gate } from '../src/gate.ts'
import { NO_CHECKOUT } from '../src/policy/checkout.ts'
import { parsePolicy } from '../src/policy/parse.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { Report } from '../src/report/report.ts'
import { recording } from './fixtures.ts'

/** A recording whose further runs are these. */
function recorded(first: string, ...again: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-runs-'))
  cpSync(recording(first), folder, { recursive: true })
  for (const [i, name] of again.entries())
    cpSync(recording(name), join(folder, 'runs', String(i + 2)), { recursive: true })
  return folder
}

function judge(base: string, head: string): Report {
  const stacks = new Stacks()
  return gate({
    base: readRecordings(base, stacks),
    head: readRecordings(head, stacks),
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
}

const kinds = (report: Report): string[] => report.services[0]!.doubts.map((doubt) => doubt.kind)

test('a failure that the second pair shows too stands', () => {
  const report = judge(recorded('healthy', 'healthy-again'), recorded('map-cache', 'map-cache'))
  expect([report.verdict, kinds(report)]).toEqual(['fail', []])
})

test('a failure that the second pair does not show is a warning, and says so', () => {
  const report = judge(recorded('healthy', 'healthy-again'), recorded('map-cache', 'healthy-again'))
  expect([report.verdict, report.stops]).toEqual(['warn', false])
  expect(kinds(report)).toEqual(['unconfirmed'])
  expect(report.services[0]!.findings[0]).toMatchObject({ kind: 'slice-growth', level: 'warn' })
})

test('a side that was recorded once stands in every pair', () => {
  expect(judge(recorded('healthy'), recorded('map-cache', 'map-cache')).verdict).toBe('fail')
  expect(judge(recorded('healthy'), recorded('map-cache', 'healthy-again')).verdict).toBe('warn')
})

test('a proof needs no confirmation', () => {
  expect(judge(recorded('healthy'), recorded('chan-send', 'healthy-again')).verdict).toBe('fail')
})
