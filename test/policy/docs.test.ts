import { markdownTable } from 'markdown-table'
import { expect, test } from 'vitest'
import { METRIC_NAMES, METRICS, type Unit } from '../../src/policy/metrics.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { expectInDocs } from '../docs.ts'

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
