import type { Evidence, Finding } from '../policy/finding.ts'
import { matchIgnore } from '../policy/known.ts'
import { METRICS } from '../policy/metrics.ts'
import { stableName } from '../profile/symbol.ts'
import { yamlString } from './escape.ts'

/** How long a proposed exception lasts. */
const DAYS = 90
const MOST_ENTRIES = 4
/** What the policy takes for a function name. */
const NAME = /^[^/\s]\S*[^)\s]$/

/**
 * The policy entries that accept a finding: its function where the stacks pass through it, else the user's own
 * one nearest to the leaf, else the leaf. The limit leaves some room; a reason is for the reader to write.
 */
export function ignoreSnippet(findings: readonly Finding[], judgedAt: string): string[] {
  const entries = new Map<string, { where: 'any' | 'top'; name: string; evidence: Evidence[] }>()
  for (const { culprit, evidence } of findings) {
    for (const one of evidence) {
      if (one.outcome === 'ok' || one.outcome === 'not-judged' || one.stack.length === 0) continue
      const own =
        one.stack.find((place) => place.function === culprit?.function) ??
        one.stack.find((place) => place.party === 'first')
      const name = nameable(own?.function ?? topOf(one))
      if (name === undefined) continue
      const known = entries.get(name)
      if (known === undefined) entries.set(name, { where: own === undefined ? 'top' : 'any', name, evidence: [one] })
      else known.evidence.push(one)
    }
  }
  if (entries.size === 0) return []
  const until = lastDay(judgedAt)
  const lines = [...entries.values()]
    .slice(0, MOST_ENTRIES)
    .flatMap(({ where, name, evidence }) => [
      `  - ${where}: ${yamlString(name)}`,
      '    reason: say here why this growth is meant',
      `    max: ${roomFor(evidence)}`,
      ...(until === undefined ? [] : [`    expires: ${until}`]),
    ])
  const more = entries.size - MOST_ENTRIES
  return ['ignore:', ...lines, ...(more > 0 ? [`  # and ${more} more of these`] : [])]
}

/** The name as the profile has it, or without what the policy does not take. */
function nameable(name: string): string | undefined {
  return [name, stableName(name)].find((one) => NAME.test(one))
}

/** The function that `top` means. */
function topOf({ stack }: Evidence): string {
  const names = stack.map((place) => place.function)
  return names.find((name) => matchIgnore({ match: { where: 'top', name } }, names)) ?? names[0]!
}

/** Goroutines or bytes, whichever is larger, with room to spare, as a round number. */
function roomFor(evidence: readonly Evidence[]): string {
  const heap = evidence.filter((one) => METRICS[one.metric].unit === 'bytes')
  const most = (heap.length > 0 ? heap : evidence).reduce((sum, one) => Math.max(sum, one.growth.value), 1)
  if (heap.length === 0) return String(roundedUp(most * 1.25))
  const kibibytes = roundedUp(Math.max(1, (most * 1.25) / 1024))
  return kibibytes < 1000 ? `${kibibytes}KiB` : `${roundedUp((most * 1.25) / 1024 ** 2)}MiB`
}

/** The next of 1, 2, 3, 5, 8 times a power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return ([1, 2, 3, 5, 8].find((step) => step * power >= value) ?? 10) * power
}

function lastDay(judgedAt: string): string | undefined {
  const time = Date.parse(judgedAt)
  return Number.isFinite(time) ? new Date(time + DAYS * 86_400_000).toISOString().slice(0, 10) : undefined
}
