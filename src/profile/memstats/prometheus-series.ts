import { detached, quote, type TextLines } from '../text/lines.ts'

/** One line of the text format: a value under a name and labels. */
export interface Series {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  /** May be NaN or infinite. */
  readonly value: number
  readonly line: number
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y
const BLANK = /[ \t]*/y
const TOKEN = /[^ \t]+/y
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n' }

/**
 * Reads one line that is neither empty nor a comment:
 * `name{label="value"} 1.5e3 1700000000000`, names quoted inside the braces where they are not plain, OpenMetrics
 * exemplars (`# {…} 1`) passed over. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readSeries(lines: TextLines, line: string): Series {
  return new SeriesReader(lines, line).read()
}

class SeriesReader {
  readonly #lines: TextLines
  readonly #line: string
  #at = 0
  #name: string | undefined

  constructor(lines: TextLines, line: string) {
    this.#lines = lines
    this.#line = line
  }

  read(): Series {
    this.#match(BLANK)
    this.#name = this.#match(NAME)
    this.#match(BLANK)
    const labels = this.#line[this.#at] === '{' ? this.#labels() : new Map<string, string>()
    if (this.#name === undefined) throw this.#expected('a metric name')
    const value = this.#value()
    this.#timestamp()
    return { name: detached(this.#name), labels, value, line: this.#lines.number }
  }

  #labels(): Map<string, string> {
    const labels = new Map<string, string>()
    this.#skip('{')
    while (this.#line[this.#at] !== '}') {
      this.#label(labels)
      if (this.#line[this.#at] !== ',') break
      this.#skip(',')
    }
    if (this.#line[this.#at] !== '}') throw this.#expected('"," or "}"')
    this.#skip('}')
    return labels
  }

  #label(labels: Map<string, string>): void {
    const quoted = this.#line[this.#at] === '"'
    const key = quoted ? this.#string() : this.#match(LABEL)
    if (key === undefined) throw this.#expected('a label name')
    this.#match(BLANK)
    if (quoted && this.#name === undefined && this.#line[this.#at] !== '=') {
      this.#name = key
      return
    }
    if (this.#line[this.#at] !== '=') throw this.#expected('"="')
    this.#skip('=')
    if (labels.has(key)) throw this.#expected(`label ${quote(key)} only once`)
    labels.set(detached(key), this.#string())
    this.#match(BLANK)
  }

  #string(): string {
    if (this.#line[this.#at] !== '"') throw this.#expected('a quoted string')
    let out = ''
    for (let i = this.#at + 1; i < this.#line.length; i++) {
      const c = this.#line[i]!
      if (c === '"') {
        this.#at = i + 1
        return out
      }
      if (c !== '\\') out += c
      else {
        const escaped = this.#line[++i] ?? ''
        if (!Object.hasOwn(ESCAPES, escaped)) throw this.#expected('only the escapes \\\\, \\" and \\n')
        out += ESCAPES[escaped]
      }
    }
    throw this.#expected('a closing quote')
  }

  #value(): number {
    this.#match(BLANK)
    const start = this.#at
    const token = this.#match(TOKEN) ?? ''
    if (/^[+-]?nan$/i.test(token)) return Number.NaN
    const infinite = INFINITE.exec(token)
    if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
    if (DECIMAL.test(token)) return Number(token)
    this.#at = start
    throw this.#expected('a value')
  }

  #timestamp(): void {
    this.#match(BLANK)
    if (this.#at === this.#line.length || this.#line[this.#at] === '#') return
    const start = this.#at
    const token = this.#match(TOKEN) ?? ''
    this.#match(BLANK)
    const rest = this.#line[this.#at]
    if (DECIMAL.test(token) && (rest === undefined || rest === '#')) return
    this.#at = start
    throw this.#expected('a timestamp or the end of the line')
  }

  #skip(character: string): void {
    this.#at += character.length
    this.#match(BLANK)
  }

  /** Advances over the pattern; undefined where it does not match. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#line)?.[0]
    this.#at += match?.length ?? 0
    return match
  }

  #expected(what: string) {
    return this.#lines.expected(`${what} in column ${this.#at + 1}, found ${quote(this.#line.slice(this.#at))}`)
  }
}
