import { FormatError } from '../../errors.ts'

/** What a text profile may weigh. Go cuts debug=2 at 64 MB; debug=1 of a huge service stays far below this. */
const MAX_TEXT = 256 * 1024 * 1024
/** Go's longest lines are a few kilobytes; labels can add to them. Bounds what one line can cost. */
const MAX_LINE = 1024 * 1024

/** UTF-8 bytes or text as text. Throws FormatError beyond 256 MiB. */
export function decodeText(source: string, text: string | Uint8Array): string {
  if (text.length > MAX_TEXT) throw new FormatError(source, { offset: MAX_TEXT }, 'expected at most 256 MiB of text')
  return typeof text === 'string' ? text : new TextDecoder().decode(text)
}

/** The lines of a text, one after the other, without their line feeds. */
export class TextLines {
  readonly source: string
  /** Number of the line `next` returned last, counted from 1. */
  number: number
  readonly #text: string
  #at = 0

  /** `before` is how many lines precede the text in the file, where it is a part of one. */
  constructor(source: string, text: string, before = 0) {
    this.source = source
    this.#text = text
    this.number = before
  }

  /** The next line; undefined at the end. Throws FormatError for a line that has no line feed or is over 1 MiB. */
  next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined
    this.number++
    const end = this.#text.indexOf('\n', this.#at)
    // Every form read here ends in a line feed; without it the last figure may be half a figure.
    if (end === -1) throw this.expected('a line feed at the end of the last line; the text is cut short')
    if (end - this.#at > MAX_LINE) throw this.expected('a line of at most 1 MiB')
    const line = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return line
  }

  /** Error about the line read last. */
  expected(what: string, hint?: string): FormatError {
    return new FormatError(this.source, { line: Math.max(this.number, 1) }, `expected ${what}`, hint)
  }
}

/** A part of a line for an error message, without control characters. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return JSON.stringify(shown)
}

/**
 * A copy that does not keep the text it was cut from in memory: engines implement slices as views, and a dump of
 * 64 MB would live as long as one function name of it.
 */
export function detached(text: string): string {
  return Buffer.from(text).toString()
}
