import { FormatError } from '../../errors.ts'
import { decodeText, quote, TextLines } from '../text/lines.ts'
import type { MemStats } from './memstats.ts'
import { newestFirst, PAUSES } from './pause-ring.ts'

const TITLE = '# runtime.MemStats'
const FIGURE = /^# (\w+) = (.*)$/
const COUNT = /^\d{1,20}$/
const PAIR = /^(\d{1,20}) \/ \d{1,20}$/
const FRACTION = /^\d+(?:\.\d+)?(?:e[+-]\d+)?$/
const HINT = 'Fetch /debug/pprof/heap?debug=1 again.'

/**
 * Reads the `# runtime.MemStats` lines that close /debug/pprof/heap?debug=1 (writeHeapInternal in
 * runtime/pprof/pprof.go, Go 1.19 to 1.27). Sizes in bytes, times in nanoseconds; those beyond 2^53 are rounded to a
 * double. Lines it does not know are passed over; MaxRSS is there on Unix only. The form has no PauseTotalNs, goroutine
 * count or Go version. A trailer that is absent, cut short or not of this form throws FormatError with the line.
 */
export function parseMemStatsTrailer(source: string, text: string | Uint8Array): MemStats {
  const decoded = decodeText(source, text)
  return new Trailer(source, trailerLines(source, decoded)).memstats()
}

function trailerLines(source: string, text: string): TextLines {
  const at = text.startsWith(`${TITLE}\n`) ? 0 : text.indexOf(`\n${TITLE}\n`) + 1
  if (at === 0 && !text.startsWith(TITLE)) {
    throw new FormatError(source, { line: lineNumber(text, text.length) }, `expected "${TITLE}" before the end`, HINT)
  }
  return new TextLines(source, text.slice(at), lineNumber(text, at) - 1)
}

/** Number of the line that holds the character at `index`. */
function lineNumber(text: string, index: number): number {
  let number = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) number++
  return number
}

interface Figure {
  readonly value: string
  readonly line: number
}

/** The lines of one trailer by name. */
class Trailer {
  readonly #source: string
  readonly #figures = new Map<string, Figure>()
  readonly #last: number

  constructor(source: string, lines: TextLines) {
    this.#source = source
    lines.next()
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      if (line === '') continue
      const [, name, value] = FIGURE.exec(line) ?? []
      if (name === undefined || value === undefined) throw lines.expected(`"# Name = value", found ${quote(line)}`)
      if (this.#figures.has(name)) throw lines.expected(`${name} only once`)
      this.#figures.set(name, { value, line: lines.number })
    }
    this.#last = lines.number
  }

  memstats(): MemStats {
    // The last line on every platform: without it the text was cut.
    this.#figure('DebugGC')
    const numGC = this.#count('NumGC')
    return {
      source: this.#source,
      heapAlloc: this.#count('HeapAlloc'),
      heapSys: this.#count('HeapSys'),
      heapIdle: this.#count('HeapIdle'),
      heapInuse: this.#count('HeapInuse'),
      heapReleased: this.#count('HeapReleased'),
      heapObjects: this.#count('HeapObjects'),
      stackInuse: this.#number('Stack', PAIR),
      totalAlloc: this.#count('TotalAlloc'),
      mallocs: this.#count('Mallocs'),
      frees: this.#count('Frees'),
      sys: this.#count('Sys'),
      nextGC: this.#count('NextGC'),
      lastGC: this.#count('LastGC'),
      numGC,
      numForcedGC: this.#count('NumForcedGC'),
      gcCPUFraction: this.#number('GCCPUFraction', FRACTION),
      pauseNs: newestFirst(this.#ring('PauseNs'), numGC),
      pauseEnd: newestFirst(this.#ring('PauseEnd'), numGC),
      ...(this.#figures.has('MaxRSS') ? { maxRSS: this.#count('MaxRSS') } : {}),
    }
  }

  #figure(name: string): Figure {
    const figure = this.#figures.get(name)
    if (figure !== undefined) return figure
    const what = `expected "# ${name} = …" before the end; the text is cut short`
    throw new FormatError(this.#source, { line: this.#last }, what, HINT)
  }

  #count(name: string): number {
    return this.#number(name, COUNT)
  }

  /** The first group of the pattern, or all that it matches. */
  #number(name: string, pattern: RegExp): number {
    const figure = this.#figure(name)
    const match = pattern.exec(figure.value)
    const value = match === null ? Number.NaN : Number(match[1] ?? match[0])
    if (!Number.isFinite(value)) throw this.#expected(figure, `a number for ${name}`)
    return value
  }

  #ring(name: string): number[] {
    const figure = this.#figure(name)
    const words = figure.value.startsWith('[') && figure.value.endsWith(']') ? figure.value.slice(1, -1).split(' ') : []
    if (words.length !== PAUSES || !words.every((word) => COUNT.test(word))) {
      throw this.#expected(figure, `${PAUSES} numbers in brackets for ${name}`)
    }
    return words.map(Number)
  }

  #expected(figure: Figure, what: string): FormatError {
    return new FormatError(this.#source, { line: figure.line }, `expected ${what}, found ${quote(figure.value)}`)
  }
}
