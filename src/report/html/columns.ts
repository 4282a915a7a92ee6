/**
 * Columns of whole numbers as bytes, seven bits to a byte, small numbers first: what the page reads back. Shared by both
 * sides, so it knows neither Node nor the browser.
 */
export class ColumnWriter {
  #bytes = new Uint8Array(1 << 16)
  #length = 0

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** Whole numbers from zero; anything else is rounded, what is negative or no number becomes zero. */
  unsigned(values: Iterable<number>): void {
    for (const value of values) this.#put(value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0)
  }

  /** Differences to the number before, for columns that change little from row to row. */
  deltas(values: Iterable<number>): void {
    let before = 0
    for (const value of values) {
      const delta = value - before
      before = value
      this.#put(delta < 0 ? -delta * 2 - 1 : delta * 2)
    }
  }

  raw(bytes: Uint8Array): void {
    this.unsigned([bytes.length])
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #put(value: number): void {
    this.#room(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#length + more, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

export class ColumnReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  integers(count: number): Int32Array {
    const column = new Int32Array(count)
    for (let i = 0; i < count; i++) column[i] = this.#next()
    return column
  }

  doubles(count: number): Float64Array {
    const column = new Float64Array(count)
    for (let i = 0; i < count; i++) column[i] = this.#next()
    return column
  }

  deltas(count: number): Int32Array {
    const column = new Int32Array(count)
    let value = 0
    for (let i = 0; i < count; i++) {
      const code = this.#next()
      value += code % 2 === 1 ? -(code + 1) / 2 : code / 2
      column[i] = value
    }
    return column
  }

  raw(): Uint8Array {
    const length = this.#next()
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #next(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++]!
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let factor = 0x80
    do {
      byte = bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * factor
      factor *= 0x80
    } while (byte >= 0x80)
    return value
  }
}
