import { FormatError } from '../../errors.ts'
import { Sequences } from '../sequences.ts'
import { quote, TextLines } from '../text/lines.ts'
import type { GoroutineDump, GoroutineGroup } from './dump.ts'
import { GoroutineFrames, type GoroutineStack } from './frames.ts'
import { type GoroutineHeader, parseGoroutineHeader } from './header.ts'
import { GoroutineKeys, isLineFeed } from './keys.ts'

/** Where Go cuts the dump: writeGoroutineStacks in runtime/pprof/pprof.go. */
const GO_LIMIT = 64 * 1024 * 1024
const MAX_HEADER = 1024 * 1024
/** Distinct stacks a text may have; bounds the memory that a hostile one takes. */
const MAX_GROUPS = 1_000_000
const START = /goroutine \d{1,20} /y

type Group = { -readonly [K in keyof GoroutineGroup]: GoroutineGroup[K] }

/** Reads debug=2; see parseGoroutineText for the errors. */
export function parseGoroutineStacks(source: string, text: string): GoroutineDump {
  const reader = new StacksReader(source, text)
  reader.readAll(text.length >= GO_LIMIT / 3 && Buffer.byteLength(text) >= GO_LIMIT)
  return { source, form: 'debug=2', groups: reader.groups, total: reader.total }
}

class StacksReader {
  readonly groups: Group[] = []
  total = 0
  readonly #source: string
  readonly #text: string
  readonly #keys: GoroutineKeys
  readonly #frames = new GoroutineFrames()
  readonly #stacks = new Map<number, GoroutineStack>()
  readonly #headers = new Map<string, { header: GoroutineHeader; kind: number }>()
  readonly #kinds = new Map<string, number>()
  /** Pairs of kind and stack, one for each group, numbered as the groups are. */
  readonly #pairs = new Sequences()
  readonly #pair = new Int32Array(2)
  /** Lines before the one being read. */
  #passed = 0

  constructor(source: string, text: string) {
    this.#source = source
    this.#text = text
    this.#keys = new GoroutineKeys(text)
  }

  readAll(cutByGo: boolean): void {
    let at = 0
    while (at < this.#text.length) {
      try {
        at = this.#readGoroutine(at)
      } catch (error) {
        // Nothing follows the goroutine that Go cut; an error further up is a damaged text.
        const last = this.#text.indexOf('\n\n', at) === -1
        if (cutByGo && last && this.total > 0 && error instanceof FormatError) return
        throw error
      }
      for (; isLineFeed(this.#text, at); at++) this.#passed++
    }
  }

  #readGoroutine(at: number): number {
    const lineEnd = this.#text.indexOf('\n', at)
    const { header, kind } = this.#header(at, lineEnd === -1 ? this.#text.length : lineEnd)
    if (lineEnd === -1) throw this.#cutShort()
    const from = lineEnd + 1
    const key = this.#keys.walk(from)
    if (key === -1) throw this.#expected('fewer lines: at most 100,000 a goroutine and 4,000,000 distinct ones')
    const closed = isLineFeed(this.#text, this.#keys.end)
    const stack = this.#stack(key, from, closed)
    this.#passed += 1 + this.#keys.lines
    this.#add(header, kind, stack, key)
    return this.#keys.end
  }

  /** The last stack is read even where its like is known: what ends it tells whether the text is whole. */
  #stack(key: number, from: number, closed: boolean): GoroutineStack {
    const known = this.#stacks.get(key)
    if (known !== undefined && closed) return known
    const end = closed ? this.#keys.end : this.#text.length
    const stack = this.#frames.read(new TextLines(this.#source, this.#text.slice(from, end), this.#passed + 1))
    if (!closed && !stack.ended) {
      this.#passed += 1 + this.#keys.lines
      throw this.#cutShort()
    }
    this.#stacks.set(key, known ?? stack)
    return known ?? stack
  }

  #header(at: number, end: number): { header: GoroutineHeader; kind: number } {
    START.lastIndex = at
    const start = START.exec(this.#text)?.[0] ?? ''
    if (end - at > MAX_HEADER) throw this.#expected('a line of at most 1 MiB')
    const rest = this.#text.slice(at + start.length, end)
    const known = this.#headers.get(rest)
    if (known !== undefined && start !== '') return known
    const header = start === '' ? undefined : parseGoroutineHeader(rest)
    if (header === undefined) throw this.#expected(`"goroutine N [state]:", found ${quote(start + rest)}`)
    const entry = { header, kind: this.#kind(header) }
    this.#headers.set(rest, entry)
    return entry
  }

  #kind({ state, lockedToThread, labels }: GoroutineHeader): number {
    const key = JSON.stringify([state, lockedToThread, Object.entries(labels).sort()])
    const kind = this.#kinds.get(key) ?? this.#kinds.size
    this.#kinds.set(key, kind)
    return kind
  }

  #add(header: GoroutineHeader, kind: number, stack: GoroutineStack, key: number): void {
    this.total++
    this.#pair[0] = kind
    this.#pair[1] = key
    const number = this.#pairs.intern(this.#pair, 2)
    const group = this.groups[number]
    if (group === undefined) {
      if (number === MAX_GROUPS) throw this.#expected(`at most ${MAX_GROUPS} distinct goroutines`)
      this.groups.push({ count: 1, ...header, frames: stack.frames, createdBy: stack.createdBy })
      return
    }
    group.count++
    group.waitMinutes = Math.max(group.waitMinutes, header.waitMinutes)
    group.leaked &&= header.leaked
  }

  #cutShort(): FormatError {
    return this.#expected('the rest of the last goroutine; the text is cut short', 'Record it again.')
  }

  /** Error about the line after those passed. */
  #expected(what: string, hint?: string): FormatError {
    return new FormatError(this.#source, { line: this.#passed + 1 }, `expected ${what}`, hint)
  }
}
