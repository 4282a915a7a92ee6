import { markdownTable } from 'markdown-table'
import type { Finding, Judgement, Outcome } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import type { Origin } from '../../policy/policy.ts'
import { codeCell, plainText } from '../escape.ts'
import type { PolicyReport } from '../report.ts'
import { acceptedText, growthText, isMetric, sidesText, TO_WARN, valueText } from '../words/figures.ts'
import { FINDING_WORDS } from '../words/findings.ts'

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  fail: '❌ over',
  warn: '⚠️ warns',
  unclear: '❔ unclear',
  ok: '✅ ok',
  'not-judged': '➖ not judged',
}

export function judgementTable(rows: readonly Judgement[]): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => {
    const { base, head } = sidesText(row)
    const growth = growthText(row)
      .split(' ± ')
      .map(unbroken)
      .join(' ±\u00a0')
      .replace(/\u00a0\(/, ' (')
    return [
      METRICS[row.metric].title,
      unbroken(base),
      unbroken(head),
      [row.outcome === 'fail' ? `**${growth}**` : growth, unbroken(acceptedText(row))]
        .filter((part) => part !== '')
        .join(', '),
      limitCell(row),
      unbroken(OUTCOMES[row.outcome]),
    ]
  })
  return markdownTable([['Figure', 'Base', 'Head', 'Growth', 'Limit', 'Verdict'], ...cells], {
    align: ['l', 'r', 'r', 'r', 'l', 'l'],
    padding: true,
    alignDelimiters: false,
  })
}

function limitCell({ limit }: Judgement): string {
  if (limit === undefined) return '–'
  return `${codeCell(limit.text, 60)}${limit.level === 'warn' ? ` ${unbroken(TO_WARN.trim())}` : ''}`
}

/** A figure and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}

/** The limits in force, each with where it was written. */
export function policyTable({ limits }: PolicyReport): string {
  const cells = limits.map(({ metric, warn, fail, from }) => [
    isMetric(metric) ? `${METRICS[metric].title} (\`${metric}\`)` : codeCell(metric, 60),
    warn === undefined ? '–' : codeCell(warn, 60),
    fail === undefined ? '–' : codeCell(fail, 60),
    codeCell(from, 80),
  ])
  return markdownTable([['Figure', 'Warns', 'Fails', 'From'], ...cells], { alignDelimiters: false })
}

const MOST_IGNORED = 30

/** Growth that is accepted: what, how much, why, until when. */
export function ignoredTable(ignored: readonly Finding[]): string {
  const cells = ignored.slice(0, MOST_IGNORED).map((finding) => {
    const first = finding.evidence[0]
    return [
      FINDING_WORDS[finding.kind].title,
      codeCell(finding.culprit?.function ?? first?.stack[0]?.function ?? '', 80),
      first === undefined ? '–' : valueText(first.growth.value, METRICS[first.metric].unit),
      codeCell(finding.ignored?.reason ?? '', 160),
      finding.ignored?.expires === undefined ? 'no end' : plainText(finding.ignored.expires, 10).replace(/[^\d-]/g, ''),
      finding.ignored === undefined ? '–' : codeCell(originText(finding.ignored.origin), 60),
    ]
  })
  return markdownTable([['What', 'Where', 'Growth', 'Reason', 'Until', 'From'], ...cells], { alignDelimiters: false })
}

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'preset':
      return origin.name
    case 'text':
      return `${origin.source}:${origin.line}`
    case 'built-in':
      return 'built in'
  }
}
