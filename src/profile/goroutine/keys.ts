import { Sequences, withRoom } from '../sequences.ts'

const NEWLINE = 10
const SPACE = 32
const CLOSE = 41
const OPEN = 40
const TAB = 9
/** Far above what Go prints, 100 frames and 100 for each ancestor; bounds memory. */
const MAX_STACK_LINES = 100_000
const MAX_DISTINCT_LINES = 4_000_000
/** Longest ` +0x…` behind a line number. */
const OFFSET_CHARS = 20

/**
 * Numbers the stacks of a debug=2 dump: two goroutines whose text differs only in arguments, offsets, goroutine numbers
 * and ancestors have the same number. Reading each distinct stack once is what makes large dumps quick.
 */
export class GoroutineKeys {
  /** After `walk`: index of the empty line or of the text's end, and lines passed. */
  end = 0
  lines = 0
  readonly #text: string
  readonly #ids = new Map<string, number>()
  readonly #stacks = new Sequences()
  #scratch = new Int32Array(1024)

  constructor(text: string) {
    this.#text = text
  }

  /**
   * Number of the stack whose lines begin at `from`, -1 where it takes more than a dump of Go could.
   * A last line without line feed is not part of it.
   */
  walk(from: number): number {
    const text = this.#text
    let length = 0
    let at = from
    let ancestors = false
    this.lines = 0
    for (let end = text.indexOf('\n', at); end > at; end = text.indexOf('\n', at)) {
      if (++this.lines > MAX_STACK_LINES || this.#ids.size > MAX_DISTINCT_LINES) return -1
      ancestors ||= text.startsWith('[originating from ', at)
      if (!ancestors) {
        this.#scratch = withRoom(this.#scratch, length + 1)
        this.#scratch[length++] = this.#id(text.slice(at, this.#keyEnd(at, end)))
      }
      at = end + 1
    }
    this.end = at
    return this.#stacks.intern(this.#scratch, length)
  }

  #id(key: string): number {
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#ids.size
      this.#ids.set(key, id)
    }
    return id
  }

  /** Where the part of a line ends that tells stacks apart. Looks at few characters: it runs for every line. */
  #keyEnd(at: number, end: number): number {
    const text = this.#text
    if (text.charCodeAt(at) === TAB) return this.#beforeOffset(at, end)
    if (text.charCodeAt(end - 1) === CLOSE) {
      for (let i = end - 2; i > at; i--) if (text.charCodeAt(i) === OPEN) return i + 1
      return end
    }
    if (text.startsWith('created by ', at)) return this.#beforeNumber(at, end, ' in goroutine ')
    if (text.startsWith('non-Go function at pc=', at)) return at + 'non-Go function at pc='.length
    if (text.startsWith('...', at)) return at + 3
    return end
  }

  #beforeOffset(at: number, end: number): number {
    const stop = Math.max(at, end - OFFSET_CHARS)
    for (let i = end - 1; i > stop; i--) {
      if (this.#text.charCodeAt(i) === SPACE) return this.#text.startsWith('+0x', i + 1) ? i : end
    }
    return end
  }

  #beforeNumber(at: number, end: number, words: string): number {
    let i = end
    while (i > at && isDigit(this.#text.charCodeAt(i - 1))) i--
    const start = i - words.length
    return i < end && start > at && this.#text.startsWith(words, start) ? start : end
  }
}

/** Whether the character at `index` is a line feed. */
export function isLineFeed(text: string, index: number): boolean {
  return text.charCodeAt(index) === NEWLINE
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
