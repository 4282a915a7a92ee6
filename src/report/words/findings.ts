import type { Confidence, Evidence, Finding, Judgement } from '../../policy/finding.ts'
import type { FindingKind } from '../../policy/kinds.ts'
import { METRICS } from '../../policy/metrics.ts'
import { plainText } from '../escape.ts'
import { changeText, countText, dayOf, growthText, perOperationText, ratioText, valueText } from './figures.ts'
import { GOROUTINE_WORDS } from './findings-goroutines.ts'
import { MEMORY_WORDS } from './findings-memory.ts'
import type { Amounts, Words } from './words.ts'

/** The words for every kind. */
export const FINDING_WORDS: Readonly<Record<FindingKind, Words>> = {
  ...GOROUTINE_WORDS,
  ...MEMORY_WORDS,
} satisfies Record<FindingKind, Words>

/** The page about a kind, as a path inside leakgate's repository. */
export function findingPage(kind: FindingKind): string {
  return `docs/findings/${kind}.md`
}

/** What is wrong in one clause, e.g. `70 goroutines wait forever to send on a channel`. `quote` marks names. */
export function headline(finding: Finding, quote: (name: string) => string = plainText): string {
  const first = leakOf(finding)
  const words = FINDING_WORDS[finding.kind]
  if (first === undefined) return words.title
  const noisy = first.outcome === 'unclear' && finding.culprit === undefined
  return noisy ? tooNoisy(first) : words.says(amountsOf(first, finding, quote))
}

/** A figure whose error is too large to hold it against its limit: no claim that it rose. */
export function tooNoisy(row: Pick<Judgement, 'metric' | 'base' | 'growth'>): string {
  return `${lowered(METRICS[row.metric].title)} is too noisy to tell: ${growthText(row)}`
}

/** `+100 goroutines`, `+1.52 MiB`. */
export function amountOf(finding: Finding): string {
  const { metric, growth } = finding.total
  const change = changeText(growth.value, METRICS[metric].unit)
  return metric.startsWith('goroutines') ? `${change} goroutines` : change
}

function amountsOf(evidence: Evidence, finding: Finding, quote: (name: string) => string): Amounts {
  const { metric, base, head, growth, past } = evidence
  const { unit, title } = METRICS[metric]
  const count = Math.max(0, Math.round(growth.value)) || 0
  const change = valueText(Math.max(0, growth.value), unit)
  const rate = perOperationText(evidence)
  const proven = isProven(finding)
  const goroutines = countText(count, 'goroutine')
  const one = count === 1
  const isCount = metric.startsWith('goroutines')
  const ratio = ratioText(base, growth.value)
  return {
    goroutines,
    waits: proven ? (one ? 'waits forever' : 'wait forever') : one ? 'piles up, waiting' : 'pile up, waiting',
    pileUp: proven ? (one ? 'stays forever' : 'stay forever') : one ? 'piles up' : 'pile up',
    amount: isCount ? goroutines : (rate ?? change),
    kept: isCount ? `${goroutines} ${one ? 'is' : 'are'} kept` : `${rate ?? change} is kept`,
    grows: isCount ? `holds ${goroutines} more` : rate === undefined ? `grew ${change}` : `grows ${rate}`,
    change,
    figure: `${lowered(title)}: ${valueText(head, unit)}, ${changeText(growth.value, unit)}${ratio === '' ? '' : ` (${ratio})`} ${past === undefined ? 'against the base' : `since ${dayOf(past.recordedAt)}`}`,
    dependency: finding.dependency === undefined ? 'a dependency' : quote(finding.dependency),
  }
}

/** Whether the Go runtime itself proves that the goroutines can never go on. */
export function isProven(finding: Finding): boolean {
  return finding.evidence.some(({ metric }) => metric === 'goroutines.leaked')
}

const SURENESS: Readonly<Record<Confidence, string>> = {
  certain: '',
  likely: 'The stack fits this pattern.',
  possible: 'This is the best guess the stack allows: check it first.',
}

/** How sure the named cause is, as a sentence; nothing to say where it is certain. */
export function sureness(finding: Finding): string {
  if (isProven(finding)) return 'The Go runtime proves that nothing can wake them.'
  return SURENESS[finding.confidence]
}

/** `blocked channel send (likely)`. */
export function titleOf(finding: Finding): string {
  const { title } = FINDING_WORDS[finding.kind]
  return finding.confidence === 'certain' || isProven(finding) ? title : `${title} (${finding.confidence})`
}

/** For lists in messages: the place, or what rose. */
export function suspectName({ kind, culprit }: Finding): string {
  return culprit === undefined ? lowered(FINDING_WORDS[kind].title) : plainText(culprit.function, 120)
}

/** The finding's total as one evidence, with the history of all that it sums. */
export function leakOf({ evidence, total: { metric, growth, perOperation, perHour } }: Finding): Evidence | undefined {
  const [first] = evidence
  if (first === undefined) return undefined
  const parts = first.metric === 'heap.growth.stack' ? evidence.filter((one) => one.metric === first.metric) : [first]
  const sum = (of: (part: Evidence) => number): number => parts.reduce((total, part) => total + of(part), 0)
  return {
    ...first,
    metric,
    growth,
    perOperation,
    perHour,
    base: sum((part) => part.base),
    head: sum((part) => part.head),
    series: {
      base: added(parts.map(({ series }) => series.base)),
      head: added(parts.map(({ series }) => series.head)),
    },
  }
}

/** The figure to draw: the leak itself, or other evidence of it where the leak has no history. */
export function drawable(finding: Finding): Evidence | undefined {
  const leak = leakOf(finding)
  if (leak === undefined || leak.series.head.length > 1) return leak
  return finding.evidence.find(({ series }) => series.head.length > 1) ?? leak
}

/** The evidence that tells how fast. */
export function ratedOf(finding: Finding): Evidence | undefined {
  const rated = (one: Evidence | undefined): boolean => one?.perOperation !== undefined || one?.perHour !== undefined
  const leak = leakOf(finding)
  return rated(leak) ? leak : finding.evidence.find(rated)
}

function added(series: readonly (readonly number[])[]): number[] {
  const longest = series.reduce((most, one) => Math.max(most, one.length), 0)
  return Array.from({ length: longest }, (_, i) => series.reduce((total, one) => total + (one[i] ?? 0), 0))
}

/** First letter small, unless the word is an abbreviation. */
export function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text
}

/** First letter large, for the start of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
