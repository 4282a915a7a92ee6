import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { expect, test } from 'vitest'
import { parseMax } from '../../src/policy/ignore-max.ts'
import { METRIC_NAMES, METRICS, type Unit } from '../../src/policy/metrics.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { expectInDocs } from '../docs.ts'
import { ROOT } from '../fixtures.ts'

/** As limits are written. */
const UNITS: Readonly<Record<Unit, string>> = { bytes: 'bytes', count: 'count', nanoseconds: 'time', ratio: 'share' }

test('the table of metrics', () => {
  const rows = METRIC_NAMES.map((name) => {
    const { title, unit, kind, scope, from, exactness } = METRICS[name]
    return [`\`${name}\``, title, UNITS[unit], scope === 'stack' ? `${kind}, each stack` : kind, from, exactness]
  })
  expectInDocs(
    'docs/policy.md',
    'metrics',
    markdownTable([['metric', 'what', 'unit', 'limits', 'read from', 'how exact'], ...rows]),
  )
})

test('the table of presets', () => {
  const presets = (['recommended', 'strict'] as const).map((preset) =>
    parsePolicy([{ source: 'preset', text: `preset: ${preset}` }]),
  )
  const rows = METRIC_NAMES.map((name) => [
    `\`${name}\``,
    ...presets.flatMap(({ limits }) => [limits[name]?.warn?.text ?? '', limits[name]?.fail?.text ?? '']),
  ])
  expect(rows.length).toBeGreaterThan(10)
  const header = ['metric', 'recommended: warn', 'fail', 'strict: warn', 'fail']
  expectInDocs('docs/policy.md', 'presets', markdownTable([header, ...rows]))
})

/** What the policy page recommends: goroutines by name, bytes in powers of two, no blank before the unit. */
const WITH_UNIT = /^\d+ goroutines(?: and \d+[KMG]iB)?$|^\d+[KMG]iB$/

test('every example of max has its unit, in the one way the policy page recommends', () => {
  const pages = globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT })
  const found = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^ +max: (.+?)(?: +#.*)?$/gm)].map(([, max]) => ({
      page,
      max,
    })),
  )
  expect(found.length).toBeGreaterThan(25)
  expect(found.filter(({ max }) => !WITH_UNIT.test(max!) || parseMax(max!) === undefined)).toEqual([])
})
