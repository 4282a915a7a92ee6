import { FormatError } from '../../errors.ts'
import { jsonFault } from '../json-fault.ts'
import { decodeText } from '../text/lines.ts'
import { memStatsOf } from './fields.ts'
import type { MemStats } from './memstats.ts'
import { newestFirst, PAUSES } from './pause-ring.ts'

/** Where programs publish runtime.NumGoroutine; package expvar itself does not. */
const GOROUTINES = ['goroutines', 'Goroutines', 'NumGoroutine'] as const
const HINT = 'Import expvar in the service and fetch /debug/vars.'

/**
 * Reads /debug/vars of package expvar: a JSON object whose `memstats` is runtime.MemStats under Go's field names. Sizes
 * in bytes, times in nanoseconds; those beyond 2^53 are rounded to a double. Only HeapAlloc must be there. Throws
 * FormatError with the byte offset for bad JSON and for fields of the wrong kind.
 */
export function parseExpvar(source: string, text: string | Uint8Array): MemStats {
  const decoded = decodeText(source, text)
  const vars = parseJson(source, decoded)
  const memstats = own(vars, 'memstats')
  if (!isObject(memstats)) throw new Fields(source, decoded, {}).expected('memstats', 'an object under "memstats"')
  return readMemStats(source, new Fields(source, decoded, memstats), vars)
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const offset = Buffer.byteLength(text.slice(0, Math.max(jsonFault(text), 0)))
    const rest = offset === Buffer.byteLength(text) ? 'more JSON, the text is cut short' : 'valid JSON'
    throw new FormatError(source, { offset }, `expected ${rest}`, HINT)
  }
}

function readMemStats(source: string, fields: Fields, vars: unknown): MemStats {
  const heapAlloc = fields.count('HeapAlloc')
  if (heapAlloc === undefined) throw fields.expected('memstats', 'HeapAlloc in "memstats"')
  const numGC = fields.count('NumGC')
  const goroutines = GOROUTINES.map((key) => own(vars, key)).find(isCount)
  return memStatsOf({
    source,
    heapAlloc,
    heapSys: fields.count('HeapSys'),
    heapIdle: fields.count('HeapIdle'),
    heapInuse: fields.count('HeapInuse'),
    heapReleased: fields.count('HeapReleased'),
    heapObjects: fields.count('HeapObjects'),
    stackInuse: fields.count('StackInuse'),
    totalAlloc: fields.count('TotalAlloc'),
    mallocs: fields.count('Mallocs'),
    frees: fields.count('Frees'),
    sys: fields.count('Sys'),
    nextGC: fields.count('NextGC'),
    lastGC: fields.count('LastGC'),
    numGC,
    numForcedGC: fields.count('NumForcedGC'),
    gcCPUFraction: fields.fraction('GCCPUFraction'),
    pauseTotalNs: fields.count('PauseTotalNs'),
    pauseNs: fields.ring('PauseNs', numGC),
    pauseEnd: fields.ring('PauseEnd', numGC),
    goroutines,
  })
}

/** The fields of `memstats`. */
class Fields {
  readonly #source: string
  readonly #text: string
  readonly #object: object

  constructor(source: string, text: string, object: object) {
    this.#source = source
    this.#text = text
    this.#object = object
  }

  /** A whole number from 0 up; undefined where there is no such field. */
  count(name: string): number | undefined {
    const value = own(this.#object, name)
    if (value === undefined || isCount(value)) return value
    throw this.expected(name, `a whole number from 0 up for "${name}"`)
  }

  fraction(name: string): number | undefined {
    const value = own(this.#object, name)
    if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)) return value
    throw this.expected(name, `a number from 0 to 1 for "${name}"`)
  }

  /** A ring of pauses, newest first; undefined where nothing says which is the newest. */
  ring(name: string, numGC: number | undefined): number[] | undefined {
    const value = own(this.#object, name)
    if (value === undefined || numGC === undefined) return undefined
    if (Array.isArray(value) && value.length === PAUSES && value.every(isCount)) return newestFirst(value, numGC)
    throw this.expected(name, `${PAUSES} numbers for "${name}"`)
  }

  /** Error at the field of that name, at the beginning where there is none. */
  expected(name: string, what: string): FormatError {
    const at = Math.max(this.#text.indexOf(`"${name}"`), 0)
    return new FormatError(
      this.#source,
      { offset: Buffer.byteLength(this.#text.slice(0, at)) },
      `expected ${what}`,
      HINT,
    )
  }
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
