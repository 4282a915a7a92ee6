import { describe, expect, test } from 'vitest'
import { exactly } from '../../src/diff/estimate.ts'
import type { CollectorCause, Contributors, Finding } from '../../src/policy/finding.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import {
  contributionText,
  contributorsTitle,
  fixOf,
  isRepeated,
  mainContribution,
  whyOf,
} from '../../src/report/words/contributors.ts'
import { evidence, finding, place, report, service } from './sample-parts.ts'

const LINE = place('render.page', 'render/page.go', 57, { text: '\tpage += text' })

function contributors(metric: Contributors['metric'], value: number, share: number): Contributors {
  return { metric, growth: value / share, lines: [{ place: LINE, growth: exactly(value), share, stack: [LINE] }] }
}

function figure(metric: 'alloc.bytes' | 'gc.count' | 'gc.cpu' | 'heap.inuse', more: Partial<Finding>): Finding {
  const kind = {
    'alloc.bytes': 'alloc-rate',
    'gc.count': 'gc-frequency',
    'gc.cpu': 'gc-cpu',
    'heap.inuse': 'heap-level',
  }
  return finding({
    kind: kind[metric] as Finding['kind'],
    level: 'warn',
    culprit: undefined,
    evidence: [evidence({ metric })],
    ...more,
  })
}

describe('the lines behind a figure', () => {
  test.each([
    ['alloc.bytes', 2048, 0.5, 'What allocates more', '+2 KiB per operation, 50% of the surplus'],
    ['alloc.objects', 12, 0.999, 'What allocates more', '+12 per operation, all of the surplus'],
    ['heap.inuse', 4_194_304, 1.2, 'What holds more', '+4 MiB, all of the surplus'],
    ['heap.objects', 9000, 0.333, 'What holds more', '+9,000, 33% of the surplus'],
  ] as const)('of %s', (metric, value, share, title, text) => {
    const named = contributors(metric, value, share)
    expect(contributorsTitle(named)).toBe(title)
    expect(contributionText(named.lines[0]!, named)).toBe(text)
  })

  test('are in the sentence to read, as a share of the figure or of its cause', () => {
    const named = contributors('alloc.bytes', 2048, 0.5)
    expect(mainContribution(figure('alloc.bytes', { contributors: named }))).toBe(
      '; 50% of it at internal/render/page.go:57',
    )
    expect(mainContribution(figure('gc.count', { contributors: named }))).toBe(
      '; 50% of what causes it at internal/render/page.go:57',
    )
    expect(mainContribution(figure('alloc.bytes', {}))).toBe('')
  })

  test('are listed once for the figures they explain', () => {
    const first = figure('alloc.bytes', { contributors: contributors('alloc.bytes', 2048, 0.5) })
    const second = figure('gc.count', { contributors: contributors('alloc.bytes', 2048, 0.5) })
    const third = figure('heap.inuse', { contributors: contributors('heap.inuse', 2048, 0.5) })
    expect([isRepeated(second, [first]), isRepeated(third, [first]), isRepeated(first, [])]).toEqual([
      true,
      false,
      false,
    ])
    const text = renderMarkdown(
      report({ verdict: 'warn', services: [service({ verdict: 'warn', findings: [first, second, third] })] }),
      { for: 'comment' },
    )
    expect(text.match(/page \+= text/g)).toHaveLength(2)
  })
})

describe('why the collector has more to do', () => {
  const facts = (cause: CollectorCause): Finding =>
    figure('gc.count', {
      collector: {
        cause,
        allocated: { base: 100 << 20, head: 200 << 20 },
        live: { base: 10 << 20, head: 5 << 20 },
        goal: { base: 20 << 20, head: 10 << 20 },
      },
    })

  test.each([
    ['allocation', /^More is allocated: 100 MiB → 200 MiB/, /^Allocate less/],
    ['smaller-heap', /smaller, 10 MiB → 5 MiB, and with it the collector's goal, 20 MiB → 10 MiB/, /^Nothing is wrong/],
    ['larger-heap', /^The live heap is larger/, /GOGC or GOMEMLIMIT/],
    ['goal', /goal is nearer, 20 MiB → 10 MiB/, /^Compare GOGC/],
    ['as-base', /^The base has as much/, /base/],
    ['unexplained', /^Neither what is allocated/, /^Look at the allocation/],
  ] as const)('%s', (cause, why, fix) => {
    expect(whyOf(facts(cause))).toMatch(why)
    expect(fixOf(facts(cause))).toMatch(fix)
  })

  test('is not told of other figures', () => {
    expect(whyOf(figure('alloc.bytes', {}))).toMatch(/^Each operation allocates more/)
  })
})
