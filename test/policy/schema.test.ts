import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { UserError } from '../../src/errors.ts'
import { METRIC_NAMES, METRICS, type MetricName } from '../../src/policy/metrics.ts'
import { POLICY_KEYS, parsePolicy, RULE_METRICS } from '../../src/policy/parse.ts'
import { PRESET_NAMES, PRESETS } from '../../src/policy/presets.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly minProperties?: number
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly description?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

const ROOT: Schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/policy.schema.json'), 'utf8'))

const KEYWORDS = ['$ref', 'type', 'enum', 'pattern', 'maxLength', 'minimum', 'properties', 'additionalProperties']
KEYWORDS.push('minProperties', 'required', 'items', 'anyOf', 'oneOf')
const NOTES = ['$schema', '$defs', 'title', 'description', 'default', 'format']

/** The keywords the schema uses, and no other: an unknown one throws. */
function valid(value: unknown, schema: Schema): boolean {
  for (const key of Object.keys(schema)) if (![...KEYWORDS, ...NOTES].includes(key)) throw new Error(`keyword ${key}`)
  if (schema.$ref !== undefined && !valid(value, resolve(schema.$ref))) return false
  if (schema.type !== undefined && ![schema.type].flat().includes(typeOf(value))) return false
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false
  if (schema.anyOf !== undefined && !schema.anyOf.some((one) => valid(value, one))) return false
  if (schema.oneOf !== undefined && schema.oneOf.filter((one) => valid(value, one)).length !== 1) return false
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return false
    return schema.maxLength === undefined || value.length <= schema.maxLength
  }
  if (typeof value === 'number') return schema.minimum === undefined || value >= schema.minimum
  if (Array.isArray(value)) return schema.items === undefined || value.every((item) => valid(item, schema.items!))
  return typeof value !== 'object' || value === null || validObject(value as Record<string, unknown>, schema)
}

function validObject(value: Record<string, unknown>, schema: Schema): boolean {
  const { properties = {}, additionalProperties = true, required = [], minProperties = 0 } = schema
  if (Object.keys(value).length < minProperties || !required.every((name) => Object.hasOwn(value, name))) return false
  return Object.entries(value).every(([name, item]) => {
    if (Object.hasOwn(properties, name)) return valid(item, properties[name]!)
    return typeof additionalProperties === 'boolean' ? additionalProperties : valid(item, additionalProperties)
  })
}

