import { HEAP_OF_A_GOROUTINE } from '../policy/accepted.ts'
import type { Evidence, Finding } from '../policy/finding.ts'
import { matchIgnore } from '../policy/known.ts'
import { METRICS } from '../policy/metrics.ts'
import type { IgnoreMax } from '../policy/policy.ts'
import { isRuntime, stableName } from '../profile/symbol.ts'
import { plainText, shellWord, yamlString } from './escape.ts'
import type { Report, ServiceReport } from './report.ts'

/** How long a proposed exception lasts. */
export const DAYS = 90
const MOST_ENTRIES = 4
/** Bytes; less is what the samples err by. */
const LEAST_HELD = 32 * 1024
const REASON = 'say here why this growth is meant'
/** What the policy takes for a function name. */
const NAME = /^[^/\s]\S*[^)\s]$/

/** An entry of the policy that would accept growth; `max` as it is written there. */
export interface Proposal {
  readonly where: 'any' | 'top'
  readonly name: string
  /** What there is room for: goroutines, bytes, or both. */
  readonly max: { readonly goroutines: string | undefined; readonly bytes: string | undefined }
  /** What it has to cover now: the largest stack's goroutines, the largest stack's bytes. */
  readonly grown: IgnoreMax
}

/**
 * The entries that accept a finding: its function where the stacks pass through it, else the user's own one nearest to
 * the leaf; of a library's goroutines the leaf that is more than a read, of its heap the outermost call. The limits leave some room. Heap of the
 * service that no stack accounts for is what the goroutines hold: the first of them have room for it.
 */
export function proposals(findings: readonly Finding[], services: readonly ServiceReport[]): Proposal[] {
  const entries = new Map<string, { where: Proposal['where']; name: string; evidence: Evidence[]; held: number }>()
  for (const finding of findings) {
    let held = heldBy(finding, services)
    for (const one of finding.evidence) {
      if (one.outcome === 'ok' || one.outcome === 'not-judged' || one.stack.length === 0) continue
      const named = entryOf(finding, one)
      if (named === undefined) continue
      const key = `${named.where} ${named.name}`
      const entry = entries.get(key) ?? { ...named, evidence: [], held: 0 }
      entry.evidence.push(one)
      if (METRICS[one.metric].unit === 'count') {
        entry.held += held
        held = 0
      }
      entries.set(key, entry)
    }
  }
  return [...entries.values()].map(({ where, name, evidence, held }) => {
    const grown = largest(evidence)
    const bytes = held === 0 ? grown.bytes : (grown.bytes ?? 0) + held
    return { where, name, max: roomFor({ ...grown, ...(bytes === undefined ? {} : { bytes }) }), grown }
  })
}

function entryOf({ culprit }: Finding, one: Evidence): Pick<Proposal, 'where' | 'name'> | undefined {
  const own =
    one.stack.find((place) => place.function === culprit?.function) ??
    one.stack.find((place) => place.party === 'first')
  const heap = METRICS[one.metric].unit === 'bytes'
  // What the runtime allocates for goroutines is accepted together with them.
  if (own === undefined && heap && one.stack.every((place) => isRuntime(place.function))) return undefined
  const top = own === undefined && !heap ? topOf(one) : undefined
  const name = nameable(own?.function ?? top?.name ?? one.stack.at(-1)!.function)
  return name === undefined ? undefined : { where: top?.where ?? 'any', name }
}

/**
 * Bytes by which the service's heap grew over its limit and that no stack of any finding accounts for: blocks too few
 * for the samples to tell. Told of the first finding with goroutines, which hold them.
 */
function heldBy(finding: Finding, services: readonly ServiceReport[]): number {
  const service = services.find(({ findings }) => findings.includes(finding))
  const row = service?.judgements.find(({ metric }) => metric === 'heap.growth')
  if (service === undefined || row?.growth === undefined || row.outcome === 'ok') return 0
  const first = service.findings.find(({ evidence }) => grownBy(evidence, 'goroutines.growth') > 0)
  if (first !== finding) return 0
  const told = service.findings.flatMap(({ evidence }) => evidence)
  const rest = row.growth.value - grownBy(told, 'heap.growth.stack')
  const held = rest - grownBy(finding.evidence, 'goroutines.growth') * HEAP_OF_A_GOROUTINE
  return held < LEAST_HELD ? 0 : held
}

function grownBy(evidence: readonly Evidence[], metric: Evidence['metric']): number {
  return evidence.reduce((sum, one) => sum + (one.metric === metric ? Math.max(0, one.growth.value) : 0), 0)
}

export function maxText({ goroutines, bytes }: Proposal['max']): string {
  return [goroutines, bytes].filter((part) => part !== undefined).join(' and ')
}

/** The proposals as YAML; a reason is for the reader to write. */
export function ignoreSnippet(findings: readonly Finding[], { judgedAt, services }: Report): string[] {
  const all = proposals(findings, services)
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
export function acceptCommands(findings: readonly Finding[], { judgedAt, policy, services }: Report): string[] {
  if (policy.own?.isFile === false) return []
  const until = lastDay(judgedAt)
  return proposals(findings, services)
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

/** Below these anything may wait: their name would accept every goroutine that reads. */
const READS = /^(?:net|bufio|io|crypto\/tls|syscall|sync|internal\/[\w/]+)\./

/** The function that `top` means, or the first above it that tells one wait from another. */
function topOf({ stack }: Evidence): Pick<Proposal, 'where' | 'name'> {
  const names = stack.map((place) => place.function)
  const top = names.find((name) => matchIgnore({ match: { where: 'top', name } }, names)) ?? names[0]!
  const telling = READS.test(top) ? names.find((name) => !isRuntime(name) && !READS.test(name)) : undefined
  return telling === undefined ? { where: 'top', name: top } : { where: 'any', name: telling }
}

function largest(evidence: readonly Evidence[]): IgnoreMax {
  const most = (heap: boolean): number | undefined => {
    const values = evidence.filter((one) => (METRICS[one.metric].unit === 'bytes') === heap)
    return values.length === 0 ? undefined : values.reduce((max, one) => Math.max(max, one.growth.value), 0)
  }
  const [goroutines, bytes] = [most(false), most(true)]
  return { ...(goroutines === undefined ? {} : { goroutines }), ...(bytes === undefined ? {} : { bytes }) }
}

/** So much and a quarter more, as round numbers. */
function roomFor({ goroutines, bytes }: IgnoreMax): Proposal['max'] {
  return {
    goroutines: goroutines === undefined ? undefined : `${roundedUp(Math.max(1, goroutines) * 1.25)} goroutines`,
    bytes: bytes === undefined ? undefined : bytesText(Math.max(1, bytes) * 1.25),
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
