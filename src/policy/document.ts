import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
} from 'yaml'
import { UserError } from '../errors.ts'
import { quote } from '../profile/text/lines.ts'
import type { Origin } from './policy.ts'
import { didYouMean } from './suggest.ts'

const MAX_BYTES = 256 * 1024
/** Far deeper than a policy goes; the composer recurses and has no bound of its own. */
const MAX_DEPTH = 32
const MAX_ALIASES = 100
const MAX_MISTAKES = 20

/** A key with its value, and where the key stands. */
export interface Field {
  readonly name: string
  readonly key: Node
  readonly value: Node | undefined
}

interface Mistake {
  readonly at: number
  readonly what: string
  readonly hint: string | undefined
}

/** A YAML text whose every node knows its line and column. Mistakes are collected and told together. */
export class PolicyDocument {
  readonly root: Node | undefined
  readonly #source: string
  readonly #text: string
  readonly #lines = new LineCounter()
  readonly #document: Document
  readonly #mistakes: Mistake[] = []

  constructor(source: string, text: string) {
    this.#source = source
    this.#text = text
    if (new TextEncoder().encode(text).length > MAX_BYTES) {
      throw new UserError(`the policy is larger than ${MAX_BYTES / 1024} KiB`, { where: source })
    }
    this.#document = this.#compose()
    this.root = (this.#document.contents as Node | null) ?? undefined
    // One mistake in YAML brings others with it: those at other places are told, the first few of them.
    for (const { code, message, pos } of this.#document.errors.slice(0, 100)) {
      if (this.#mistakes.length === 3 || this.#mistakes.some((mistake) => mistake.at === pos[0])) continue
      this.#mistakes.push({ at: pos[0], what: yamlWords(code, message), hint: YAML_HINTS[code] })
    }
    this.finish()
  }

  /** Notes a mistake at a node or, for text, that many characters into it. */
  wrong(node: Node, what: string, hint?: string, offset = 0): void {
    this.#mistakes.push({ at: this.#offsetIn(node, offset), what, hint })
  }

  /** Throws what has been noted, in the order of the text. */
  finish(): void {
    if (this.#mistakes.length === 0) return
    const [first, ...others] = this.#mistakes.sort((a, b) => a.at - b.at)
    const where = this.#where(first!.at)
    if (others.length === 0) throw new UserError(first!.what, { where, ...(first!.hint && { hint: first!.hint }) })
    const lines = [sentence(first!)]
    for (const mistake of others.slice(0, MAX_MISTAKES - 1))
      lines.push(`${this.#where(mistake.at)}: ${sentence(mistake)}`)
    const more = others.length - (MAX_MISTAKES - 1)
    if (more > 0) lines.push(`and ${more} more`)
    throw new UserError(lines.join('\n'), { where })
  }

  origin(node: Node): Origin {
    const { line, col } = this.#lines.linePos(node.range![0])
    return { kind: 'text', source: this.#source, line, column: col }
  }

  /** The fields of a mapping. Keys are `known` ones, each given once; nothing at all is an empty mapping. */
  fields(node: Node | undefined, owner: string, known?: readonly string[], choice = 'Keys'): Field[] {
    const map = this.#deref(node)
    if (map === undefined) return []
    if (!isMap(map)) {
      this.wrong(
        map,
        `${owner} takes keys and values, found ${kindOf(map)}`,
        known && `${choice}: ${known.join(', ')}.`,
      )
      return []
    }
    const fields = new Map<string, Field>()
    for (const pair of map.items) {
      const key = pair.key as Node
      if (!isScalar(key)) {
        this.wrong(key ?? map, `a key in ${owner} must be plain text`)
        continue
      }
      const name = String(key.value)
      const earlier = fields.get(name)
      if (earlier !== undefined) {
        this.wrong(
          key,
          `${quote(name)} is given twice in ${owner}`,
          `It is on line ${this.#line(earlier.key)} already.`,
        )
      } else if (known !== undefined && !known.includes(name)) {
        this.wrong(
          key,
          `unknown ${choice === 'Keys' ? 'key' : 'metric'} ${quote(name)} in ${owner}`,
          didYouMean(name, known, choice),
        )
      } else {
        fields.set(name, { name, key, value: this.#deref(pair.value as Node | null) })
      }
    }
    return [...fields.values()]
  }

  /** The entries of a list; nothing at all is an empty list. */
  entries(node: Node | undefined, owner: string): Node[] {
    const list = this.#deref(node)
    if (list === undefined) return []
    if (!isSeq(list)) {
      this.wrong(list, `${owner} takes a list, found ${kindOf(list)}`, 'Begin each entry with "- ".')
      return []
    }
    return list.items.flatMap((item) => {
      const entry = this.#deref(item as Node)
      if (entry === undefined) this.wrong((item as Node | null) ?? list, `an entry of ${owner} is empty`)
      return entry ?? []
    })
  }

  /** The text of a value; a mistake when there is none. `needs` completes "limits needs …". */
  text(field: Field, needs: string): { node: Node; text: string } | undefined {
    const { key, name, value } = field
    if (value === undefined) this.wrong(key, `${name} has no value`, `It needs ${needs}.`)
    else if (!isScalar(value)) {
      this.wrong(
        value,
        `${name} needs ${needs}, found ${kindOf(value)}`,
        'Put text that begins with [, { or * in quotes.',
      )
    } else return { node: value, text: String(value.value).trimEnd() }
    return undefined
  }

  /** The node an alias stands for; undefined for `key:` with nothing after it. */
  #deref(node: Node | null | undefined): Node | undefined {
    const target = isAlias(node) ? (node.resolve(this.#document) ?? node) : node
    if (target === null || target === undefined) return undefined
    return isScalar(target) && target.type === 'PLAIN' && target.value === '' ? undefined : (target as Node)
  }

  #compose(): Document {
    // Text only: what a number or a date means is decided where it is used, `+10` must keep its sign. Duplicate keys
    // are found in `fields`, which needs no quadratic time for it.
    const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false } as const
    const tokens: CST.Token[] = []
    for (const token of new Parser(this.#lines.addNewLine).parse(this.#text)) tokens.push(token)
    this.#bound(tokens)
    const composer = new Composer(options)
    const [document, second] = composer.compose(tokens, true, this.#text.length)
    if (second !== undefined) {
      const at = second.range?.[0] ?? 0
      throw new UserError('a policy is one YAML document, found a second', {
        where: this.#where(at),
        hint: 'Take out the line "---".',
      })
    }
    return document as Document
  }

  /** Refuses what would take long or much to read, before it is read. */
  #bound(tokens: readonly CST.Token[]): void {
    let aliases = 0
    const open: [token: CST.Token, depth: number][] = tokens.map((token) => [token, 0])
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [token, depth] = next
      const refuse = (what: string): never => {
        throw new UserError(what, { where: this.#where(token.offset) })
      }
      if (depth > MAX_DEPTH) refuse(`nested deeper than ${MAX_DEPTH} levels`)
      if (token.type === 'alias' && ++aliases > MAX_ALIASES) refuse(`more than ${MAX_ALIASES} aliases`)
      for (const child of childrenOf(token)) {
        if (child.type === 'tag') {
          const [at, what] = [child.offset, `a policy has no tags, found ${quote(child.source)}`]
          throw new UserError(what, { where: this.#where(at), hint: 'Put text that begins with ! in quotes.' })
        }
        open.push([child, depth + 1])
      }
    }
  }

  #offsetIn(node: Node, offset: number): number {
    const [start, end] = node.range!
    if (offset === 0 || !isScalar(node)) return start
    // Text with escapes or folded lines has no column of its own for each character.
    const inside = this.#text.slice(start, end).indexOf(String(node.value))
    return inside === -1 || String(node.value).includes('\n') ? start : start + inside + offset
  }

  #line(node: Node): number {
    return this.#lines.linePos(node.range![0]).line
  }

  #where(at: number): string {
    const { line, col } = this.#lines.linePos(at)
    return `${this.#source}:${line}:${col}`
  }
}

function* childrenOf(token: CST.Token): Generator<CST.Token> {
  const pieces: unknown[] = []
  if ('value' in token) pieces.push(token.value)
  if ('start' in token) pieces.push(token.start)
  if ('end' in token) pieces.push(token.end)
  if ('props' in token) pieces.push(token.props)
  if ('items' in token) {
    for (const item of token.items) pieces.push(item.start, item.key, item.sep, item.value)
  }
  for (const piece of pieces.flat()) if (typeof piece === 'object' && piece !== null) yield piece as CST.Token
}

function sentence({ what, hint }: Mistake): string {
  return hint === undefined ? what : `${what}. ${hint}`
}

function kindOf(node: Node): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  return isScalar(node) ? quote(String(node.value)) : 'an alias without an anchor'
}

function yamlWords(code: string, message: string): string {
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'not YAML: a second ": " in one value'
  if (code === 'TAB_AS_INDENT') return 'not YAML: a tab before the text'
  return `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

const YAML_HINTS: Readonly<Partial<Record<string, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: 'Put the value in quotes, or indent what belongs to it.',
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_SCALAR_START: 'Put the value in quotes.',
  BAD_INDENT: 'Keys of one mapping begin in the same column, and brackets are closed.',
  MISSING_CHAR: 'Close what was opened, or put the value in quotes.',
  BAD_DQ_ESCAPE: 'Put the value in single quotes: they take backslashes as they are.',
  BAD_ALIAS: 'Put text that begins with * in quotes.',
}
