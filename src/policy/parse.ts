import { isMap, type Node } from 'yaml'
import { quote } from '../profile/text/lines.ts'
import { type Field, PolicyDocument } from './document.ts'
import { MAX_HINT, parseMax } from './ignore-max.ts'
import { type Layer, layered } from './layers.ts'
import { parseCondition, takes } from './limit.ts'
import { METRIC_NAMES, type MetricName } from './metrics.ts'
import type { Condition, Ignore, IgnoreMax, Limit, Limits, Policy, PolicySource, Rule } from './policy.ts'
import { PRESET_NAMES } from './presets.ts'
import { didYouMean } from './suggest.ts'

/** A policy as someone wrote it, with the name it goes by in messages. */
export interface PolicyText {
  readonly source: string
  readonly text: string
  /** Of the repository's own policy: whether `source` is the path of a file or the name of an input. */
  readonly from?: 'file' | 'input'
}

/** What can be judged on the stacks that pass through a function. */
export const RULE_METRICS = [
  'goroutines.leaked',
  'goroutines.growth',
  'heap.growth.stack',
] as const satisfies readonly MetricName[]

export const POLICY_KEYS = ['preset', 'inconclusive', 'limits', 'rules', 'services', 'ignore'] as const

const MAX_PATTERN = 1000

/** Reads policies, each over those before it; no text at all is the recommended preset. */
export function parsePolicy(texts: readonly PolicyText[]): Policy {
  return layered(
    texts.map(({ source, text }) => new Reader(new PolicyDocument(source, text)).layer()),
    ownOf(texts),
  )
}

function ownOf(texts: readonly PolicyText[]): PolicySource | undefined {
  const own = texts.findLast((text) => text.from !== undefined)
  return own === undefined ? undefined : { source: own.source, isFile: own.from === 'file' }
}

class Reader {
  readonly #document: PolicyDocument

  constructor(document: PolicyDocument) {
    this.#document = document
  }

  layer(): Layer {
    const fields = this.#document.fields(this.#document.root, 'the policy', POLICY_KEYS)
    const find = (name: (typeof POLICY_KEYS)[number]): Field | undefined => fields.find((field) => field.name === name)
    const services = this.#document.fields(find('services')?.value, 'services')
    const layer: Layer = {
      preset: this.#word(find('preset'), PRESET_NAMES),
      inconclusive: this.#word(find('inconclusive'), ['fail', 'pass'] as const),
      limits: this.#limits(find('limits')?.value, 'limits', METRIC_NAMES),
      rules: this.#document.entries(find('rules')?.value, 'rules').flatMap((node, i) => this.#rule(node, i + 1)),
      services: new Map(services.map(({ name, value }) => [name, this.#service(name, value)])),
      ignore: this.#document.entries(find('ignore')?.value, 'ignore').flatMap((node, i) => this.#ignore(node, i + 1)),
    }
    this.#document.finish()
    return layer
  }

  #word<T extends string>(field: Field | undefined, words: readonly T[]): T | undefined {
    if (field === undefined) return undefined
    const value = this.#document.text(field, `one of ${words.join(', ')}`)
    if (value === undefined) return undefined
    const word = words.find((candidate) => candidate === value.text)
    if (word === undefined) {
      this.#document.wrong(
        value.node,
        `${field.name} cannot be ${quote(value.text)}`,
        didYouMean(value.text, words, 'It can be'),
      )
    }
    return word
  }

  #limits(node: Node | undefined, owner: string, metrics: readonly MetricName[]): Limits {
    const limits: Partial<Record<MetricName, Limit>> = {}
    for (const field of this.#document.fields(node, owner, metrics, 'Metrics')) {
      limits[field.name as MetricName] = this.#limit(field, field.name as MetricName)
    }
    return limits
  }

