import { readFileSync } from 'node:fs'
import { UserError } from '../../errors.ts'
import { readSeries } from '../../profile/memstats/prometheus-series.ts'
import { TextLines } from '../../profile/text/lines.ts'
import type { Endpoint } from './endpoint.ts'

/** Where the number of operations of a round comes from. */
export type OperationsSource =
  | { readonly from: 'number'; readonly perRound: number }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'output'; readonly pattern: RegExp }
  | {
      readonly from: 'metric'
      readonly name: string
      readonly labels: Readonly<Record<string, string>>
      readonly path: string
    }

const HINT =
  'Write a number (of each round), file:PATH, /PATTERN/ with a group around the number in the load’s output, ' +
  'or metric:NAME{label="value"} for a Prometheus counter of the service.'

/** `400`, `file:ops.txt`, `/(\d+) operations/`, `metric:http_requests_total{code="200"} /metrics`; empty: not counted. */
export function parseOperations(where: string, text: string): OperationsSource | undefined {
  const value = text.trim()
  if (value === '') return undefined
  if (/^\d+$/.test(value)) return { from: 'number', perRound: Number(value) }
  if (value.startsWith('file:')) return { from: 'file', path: value.slice('file:'.length).trim() }
  const pattern = /^\/(.*)\/([imsu]*)$/s.exec(value)
  if (pattern !== null) return { from: 'output', pattern: compiled(where, pattern[1]!, pattern[2]!) }
  const metric = /^metric:\s*([a-zA-Z_:][\w:]*)\s*(\{.*\})?\s*(\/\S*)?$/.exec(value)
  if (metric !== null) {
    const [, name, braces = '', path = '/metrics'] = metric
    const series = readSeries(new TextLines(where, ''), `${name}${braces} 0`)
    return { from: 'metric', name: name!, labels: Object.fromEntries(series.labels), path }
  }
  throw new UserError(`cannot count operations by ${JSON.stringify(value)}`, { where, hint: HINT })
}

function compiled(where: string, source: string, flags: string): RegExp {
  try {
    const pattern = new RegExp(source, `${flags}g`)
    // One alternative that matches nothing tells how many groups there are.
    if (new RegExp(`${source}|`, flags).exec('')!.length < 2) {
      throw new UserError(`/${source}/ has no group around the number`, { where, hint: HINT })
    }
    return pattern
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError((error as Error).message, { where, hint: HINT })
  }
}

/** Operations of one round; the metric is counted apart, since its count is the service's and needs no sum. */
export function countRound(source: Exclude<OperationsSource, { from: 'metric' }>, output: string): number {
  if (source.from === 'number') return source.perRound
  if (source.from === 'file') return lastNumber(source.path)
  // Loads print progress before the result: the last match counts.
  const match = [...output.matchAll(source.pattern)].at(-1)
  const count = Number((match?.[1] ?? '').replace(/[,_]/g, '') || Number.NaN)
  if (Number.isFinite(count)) return count
  throw new UserError(
    match === undefined
      ? `${source.pattern} does not match what the load printed`
      : `${source.pattern} matches ${JSON.stringify(match[1])}, which is no number`,
    { where: 'operations', hint: HINT },
  )
}

function lastNumber(path: string): number {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError((error as Error).message, { where: 'operations', hint: 'The load must write this file.' })
  }
  const number = text.match(/\d+(?:\.\d+)?/g)?.at(-1)
  if (number === undefined) throw new UserError('holds no number', { where: `operations: ${path}`, hint: HINT })
  return Number(number)
}

/** The counter as it stands; all series whose labels include the given ones, summed. */
export async function readCounter(
  endpoint: Endpoint,
  { name, labels, path }: Extract<OperationsSource, { from: 'metric' }>,
): Promise<number> {
  const where = `${endpoint.target.name} ${path}`
  const fail = (what: string, hint: string): UserError => new UserError(what, { where, hint })
  const body = await endpoint.getElsewhere(path).catch((error: Error) => {
    throw fail(error.message, 'operations: metric:NAME /path names the path of the metrics.')
  })
  const lines = body
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith(name))
  const wanted = Object.entries(labels)
  const series = lines
    .map((line) => readSeries(new TextLines(where, ''), line))
    .filter((one) => one.name === name && wanted.every(([key, value]) => one.labels.get(key) === value))
  // A counter with labels has no series before it is first counted up.
  if (series.length === 0 && !body.includes(`# TYPE ${name.replace(/_total$/, '')}`)) {
    throw fail(`has no ${name}`, 'Check the name and the labels of the counter.')
  }
  return series.reduce((sum, one) => sum + (Number.isFinite(one.value) ? one.value : 0), 0)
}
