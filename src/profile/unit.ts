/** What a value counts. */
export type ValueUnit = 'bytes' | 'count' | 'nanoseconds' | 'ratio'

type Scale = readonly (readonly [name: string, factor: number])[]

const BINARY: Scale = [
  ['B', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
  ['PiB', 2 ** 50],
]

const TIME: Scale = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['min', 60e9],
  ['h', 3600e9],
]

const PRINTED: Readonly<Record<'bytes' | 'nanoseconds', Scale>> = { bytes: BINARY, nanoseconds: TIME }

const READ: Readonly<Record<ValueUnit, ReadonlyMap<string, number>>> = {
  bytes: new Map([...BINARY, ['kB', 1e3], ['MB', 1e6], ['GB', 1e9], ['TB', 1e12]]),
  // Go writes minutes `m` and microseconds with either of two letters that look the same.
  nanoseconds: new Map([...TIME, ['us', 1e3], ['μs', 1e3], ['m', 60e9]]),
  count: new Map([['', 1]]),
  ratio: new Map([['%', 0.01]]),
}

const TERM = /(\d+(?:_\d+)*(?:\.\d+)?) ?([a-zA-Zµμ%]*)/y

/** The unit's spellings, e.g. `KiB`, `ms`, `%`. */
export function unitNames(unit: ValueUnit): string[] {
  return [...READ[unit].keys()]
}

/**
 * A value as people write it: `4MiB`, `1.5 s`, `1_000`, `25%`; durations also in several parts, `1m30s`.
 * Undefined where the text is not of the unit. No sign.
 */
export function parseValue(text: string, unit: ValueUnit): number | undefined {
  const factors = READ[unit]
  let sum = 0
  let at = 0
  while (at === 0 || (unit === 'nanoseconds' && at < text.length)) {
    TERM.lastIndex = at
    const match = TERM.exec(text)
    const factor = match === null ? undefined : factors.get(match[2]!)
    if (match === null || factor === undefined) return undefined
    const value = Number(match[1]!.replaceAll('_', ''))
    // Divided, because 0.07 is not 7 * 0.01 in binary.
    sum += unit === 'ratio' ? value / 100 : value * factor
    at = TERM.lastIndex
  }
  return at === text.length && !text.endsWith(' ') ? sum : undefined
}

export interface FormatOptions {
  /** `+` before what is more than nothing. */
  readonly sign?: boolean
  /** What stands before negative values: the ASCII hyphen unless told. */
  readonly minus?: '-' | '−'
}

/**
 * The one way values are printed, to three or four digits: `36.5 MiB`, `512 KiB`, `1,197`, `100 ms`, `25%`.
 * What rounds to nothing has no sign; what is no number is a dash.
 */
export function formatValue(value: number, unit: ValueUnit, { sign = false, minus = '-' }: FormatOptions = {}): string {
  if (!Number.isFinite(unit === 'ratio' ? value * 100 : value)) return '–'
  const text = formatSize(Math.abs(value), unit)
  if (!/[1-9]/.test(text)) return text
  if (value < 0) return minus + text
  return sign ? `+${text}` : text
}

function formatSize(size: number, unit: ValueUnit): string {
  if (unit === 'count') return group(digits(size))
  if (unit === 'ratio') return `${group(digits(size * 100))}%`
  const scale = PRINTED[unit]
  let step = Math.max(
    0,
    scale.findLastIndex(([, factor]) => size >= factor),
  )
  const next = scale[step + 1]
  // 1023.9 KiB would print as 1,024 KiB.
  if (next !== undefined && Number(digits(size / scale[step]![1])) * scale[step]![1] >= next[1]) step++
  const [name, factor] = scale[step]!
  return `${group(digits(size / factor))} ${name}`
}

function digits(size: number): string {
  const text = size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Thousands apart. */
function group(text: string): string {
  const [whole, ...fraction] = text.split('.')
  return [whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...fraction].join('.')
}
