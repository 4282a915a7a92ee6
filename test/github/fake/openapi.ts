import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'

type Schema = Readonly<Record<string, unknown>>

interface Operation {
  readonly parameters?: readonly Schema[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, Schema>>
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>
}

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/** The description leaves out what may happen anywhere. */
const ANYWHERE = [401, 403, 404, 429]

let description: Description | undefined
let ajv: Ajv | undefined
const validators = new Map<string, ValidateFunction>()

/** GitHub's own description of its API, loaded once: it is large. */
function describe(): Description {
  if (description === undefined) {
    description = createRequire(import.meta.url)('@octokit/openapi/generated/api.github.com.json') as Description
    allowNull(description)
    ajv = new Ajv({
      strict: false,
      validateFormats: false,
      inlineRefs: false,
      validateSchema: false,
      addUsedSchema: false,
    })
    ajv.addSchema(description, 'gh')
  }
  return description
}

/** OpenAPI 3.0 says `nullable` where JSON schema has a type of its own. */
function allowNull(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  for (const child of Object.values(node)) allowNull(child)
  const schema = node as Record<string, unknown>
  if (schema.nullable !== true || typeof schema.type === 'string') return
  const { nullable: _, ...rest } = schema
  for (const key of Object.keys(rest)) delete schema[key]
  delete schema.nullable
  schema.anyOf = [rest, { type: 'null' }]
}

/** What of an exchange GitHub's description does not allow; empty when all is well. */
export function faultsOf({ method, path, query, body, status, answer }: Exchange): string[] {
  const found = operationOf(method, path)
  const at = `${method} ${path}`
  if (found === undefined) return [`${at}: no such operation`]
  const { operation, pointer } = found
  const parameters = (operation.parameters ?? []).map(resolved)
  const known = new Map(parameters.filter((one) => one.in === 'query').map((one) => [one.name as string, one]))
  const faults = [...query.keys()].filter((name) => !known.has(name)).map((name) => `${at}: unknown query ${name}`)
  for (const [name, value] of query) {
    const schema = known.get(name)?.schema as Schema | undefined
    if (schema !== undefined) faults.push(...queryFaults(`${at}?${name}`, schema, value))
  }
  const wanted = operation.requestBody?.content?.['application/json']?.schema
  if (wanted !== undefined) {
    faults.push(...check(`${pointer}/requestBody/content/application~1json/schema`, body, `${at} request`))
  }
  const response = operation.responses[status]
  if (response === undefined) {
    return ANYWHERE.includes(status) || status >= 500 ? faults : [...faults, `${at}: status ${status} is not described`]
  }
  if (status >= 400) return faults
  const base = typeof response.$ref === 'string' ? response.$ref.slice(1) : `${pointer}/responses/${status}`
  const { content } = resolved(response) as { content?: Record<string, unknown> }
  if (content?.['application/json'] === undefined || Buffer.isBuffer(answer)) return faults
  return [...faults, ...check(`${base}/content/application~1json/schema`, answer, `${at} ${status}`)]
}

function queryFaults(at: string, schema: Schema, value: string): string[] {
  const wrong = schema.type === 'integer' && !/^\d+$/.test(value)
  const unlisted = Array.isArray(schema.enum) && !schema.enum.includes(value)
  return wrong || unlisted ? [`${at}: ${value} is not allowed`] : []
}

function check(pointer: string, value: unknown, at: string): string[] {
  let validate = validators.get(pointer)
  if (validate === undefined) {
    describe()
    validate = ajv!.compile({ $ref: `gh#${pointer}` })
    validators.set(pointer, validate)
  }
  if (validate(value) === true) return []
  return (validate.errors ?? []).slice(0, 3).map(({ instancePath, message }) => `${at}: ${instancePath} ${message}`)
}

function operationOf(method: string, path: string): { operation: Operation; pointer: string } | undefined {
  const { paths } = describe()
  const matching = Object.keys(paths)
    .filter((template) => patternOf(template).test(path) && paths[template]?.[method.toLowerCase()] !== undefined)
    .sort((a, b) => a.split('{').length - b.split('{').length)
  const template = matching[0]
  if (template === undefined) return undefined
  const escaped = template.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
  const name = method.toLowerCase()
  return { operation: paths[template]![name]!, pointer: `/paths/${escaped}/${name}` }
}

const patterns = new Map<string, RegExp>()

function patternOf(template: string): RegExp {
  const known = patterns.get(template)
  if (known !== undefined) return known
  // A path, a ref or two refs may hold slashes.
  const source = template.replace(/\{(path|ref|basehead)\}/g, '.+').replace(/\{[^}]+\}/g, '[^/]+')
  const pattern = new RegExp(`^${source}$`)
  patterns.set(template, pattern)
  return pattern
}

function resolved(schema: Schema): Schema {
  const ref = schema.$ref
  if (typeof ref !== 'string') return schema
  const [, , group, name] = ref.split('/')
  return resolved(describe().components[group!]![name!]!)
}

/** A value of the named schema: what is given, and something for every other field that must be there. */
export function complete(name: string, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const schema = describe().components.schemas?.[name]
  if (schema === undefined) throw new Error(`no schema ${name}`)
  return filled(schema, given) as Record<string, unknown>
}

function filled(schema: Schema, given: unknown): unknown {
  const shape = resolved(schema)
  const options = (shape.allOf ?? shape.anyOf ?? shape.oneOf) as readonly Schema[] | undefined
  if (given === undefined) {
    if (shape.nullable === true) return null
    if (Array.isArray(shape.enum)) return shape.enum[0]
    if (options !== undefined) return filled(options[0]!, given)
    const simple = { string: textFor(shape), integer: 1, number: 1, boolean: false, array: [] }[shape.type as string]
    if (simple !== undefined) return simple
    given = {}
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  if (options !== undefined && shape.properties === undefined) return filled(options[0]!, given)
  const properties = (shape.properties ?? {}) as Readonly<Record<string, Schema>>
  const required = (shape.required ?? []) as readonly string[]
  const value: Record<string, unknown> = { ...given }
  for (const key of new Set([...required, ...Object.keys(value)])) {
    const of = properties[key]
    if (of !== undefined) value[key] = filled(of, value[key])
  }
  return value
}

function textFor({ format }: Schema): string {
  if (format === 'uri') return 'https://github.localhost/x'
  return format === 'date-time' ? '2026-11-01T00:00:00Z' : 'x'
}
