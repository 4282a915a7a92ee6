import type { Evidence, Finding } from '../policy/finding.ts'
import { matchIgnore } from '../policy/known.ts'
import { METRICS } from '../policy/metrics.ts'
import { isRuntime, stableName } from '../profile/symbol.ts'
import { plainText, shellWord, yamlString } from './escape.ts'
import type { Report } from './report.ts'

/** How long a proposed exception lasts. */
export const DAYS = 90
const MOST_ENTRIES = 4
const REASON = 'say here why this growth is meant'
/** What the policy takes for a function name. */
const NAME = /^[^/\s]\S*[^)\s]$/

/** An entry of the policy that would accept growth; `max` as it is written there. */
export interface Proposal {
  readonly where: 'any' | 'top'
  readonly name: string
  /** What there is room for: goroutines, bytes, or both. */
  readonly max: { readonly goroutines: string | undefined; readonly bytes: string | undefined }
}

/**
 * The entries that accept a finding: its function where the stacks pass through it, else the user's own one nearest to
 * the leaf; of a library's goroutines the leaf, of its heap the outermost call. The limits leave some room.
 */
export function proposals(findings: readonly Finding[]): Proposal[] {
  const entries = new Map<string, { where: Proposal['where']; name: string; evidence: Evidence[] }>()
  for (const { culprit, evidence } of findings) {
    for (const one of evidence) {
      if (one.outcome === 'ok' || one.outcome === 'not-judged' || one.stack.length === 0) continue
      const own =
        one.stack.find((place) => place.function === culprit?.function) ??
        one.stack.find((place) => place.party === 'first')
      const heap = METRICS[one.metric].unit === 'bytes'
      // What the runtime allocates for goroutines is accepted together with them.
      if (own === undefined && heap && one.stack.every((place) => isRuntime(place.function))) continue
      const name = nameable(own?.function ?? (heap ? one.stack.at(-1)!.function : topOf(one)))
      if (name === undefined) continue
      const where = own === undefined && !heap ? 'top' : 'any'
      const known = entries.get(`${where} ${name}`)
      if (known === undefined) entries.set(`${where} ${name}`, { where, name, evidence: [one] })
      else known.evidence.push(one)
    }
  }
  return [...entries.values()].map(({ where, name, evidence }) => ({ where, name, max: roomFor(evidence) }))
}

export function maxText({ goroutines, bytes }: Proposal['max']): string {
  return [goroutines, bytes].filter((part) => part !== undefined).join(' and ')
}

/** The proposals as YAML; a reason is for the reader to write. */
export function ignoreSnippet(findings: readonly Finding[], judgedAt: string): string[] {
  const all = proposals(findings)
  if (all.length === 0) return []
  const until = lastDay(judgedAt)
  const lines = all
    .slice(0, MOST_ENTRIES)
    .flatMap(({ where, name, max }) => [
      `  - ${where}: ${yamlString(name)}`,
      `    reason: ${REASON}`,
      `    max: ${maxText(max)}`,
      ...(until === undefined ? [] : [`    expires: ${until}`]),
    ])
  const more = all.length - MOST_ENTRIES
  return ['ignore:', ...lines, ...(more > 0 ? [`  # and ${more} more of these`] : [])]
}

/** The same as commands, which need no report at hand. None where the policy in force is no file. */
export function acceptCommands(findings: readonly Finding[], { judgedAt, policy }: Report): string[] {
  if (policy.own?.isFile === false) return []
  const until = lastDay(judgedAt)
  return proposals(findings)
    .slice(0, MOST_ENTRIES)
    .map(({ where, name, max }) =>
      [
        'npx leakgate accept',
        `--${where === 'any' ? 'place' : 'top'} ${shellWord(name)}`,
        `--limit ${shellWord(maxText(max))}`,
        until === undefined ? '' : `--until ${until}`,
        policy.own === undefined ? '' : `--policy ${shellWord(policy.own.source)}`,
        `--reason ${shellWord(REASON)}`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    )
}

/** The name as the profile has it, or without what the policy does not take. */
function nameable(name: string): string | undefined {
  return [name, stableName(name)].find((one) => NAME.test(one) && plainText(one, 300) === one)
}

/** The function that `top` means. */
function topOf({ stack }: Evidence): string {
  const names = stack.map((place) => place.function)
  return names.find((name) => matchIgnore({ match: { where: 'top', name } }, names)) ?? names[0]!
}

/** What the largest of the stacks grew by, with room to spare, as round numbers. */
function roomFor(evidence: readonly Evidence[]): Proposal['max'] {
  const most = (heap: boolean): number | undefined => {
    const values = evidence.filter((one) => (METRICS[one.metric].unit === 'bytes') === heap)
    return values.length === 0 ? undefined : values.reduce((max, one) => Math.max(max, one.growth.value), 1) * 1.25
  }
  const [goroutines, bytes] = [most(false), most(true)]
  return {
    goroutines: goroutines === undefined ? undefined : String(roundedUp(goroutines)),
    bytes: bytes === undefined ? undefined : bytesText(bytes),
  }
}

function bytesText(bytes: number): string {
  const kibibytes = roundedUp(Math.max(1, bytes / 1024))
  return kibibytes < 1000 ? `${kibibytes}KiB` : `${roundedUp(bytes / 1024 ** 2)}MiB`
}

/** The next of 1, 2, 3, 5, 8 times a power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return ([1, 2, 3, 5, 8].find((step) => step * power >= value) ?? 10) * power
}

/** So many days after a time, as a date; undefined for what is no time. */
export function lastDay(from: string, days = DAYS): string | undefined {
  const time = Date.parse(from) + days * 86_400_000
  return Math.abs(time) < 8e15 ? new Date(time).toISOString().slice(0, 10) : undefined
}
