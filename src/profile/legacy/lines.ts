import { FormatError } from '../../errors.ts'
import { decodeText, quote } from '../text/lines.ts'
import type { LegacyBuilder } from './builder.ts'
import { isMapHeading } from './maps.ts'

/** Go's own limit for a line of these forms. */
const MOST_LINE = 64 * 1024

/** Lines of a legacy text. Unlike today's forms the last one may lack its line feed. */
export class LegacyLines {
  readonly source: string
  /** The line read last, without white space at either end; undefined at the end. */
  line: string | undefined
  #number = 0
  #at = 0
  readonly #text: string

  constructor(source: string, bytes: Uint8Array) {
    this.source = source
    this.#text = decodeText(source, bytes)
    this.next()
  }

  next(): string | undefined {
    if (this.#at >= this.#text.length) {
      this.line = undefined
      return undefined
    }
    this.#number++
    const feed = this.#text.indexOf('\n', this.#at)
    const end = feed === -1 ? this.#text.length : feed
    if (end - this.#at > MOST_LINE) throw this.expected('a line of at most 64 KiB')
    this.line = this.#text.slice(this.#at, end).trim()
    this.#at = end + 1
    return this.line
  }

  /** Steps over empty lines and comments, the present line included. */
  skipComments(): void {
    while (this.line !== undefined && isComment(this.line)) this.next()
  }

  /** Error about the line read last. */
  expected(what: string): FormatError {
    const found = this.line === undefined ? 'the end' : quote(this.line)
    return new FormatError(this.source, { line: Math.max(1, this.#number) }, `expected ${what}, found ${found}`)
  }

  /** A decimal that must fit int64, as a double. */
  integer(text: string): number {
    const value = Number(text)
    // The largest int64 itself rounds up to 2^63.
    if (Number.isSafeInteger(value) || (/^-?\d+$/.test(text) && BigInt(text) === BigInt.asIntN(64, BigInt(text)))) {
      return value
    }
    throw this.expected('a number of 64 bits')
  }

  /** All addresses of a text. */
  addresses(text: string): bigint[] {
    return Array.from(text.matchAll(/0x([0-9a-f]+)/g), ([whole, digits]) => {
      if (digits!.replace(/^0+/, '').length > 16) throw this.expected('addresses of 64 bits')
      return BigInt(whole)
    })
  }

  /** Reads on to the memory map, if there is one, and takes it. */
  readMemoryMap(builder: LegacyBuilder): void {
    while (this.line !== undefined && !isMapHeading(this.line)) this.next()
    for (let line = this.next(); line !== undefined; line = this.next()) builder.mappings.addLine(line)
    builder.mappings.finish()
  }
}

export function isComment(line: string): boolean {
  return line === '' || line.startsWith('#')
}

/** Return addresses point behind the call; one less is within it. */
export function callOf(address: bigint): bigint {
  return BigInt.asUintN(64, address - 1n)
}

/** Sampled blocks scaled to what they stand for, in whole numbers, as pprof does. */
export function unsample(count: number, size: number, rate: number): [number, number] {
  if (count === 0 || size === 0) return [0, 0]
  if (rate <= 1) return [count, size]
  const scale = 1 / (1 - Math.exp(-(size / count) / rate))
  return [Math.trunc(count * scale), Math.trunc(size * scale)]
}
