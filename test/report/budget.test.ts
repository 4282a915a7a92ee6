import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactly, unbounded } from '../../src/diff/estimate.ts'
import { FINDING_KINDS } from '../../src/policy/kinds.ts'
import { METRIC_NAMES } from '../../src/policy/metrics.ts'
import { annotationsOf } from '../../src/report/annotations.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import type { Report } from '../../src/report/report.ts'
import { renderTerminal } from '../../src/report/terminal/terminal.ts'
import { failureSentence } from '../../src/report/words/sentence.ts'
import { evidence, finding, judgement, place, report, service } from './sample-parts.ts'
import { FAILING, SAMPLES } from './sample-reports.ts'

const VERDICTS = ['fail', 'warn', 'inconclusive', 'seeding', 'pass'] as const

/** 10,000 findings over 100 services, each with a name as long as names get. */
function huge(): Report {
  const long = 'Handler'.repeat(60)
  const stack = Array.from({ length: 60 }, (_, f) => place(long, `${long}.go`, f))
  const services = Array.from({ length: 100 }, (_, s) =>
    service({
      service: `service-${s}-${long}`,
      verdict: s % 2 === 0 ? 'fail' : 'warn',
      findings: Array.from({ length: 100 }, (_, i) =>
        finding({
          kind: FINDING_KINDS[i % FINDING_KINDS.length]!,
          culprit: place(`${long}${i}`, `${long}/${i}.go`, i + 1, { text: long }),
          evidence: [evidence({ stack })],
        }),
      ),
    }),
  )
  return report({ verdict: 'fail', stops: true, services })
}

test('10,000 findings stay within every budget, and what is left out is told', () => {
  const large = huge()
  for (const budget of [60_000, 20_000, 8000, 3000]) {
    const page = renderMarkdown(large, { for: 'comment', budget })
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(budget)
    expect(page).toContain('Memory leak: 10,000 places to fix')
    expect(page.trimEnd().split('\n').at(-1)).toMatch(/^<sub>Left out to stay within the size limit: .*<\/sub>$/)
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length)
    expect((page.match(/^```/gm)?.length ?? 0) % 2).toBe(0)
  }
  expect(renderTerminal(large, { color: false, width: 80, ascii: false }).split('\n').length).toBeLessThan(400)
})

test('any budget holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12_000 }), (budget) => {
      expect(Buffer.byteLength(renderMarkdown(FAILING, { for: 'comment', budget }))).toBeLessThanOrEqual(budget)
    }),
  )
})

/** Lines a reader sees before anything is opened. */
function visibleLines(page: string): number {
  const seen = page.replace(/<details>[\s\S]*?<\/details>/g, '').split('\n')
  return seen.filter((line) => line.trim() !== '' && !line.startsWith('<!--')).length
}

test('a comment is read at a glance: about 30 lines of a leak, 12 of none', () => {
  const one = { ...FAILING, services: FAILING.services.map((all) => ({ ...all, findings: all.findings.slice(0, 1) })) }
  expect(visibleLines(renderMarkdown(one, { for: 'comment' }))).toBeLessThanOrEqual(30)
  expect(visibleLines(renderMarkdown(FAILING, { for: 'comment' }))).toBeLessThanOrEqual(34)
  expect(visibleLines(renderMarkdown(SAMPLES['pass']!, { for: 'comment' }))).toBeLessThanOrEqual(12)
})

test('a figure that only warns is told from one that fails, in every report', () => {
  const page = renderMarkdown(FAILING, { for: 'comment' }).replaceAll('\u00a0', ' ')
  expect(page).toContain('| Goroutines at rest | 11 | 111 | +100 (x10) | `+5% and +10` to warn | ⚠️ warns |')
  expect(page).toContain('| Goroutine growth of one stack | 0 | 100 | **+70** | `+2` | ❌ over |')
  const text = renderTerminal(FAILING, { color: false, width: 120, ascii: false })
  expect(text).toMatch(/goroutines {2,}11 .*! over \+5% and \+10 to warn/)
  expect(text).toMatch(/goroutines\.growth .*✖ over \+2\n/)
})

test('the verdict is the last to go', () => {
  for (const budget of [2600, 2000, 1600]) {
    const page = renderMarkdown(FAILING, { for: 'comment', budget })
    expect(page).toContain('### ❌ Memory leak: 2 places to fix')
    expect(page).toContain('100 goroutines wait forever')
  }
})

test('annotations: eight and a hint at the rest', () => {
  const annotations = annotationsOf(huge())
  expect(annotations).toHaveLength(9)
  expect(annotations.slice(0, 8).every(({ level }) => level === 'error')).toBe(true)
  expect(annotations[8]).toMatchObject({ level: 'notice', path: undefined, line: undefined })
  expect(annotations[8]!.message).toContain('9992 more')
})

const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.4, -0.4, 1e-9, 1e18, -1e18, Number.NaN, Number.POSITIVE_INFINITY),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const estimate = fc.oneof(
  number.map(exactly),
  number.map(unbounded),
  fc.record({ value: number, lower: number, upper: number }),
)
const series = fc.record({ base: fc.array(number, { maxLength: 12 }), head: fc.array(number, { maxLength: 12 }) })

test('no figure prints as NaN, Infinity, undefined or -0, whatever it is', () => {
  const anyEvidence = fc.record({
    metric: fc.constantFrom(...METRIC_NAMES),
    base: number,
    head: number,
    growth: estimate,
    perOperation: fc.option(number, { nil: undefined }),
    perHour: fc.option(number, { nil: undefined }),
    series,
    outcome: fc.constantFrom('fail', 'warn', 'unclear', 'ok', 'not-judged'),
  })
  const anyReport = fc.record({
    verdict: fc.constantFrom(...VERDICTS),
    kind: fc.constantFrom(...FINDING_KINDS),
    confidence: fc.constantFrom('certain', 'likely', 'possible'),
    placed: fc.boolean(),
    evidence: fc.array(anyEvidence, { minLength: 0, maxLength: 3 }),
    rows: fc.array(
      fc.record({
        metric: fc.constantFrom(...METRIC_NAMES),
        base: fc.option(number, { nil: undefined }),
        head: fc.option(number, { nil: undefined }),
        growth: fc.option(estimate, { nil: undefined }),
        outcome: fc.constantFrom('fail', 'warn', 'unclear', 'ok', 'not-judged'),
      }),
      { maxLength: 5 },
    ),
  })
  fc.assert(
    fc.property(anyReport, ({ verdict, kind, confidence, placed, evidence: parts, rows }) => {
      const proof = parts.map((part) => evidence(part as never))
      const found = {
        ...finding({ kind, confidence: confidence as never, ...(placed ? {} : { culprit: undefined }) }),
        ...(proof[0] === undefined ? {} : { total: proof[0] }),
        evidence: proof,
      }
      const any = report({
        verdict,
        services: [service({ verdict, findings: [found], judgements: rows.map((row) => judgement(row as never)) })],
      })
      const said = [
        renderMarkdown(any, { for: 'comment' }),
        renderTerminal(any, { color: true, width: 80, ascii: false }),
        JSON.stringify(annotationsOf(any)),
        failureSentence(any),
      ].join('\n')
      expect(said).not.toMatch(/NaN|Infinity|undefined|[-−+]0(?![.,\d])|\[object/)
    }),
  )
})
