import { quote } from '../profile/text/lines.ts'
import { parseValue, unitNames } from '../profile/unit.ts'
import { METRICS, type MetricName, type Unit } from './metrics.ts'
import type { Clause, Condition } from './policy.ts'
import { splitSince, withSince } from './since.ts'
import { didYouMean, nearest } from './suggest.ts'
import type { Wrong } from './wrong.ts'

/** Takes a mistake: where in the text (from 0), what is wrong, what to write. */
export type Complain = (offset: number, what: string, hint: string) => void

/**
 * Reads a limit: `+10% and +4MiB or 512MiB`, where `and` binds tighter, and `since 10 merges` ends what is joined by it.
 * Each clause must be one that the metric can be held against. Undefined when anything is wrong; every mistake has been
 * told by then.
 */
export function parseCondition(text: string, metric: MetricName, complain: Complain): Condition | undefined {
  let faults = 0
  const wrong: Complain = (...mistake) => {
    faults++
    complain(...mistake)
  }
  const alternatives: Clause[][] = [[]]
  const tell = (offset: number, { at, what, hint }: Wrong): void =>
    wrong(offset + (at ?? 0), what, hint ?? takes(metric))
  const parts = split(text)
  for (const [i, { joiner, offset, clause: whole }] of parts.entries()) {
    if (joiner === 'or') alternatives.push([])
    const { clause, since } = splitSince(whole)
    if (clause === '') {
      wrong(offset, joiner === '' ? 'a limit is missing here' : `a limit is missing after "${joiner}"`, takes(metric))
      continue
    }
    const parsed = parseClause(clause, metric)
    if ('what' in parsed) tell(offset, parsed)
    else alternatives.at(-1)!.push(parsed)
    if (since === undefined) continue
    const dated = withSince(alternatives.at(-1)!, since, metric, parts[i + 1]?.joiner === 'and')
    if ('what' in dated) tell(offset, dated)
    else alternatives[alternatives.length - 1] = dated
  }
  return faults === 0 ? { text: text.trim(), alternatives } : undefined
}

/** What can be written for a metric, with examples. */
export function takes(metric: MetricName): string {
  const { kind, unit } = METRICS[metric]
  const { growth, cap, rates } = EXAMPLES[unit]
  switch (kind) {
    case 'new':
      return `${metric} takes what may be new, e.g. 0 new.`
    case 'level':
      return `${metric} takes growth over the base, e.g. ${growth}, or a cap, e.g. ${cap}.`
    case 'growth':
      return `${metric} takes growth within the run, e.g. ${growth}, or a rate, e.g. ${rates}.`
  }
}

const EXAMPLES: Readonly<Record<Unit, { growth: string; cap: string; rates: string }>> = {
  bytes: { growth: '+10% or +4MiB', cap: '512MiB', rates: '1KiB/op or 20MiB/h' },
  count: { growth: '+10% or +20', cap: '500', rates: '1/op or 5/h' },
  nanoseconds: { growth: '+50% or +20ms', cap: '100ms', rates: '1us/op or 1ms/h' },
  ratio: { growth: '+20%', cap: '25%', rates: '1%/h' },
}

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  bytes: 'bytes',
  count: 'a count',
  nanoseconds: 'a duration',
  ratio: 'a percentage',
}

/** What the denominators of a rate stand for: `kop` is a thousand operations. */
const PER = {
  op: { kind: 'per-operation', share: 1 },
  kop: { kind: 'per-operation', share: 1000 },
  h: { kind: 'per-hour', share: 1 },
} as const

interface Part {
  readonly joiner: '' | 'and' | 'or'
  readonly offset: number
  readonly clause: string
}

function split(text: string): Part[] {
  const parts: Part[] = []
  let joiner: Part['joiner'] = ''
  let from = 0
  const close = (end: number): void => {
    const raw = text.slice(from, end)
    const clause = raw.trim()
    parts.push({ joiner, offset: clause === '' ? from : from + raw.indexOf(clause), clause })
  }
  for (const word of text.matchAll(/(?<!\S)(?:and|or)(?!\S)/g)) {
    close(word.index)
    joiner = word[0] as 'and' | 'or'
    from = word.index + word[0].length
  }
  close(text.length)
  return parts
}

function parseClause(text: string, metric: MetricName): Clause | Wrong {
  const { kind } = METRICS[metric]
  const misplaced = punctuation(text)
  if (misplaced !== undefined) return misplaced
  const fresh = /^(.*\S)\s+new$/.exec(text)
  if (fresh !== null) {
    if (kind !== 'new') return { what: `${metric} cannot be limited by what is new` }
    const value = parseValue(fresh[1]!, 'count')
    if (value === undefined || !Number.isSafeInteger(value))
      return { what: `expected a whole number, found ${quote(fresh[1]!)}` }
    return { kind: 'new', value }
  }
  if (kind === 'new') return { what: `expected a number and the word new, found ${quote(text)}` }
  if (text.includes('/')) return parseRate(text, metric)
  if (text.startsWith('+')) return parseGrowth(text, metric)
  return parseCap(text, metric)
}

