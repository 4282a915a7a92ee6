import type { Since } from '../diff/history.ts'
import { quote } from '../profile/text/lines.ts'
import { METRICS, type MetricName } from './metrics.ts'
import type { Clause } from './policy.ts'
import type { Wrong } from './wrong.ts'

/** As far as the history goes back one recording at a time, and a year. */
const MOST = { merges: 99, days: 365 } as const
const EXAMPLE = 'Write e.g. +20% since 10 merges, or since 30 days.'

interface Dated {
  /** After the word since. */
  readonly text: string
  /** Where the word since stands. */
  readonly at: number
}

/** Takes `since 10 merges` off the end of a clause. */
export function splitSince(clause: string): { readonly clause: string; readonly since: Dated | undefined } {
  const found = /(?<!\S)since(?!\S)/.exec(clause)
  if (found === null) return { clause, since: undefined }
  const since = { text: clause.slice(found.index + found[0].length).trim(), at: found.index }
  return { clause: clause.slice(0, found.index).trimEnd(), since }
}

/** The clauses held against the past; `goesOn` when more are joined to them. */
export function withSince(
  clauses: readonly Clause[],
  { text, at }: Dated,
  metric: MetricName,
  goesOn: boolean,
): Clause[] | Wrong {
  if (METRICS[metric].kind !== 'level') {
    return { at, what: `${metric} is measured within the run, it has no past`, hint: 'Only levels have: heap.inuse …' }
  }
  if (goesOn) {
    const hint = 'It counts for all that "and" joins: +20% and +1MiB since 10 merges.'
    return { at, what: 'since comes last', hint }
  }
  const since = readSince(text)
  if (since === undefined) {
    const what = `expected so many merges or days after since, found ${quote(text)}`
    return { at, what, hint: `${EXAMPLE} At most ${MOST.merges} merges or ${MOST.days} days.` }
  }
  const dated: Clause[] = []
  for (const clause of clauses) {
    if (clause.kind !== 'percent' && clause.kind !== 'growth') {
      return { at, what: 'since needs growth before it, not a cap', hint: EXAMPLE }
    }
    dated.push({ ...clause, since })
  }
  return dated
}

function readSince(text: string): Since | undefined {
  const [, digits, unit] = /^([1-9]\d{0,2})\s+(merge|merges|day|days)$/.exec(text) ?? []
  const count = Number(digits)
  if (unit === undefined) return undefined
  if (unit.startsWith('merge')) return count <= MOST.merges ? { merges: count } : undefined
  return count <= MOST.days ? { days: count } : undefined
}

/** `10 merges`. */
export function sinceText(since: Since): string {
  const [count, unit] = 'merges' in since ? [since.merges, 'merge'] : [since.days, 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