  /** `+10%` or `{ warn: +5%, fail: +10% }`. */
  #limit(field: Field, metric: MetricName): Limit {
    const origin = this.#document.origin(field.value ?? field.key)
    if (field.value === undefined || !('items' in field.value)) {
      const fail = this.#condition(field, metric)
      return { ...(fail && { fail }), origin }
    }
    const levels = this.#document.fields(field.value, metric, ['warn', 'fail'])
    if (levels.length === 0) this.#document.wrong(field.value, `${metric} needs warn, fail or both`, takes(metric))
    const of = (name: 'warn' | 'fail'): Condition | undefined => {
      const level = levels.find((candidate) => candidate.name === name)
      return level && this.#condition(level, metric)
    }
    const [warn, fail] = [of('warn'), of('fail')]
    return { ...(warn && { warn }), ...(fail && { fail }), origin }
  }

  #condition(field: Field, metric: MetricName): Condition | undefined {
    const value = this.#document.text(field, 'a limit, or the word off')
    if (value === undefined || value.text === 'off') return undefined
    return parseCondition(value.text, metric, (offset, what, hint) => {
      this.#document.wrong(value.node, what, hint, offset)
    })
  }

  #rule(node: Node, number: number): Rule[] {
    const owner = `rule ${number}`
    const fields = this.#document.fields(node, owner, ['function', 'limits'])
    const field = this.#required(node, fields, owner, 'function', 'function: ^example\\.com/api/cache\\.')
    const limits = this.#required(node, fields, owner, 'limits', 'limits: { heap.growth: +64MiB }')
    const pattern = field && this.#document.text(field, 'a regular expression')
    const slashed = pattern !== undefined && /^\/\^|\$\/$/.test(pattern.text)
    if (slashed)
      this.#document.wrong(pattern.node, 'function is a regular expression already', 'Leave the slashes out.')
    const compiled = pattern && !slashed && this.#pattern(pattern.node, pattern.text)
    const judged = this.#limits(limits?.value, `the limits of ${owner}`, RULE_METRICS)
    return compiled ? [{ function: compiled, limits: judged, origin: this.#document.origin(node) }] : []
  }

  #service(name: string, node: Node | undefined): Limits {
    const owner = `service ${quote(name)}`
    const [limits] = this.#document.fields(node, owner, ['limits'])
    return this.#limits(limits?.value, `the limits of ${owner}`, METRIC_NAMES)
  }

  #ignore(node: Node, number: number): Ignore[] {
    const owner = `ignore entry ${number}`
    const fields = this.#document.fields(node, owner, [...PLACES, 'reason', 'max', 'expires'])
    const find = (name: string): Field | undefined => fields.find((field) => field.name === name)
    const places = fields.filter((field) => isPlace(field.name))
    if (places.length !== 1) {
      const what =
        places.length === 0 ? `${owner} does not say what to ignore` : `${owner} says what to ignore more than once`
      this.#document.wrong(places[1]?.key ?? node, what, 'Give one of top, any, created-by.')
    }
    const name = places[0] && this.#functionName(places[0])
    const field = this.#required(node, fields, owner, 'reason', 'reason: idle keep-alives, bounded by MaxIdleConns')
    const reason = field && this.#document.text(field, 'a reason')
    if (reason?.text.trim() === '')
      this.#document.wrong(reason.node, 'the reason is empty', 'Say why the stack is accepted.')
    const max = this.#max(find('max'))
    const expires = this.#date(find('expires'))
    const where = places[0]?.name
    if (name === undefined || reason === undefined || where === undefined || !isPlace(where)) return []
    const origin = this.#document.origin(node)
    return [{ match: { where, name }, reason: reason.text.trim().replace(/\s+/g, ' '), max, expires, origin }]
  }

  #required(node: Node, fields: readonly Field[], owner: string, name: string, example: string): Field | undefined {
    const field = fields.find((candidate) => candidate.name === name)
    // A node that is no mapping has been told already.
    if (field === undefined && isMap(node)) this.#document.wrong(node, `${owner} has no ${name}`, `Example: ${example}`)
    return field
  }

  #functionName(field: Field): string | RegExp | undefined {
    const value = this.#document.text(field, 'a function, or /a regular expression/')
    if (value === undefined) return undefined
    const { node, text } = value
    if (text.startsWith('/')) {
      if (text.length > 2 && text.endsWith('/')) return this.#pattern(node, text.slice(1, -1), 1)
      this.#document.wrong(
        node,
        `${quote(text)} is no regular expression`,
        'Write it between slashes, without flags: /^example\\.com/.',
      )
      return undefined
    }
    if (/^\S+[^)\s]$/.test(text)) return text
    const hint = 'Write it as profiles do, without arguments, e.g. net/http.(*persistConn).readLoop.'
    this.#document.wrong(node, `${quote(text)} is no function name`, hint)
    return undefined
  }

  #pattern(node: Node, text: string, offset = 0): RegExp | undefined {
    if (text.length > MAX_PATTERN) {
      this.#document.wrong(node, `the regular expression is longer than ${MAX_PATTERN.toLocaleString('en')} characters`)
      return undefined
    }
    try {
      const pattern = new RegExp(text, 'u')
      // What is too large is only found out by using it.
      pattern.test('')
      return pattern
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf('/u: ') + 4) : 'invalid'
      const words = `bad regular expression ${quote(text)}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
      this.#document.wrong(node, words, 'The syntax is that of JavaScript, e.g. ^example\\.com/api/cache\\.', offset)
      return undefined
    }
  }

  #max(field: Field | undefined): IgnoreMax | undefined {
    const value = field && this.#document.text(field, 'a number of goroutines, or bytes')
    if (value === undefined) return undefined
    const max = parseMax(value.text)
    if (max === undefined)
      this.#document.wrong(value.node, `expected a number or bytes, found ${quote(value.text)}`, MAX_HINT)
    return max
  }

  #date(field: Field | undefined): string | undefined {
    const value = field && this.#document.text(field, 'a date, e.g. 2027-03-01')
    if (value === undefined) return undefined
    const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(value.text) ?? []).map(Number)
    const date = new Date(Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day))
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value.text)) return value.text
    const hint = 'Write year-month-day, e.g. 2027-03-01: the last day the entry holds.'
    this.#document.wrong(value.node, `${quote(value.text)} is no date`, hint)
    return undefined
  }
}

const PLACES = ['top', 'any', 'created-by'] as const

function isPlace(name: string): name is (typeof PLACES)[number] {
  return (PLACES as readonly string[]).includes(name)
}
