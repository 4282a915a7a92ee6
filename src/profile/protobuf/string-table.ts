/** String i is bytes[start[i] .. end[i]]. */
export interface StringColumns {
  readonly bytes: Uint8Array
  readonly start: Int32Array
  readonly end: Int32Array
}

/** The string table of a profile: ranges of the file's bytes, decoded when asked for and then kept. */
export class StringTable {
  readonly columns: StringColumns
  readonly #bytes: Buffer
  readonly #start: Int32Array
  readonly #end: Int32Array
  readonly #decoded: (string | undefined)[]

  constructor(columns: StringColumns) {
    const { bytes, start, end } = columns
    this.columns = columns
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#start = start
    this.#end = end
    this.#decoded = new Array(start.length)
  }

  get count(): number {
    return this.#start.length
  }

  /** Invalid UTF-8 becomes U+FFFD, as in Go. */
  get(index: number): string {
    let text = this.#decoded[index]
    if (text === undefined) {
      text = this.#bytes.toString('utf8', this.#start[index]!, this.#end[index]!)
      this.#decoded[index] = text
    }
    return text
  }

  /** Index of the first entry that equals text, -1 if none; does not decode the others. */
  indexOf(text: string): number {
    const wanted = Buffer.from(text)
    for (let i = 0; i < this.#start.length; i++) {
      const from = this.#start[i]!
      if (this.#end[i]! - from !== wanted.length) continue
      if (this.#bytes.compare(wanted, 0, wanted.length, from, from + wanted.length) === 0) return i
    }
    return -1
  }
}