/** What people bring from other languages. */
function punctuation(text: string): Wrong | undefined {
  const parenthesis = text.search(/[()]/)
  if (parenthesis !== -1) {
    const hint = 'Write each alternative out: "and" binds tighter than "or".'
    return { at: parenthesis, what: 'a limit has no parentheses', hint }
  }
  const sign = /[<>=]+|&+|\|+/.exec(text)
  if (sign !== null) {
    const hint = 'Write what is allowed, e.g. +10% and +4MiB; clauses are joined by "and" or "or".'
    return { at: sign.index, what: `${quote(sign[0])} is not part of a limit`, hint }
  }
  const second = /(?<=[^\s+]\s+)[+\d]/.exec(text)
  if (second !== null) {
    const hint = 'Join clauses by "and" or "or", e.g. +10% and +4MiB.'
    return { at: second.index, what: `expected "and" or "or" before ${quote(text.slice(second.index))}`, hint }
  }
  if (/^[-−]/.test(text)) return { what: `a limit cannot be negative, found ${quote(text)}` }
  const comma = text.indexOf(',')
  if (comma === -1) return undefined
  return { at: comma, what: 'a number has no commas', hint: 'Group digits with _, e.g. 10_000.' }
}

function parseRate(text: string, metric: MetricName): Clause | Wrong {
  const slash = text.indexOf('/')
  const [amount, per] = [text.slice(0, slash).trimEnd(), text.slice(slash + 1).trimStart()]
  if (METRICS[metric].kind !== 'growth') {
    const already = metric === 'alloc.bytes' || metric === 'alloc.objects'
    if (already) return { what: `${metric} is per operation already`, hint: `Leave "/${per}" out. ${takes(metric)}` }
    return { what: `${metric} is a level, not a rate` }
  }
  if (!Object.hasOwn(PER, per)) {
    return {
      at: slash,
      what: `unknown rate ${quote(`/${per}`)}`,
      hint: didYouMean(per, Object.keys(PER), 'Rates are per'),
    }
  }
  if (amount.startsWith('+')) return { what: 'a rate has no sign', hint: `Write ${text.slice(1)}.` }
  const value = measure(amount, metric)
  if (typeof value !== 'number') return value
  const { kind, share } = PER[per as keyof typeof PER]
  return { kind, value: value / share }
}

function parseGrowth(text: string, metric: MetricName): Clause | Wrong {
  const amount = text.slice(1).trimStart()
  const at = text.length - amount.length
  const percent = parseValue(amount, 'ratio')
  if (percent !== undefined) {
    // Not the ratio times 100: 7% is 7, not 7.000000000000001.
    const value = Number(amount.replace(/[_ %]/g, ''))
    return value > MOST ? { at, what: `${quote(amount)} is too large` } : { kind: 'percent', value }
  }
  if (METRICS[metric].unit === 'ratio') return { at, what: `expected a percentage, found ${quote(amount)}` }
  const value = measure(amount, metric)
  return typeof value === 'number' ? { kind: 'growth', value } : { ...value, at: at + (value.at ?? 0) }
}

function parseCap(text: string, metric: MetricName): Clause | Wrong {
  const { kind, unit } = METRICS[metric]
  const percent = parseValue(text, 'ratio')
  if (unit === 'ratio' && percent !== undefined) {
    return percent > 1 ? { what: `${quote(text)} is more than all of it` } : { kind: 'cap', value: percent }
  }
  if (percent !== undefined) {
    return { what: `${quote(text)} does not say of what`, hint: `Growth over the base has a sign: +${text}.` }
  }
  const value = measure(text, metric)
  if (typeof value !== 'number') return value
  if (kind !== 'growth') return { kind: 'cap', value }
  return { what: `${metric} has no cap, it is what was added`, hint: `Write +${text}. ${takes(metric)}` }
}

const MOST = Number.MAX_SAFE_INTEGER

/** The amount in the metric's unit. */
function measure(text: string, metric: MetricName): number | Wrong {
  const { unit } = METRICS[metric]
  const value = parseValue(text, unit)
  if (value !== undefined) return value > MOST ? { what: `${quote(text)} is too large` } : value
  const measured = `${metric} is measured in ${unit === 'nanoseconds' ? 'time' : UNIT_WORDS[unit]}`
  const number = parseValue(text, 'count')
  if (number !== undefined) return { what: `${quote(text)} has no unit, ${measured}` }
  for (const other of ['bytes', 'nanoseconds', 'ratio'] as const) {
    if (other !== unit && parseValue(text, other) !== undefined) {
      return {
        what:
          unit === 'count'
            ? `${quote(text)} is ${UNIT_WORDS[other]}, ${metric} is a plain count`
            : `${quote(text)} is ${UNIT_WORDS[other]}, ${measured}`,
      }
    }
  }
  const name = /^[\d_.]+ ?([^\d\s_.]+)$/.exec(text)?.[1]
  if (name !== undefined && unit !== 'count') {
    const near = nearest(name, unitNames(unit))
    return { what: `unknown unit ${quote(name)}`, ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }) }
  }
  return { what: `expected a limit, found ${quote(text)}` }
}
