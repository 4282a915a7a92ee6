/**
 * Sequences of small numbers, each kept once and known by its number in order of arrival. An open-addressing table over
 * columns: a Map of joined strings costs six times as much.
 */
export class Sequences {
  /** All sequences, one after the other; sequence s spans #start[s] .. #start[s + 1]. */
  #items = new Int32Array(16 * 1024)
  #start = new Int32Array(2048)
  #hash = new Int32Array(2048)
  /** Sequence + 1, 0 for free; the length is a power of two, at most half full. */
  #table = new Int32Array(4096)
  #shift = 20
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The number of the sequence of the first `length` items. */
  intern(items: Int32Array, length: number): number {
    const hash = hashOf(items, length)
    let slot = Math.imul(hash, 0x9e3779b1) >>> this.#shift
    const mask = this.#table.length - 1
    for (let entry = this.#table[slot]!; entry !== 0; entry = this.#table[slot]!) {
      if (this.#hash[entry - 1] === hash && this.#equals(entry - 1, items, length)) return entry - 1
      slot = (slot + 1) & mask
    }
    return this.#add(items, length, hash, slot)
  }

  /** A view of the sequence: do not keep it across `intern`. */
  items(sequence: number): Int32Array {
    return this.#items.subarray(this.#start[sequence]!, this.#start[sequence + 1]!)
  }

  #equals(sequence: number, items: Int32Array, length: number): boolean {
    const from = this.#start[sequence]!
    if (this.#start[sequence + 1]! - from !== length) return false
    for (let i = 0; i < length; i++) if (this.#items[from + i] !== items[i]) return false
    return true
  }

  #add(items: Int32Array, length: number, hash: number, slot: number): number {
    const sequence = this.#count++
    const from = this.#start[sequence]!
    this.#items = withRoom(this.#items, from + length)
    this.#start = withRoom(this.#start, sequence + 2)
    this.#hash = withRoom(this.#hash, sequence + 1)
    for (let i = 0; i < length; i++) this.#items[from + i] = items[i]!
    this.#start[sequence + 1] = from + length
    this.#hash[sequence] = hash
    this.#table[slot] = sequence + 1
    if (this.#count * 2 > this.#table.length) this.#rehash()
    return sequence
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 4)
    this.#shift -= 2
    const mask = this.#table.length - 1
    for (let sequence = 0; sequence < this.#count; sequence++) {
      let slot = Math.imul(this.#hash[sequence]!, 0x9e3779b1) >>> this.#shift
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = sequence + 1
    }
  }
}

function hashOf(items: Int32Array, length: number): number {
  let hash = length
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ items[i]!, 0x85ebca6b)
    hash ^= hash >>> 13
  }
  return hash
}

/** The column itself, or a larger copy that holds `length` items. */
export function withRoom(column: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= column.length) return column
  const larger = new Int32Array(Math.max(length, column.length * 2))
  larger.set(column)
  return larger
}