function resolve(ref: string): Schema {
  const found = ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], ROOT)
  if (found === undefined) throw new Error(`nothing at ${ref}`)
  return found as Schema
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function accepted(text: string): boolean {
  try {
    parsePolicy([{ source: 'p', text }])
    return true
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

describe('the schema names what the parser takes', () => {
  test('keys', () => {
    expect(Object.keys(ROOT.properties!)).toEqual([...POLICY_KEYS])
    expect(ROOT.properties!.preset!.enum).toEqual(PRESET_NAMES)
  })

  test('metrics, each with its limits and its words', () => {
    const properties = ROOT.$defs!.limits!.properties!
    expect(Object.keys(properties)).toEqual(METRIC_NAMES)
    for (const name of METRIC_NAMES) {
      const { title, from, exactness, kind, unit } = METRICS[name]
      const limit = kind === 'new' ? 'new-limit' : `${unit}-${kind}-limit`
      expect(properties[name]).toEqual({
        $ref: `#/$defs/${limit}`,
        description: `${title}. From: ${from}; ${exactness}.`,
      })
    }
  })

  test('metrics of rules', () => {
    const expected = RULE_METRICS.map((name) => [name, { $ref: `#/$defs/limits/properties/${name}` }])
    expect(ROOT.$defs!['rule-limits']!.properties).toEqual(Object.fromEntries(expected))
  })
})

describe('the schema and the parser agree', () => {
  test.each([
    ...Object.values(PRESETS).map(({ limits }) => stringify({ limits })),
    '{}',
    'limits:\nrules:\nservices:\nignore:\n',
    'preset: watch\ninconclusive: pass',
    'limits: { goroutines: +200, heap.objects: 5, gc.cpu: off, heap.inuse: { warn: off, fail: +1 MiB } }',
    'limits: { heap.growth: 1KiB/op or 1MB/kop and 20 MiB / h, gc.pause.max: 1m30s, goroutines.leaked: 3 new }',
    'limits: { heap.inuse: +20% and +1MiB since 10 merges or 512MiB, gc.cpu: +5% since 1 day or 30% }',
    'rules: [{ function: ^a, limits: { heap.growth.stack: +64MiB } }]',
    'services: { w: { limits: { gc.cpu: +5% or 30% } } }',
    'ignore: [{ top: a.(*b).c, reason: x, max: 64, expires: 2027-03-01 }, { created-by: /^a/, reason: x, max: 4MiB }, { any: a.b, reason: x, max: 64 and 4 MiB }, { any: a.b, reason: x, max: 4MiB and 1 goroutine }]',
  ])('right: %.70j', (text) => {
    expect(accepted(text)).toBe(true)
    expect(valid(parse(text), ROOT)).toBe(true)
  })

  test.each([
    'limit: {}',
    '- a',
    'preset: Strict',
    'inconclusive: warn',
    'limits: { heap.inus: +1% }',
    'limits: { heap.inuse: 512 }',
    'limits: { heap.inuse: 10% }',
    'limits: { heap.inuse: 100ms }',
    'limits: { heap.inuse: 0 new }',
    'limits: { heap.inuse: 1KiB/op }',
    'limits: { heap.inuse: +1MiB +1% }',
    'limits: { heap.inuse: +1MiB and }',
    'limits: { heap.inuse: +20% since 100 merges }',
    'limits: { heap.inuse: +20% since 366 days }',
    'limits: { heap.inuse: +20% since 2 weeks }',
    'limits: { heap.inuse: +20% since 10 merges and +1MiB }',
    'limits: { heap.inuse: 512MiB since 10 merges }',
    'limits: { heap.growth: +20% since 10 merges }',
    'limits: { heap.inuse: since 10 merges }',
    'limits: { heap.inuse: {} }',
    'limits: { heap.inuse: { Fail: +1% } }',
    'limits: { heap.growth: 1MiB }',
    'limits: { heap.growth: +1MiB/op }',
    'limits: { goroutines: "+1,000" }',
    'limits: { goroutines.leaked: 0 }',
    'limits: { gc.cpu: 0.25 }',
    'limits: { goroutines: }',
    'rules: [{ limits: {} }]',
    'rules: [{ function: a }]',
    'rules: [{ function: a, limits: { gc.cpu: 5% } }]',
    'rules: {}',
    'services: { w: { goroutines: 5 } }',
    'ignore: [{ reason: x }]',
    'ignore: [{ top: a.b }]',
    'ignore: [{ top: a.b, any: a.b, reason: x }]',
    'ignore: [{ top: a.b(), reason: x }]',
    'ignore: [{ top: /a/i, reason: x }]',
    'ignore: [{ top: a.b, reason: " " }]',
    'ignore: [{ top: a.b, reason: x, max: lots }]',
    'ignore: [{ top: a.b, reason: x, max: 4MiB and 5MiB }]',
    'ignore: [{ top: a.b, reason: x, max: 4MiB goroutines }]',
    'ignore: [{ top: a.b, reason: x, expires: tomorrow }]',
  ])('wrong: %j', (text) => {
    expect(accepted(text)).toBe(false)
    expect(valid(parse(text), ROOT)).toBe(false)
  })

  test('about every limit that can be put together', () => {
    const sign = fc.constantFrom('', '+', '+', '+ ', '-')
    const number = fc.constantFrom('0', '5', '5', '1.5', '1.5', '1_000', '1_000', '1,000', '', '_1')
    const unit = fc.constantFrom('', '%', ' %', 'MiB', ' kB', 'KB', 'ms', 'us', 'm30s', ' new', ' ')
    const rate = fc.constantFrom('', '', '', '/op', ' / kop', '/h', '/min')
    const since = fc.constantFrom('', '', '', '', ' since 10 merges', ' since 30 days', ' since', 'since 1 day')
    const clause = fc.tuple(sign, number, unit, rate, since).map((parts) => parts.join(''))
    const joiner = fc.constantFrom(' and ', ' or ', '  or  ', ' ', 'and')
    const limit = fc.oneof(
      clause,
      fc.tuple(clause, joiner, clause).map((parts) => parts.join('')),
    )
    let right = 0
    fc.assert(
      fc.property(limit, fc.constantFrom(...METRIC_NAMES), (text, metric: MetricName) => {
        const policy = { limits: { [metric]: text } }
        const answer = accepted(JSON.stringify(policy))
        if (answer) right++
        expect(valid(policy, ROOT), `${metric}: ${text}`).toBe(answer)
      }),
      { numRuns: 4000, seed: 3 },
    )
    expect(right).toBeGreaterThan(100)
  })
})
