/** No luck is so bad: who comes this far has made sequences that collide. */
const MOST_STEPS = 2000
const MOST_SEEDS = 16

/**
 * Sequences of small numbers, each kept once and known by its number in order of arrival. An open-addressing table over
 * columns: a Map of joined strings costs six times as much.
 */
export class Sequences {
  /** All sequences, one after the other; sequence s spans #items[#starts[s]] .. #items[#starts[s + 1]]. */
  #items = new Int32Array(16 * 1024)
  #starts = new Int32Array(2048)
  #hashes = new Int32Array(2048)
  /** Sequence + 1, 0 for free; the length is a power of two, at most half full. */
  #table = new Int32Array(4096)
  #shift = 20
  #count = 0
  #seed = 0
  /** What was found last. */
  #last = -1

  get count(): number {
    return this.#count
  }

  /** How many items all sequences have together. */
  get size(): number {
    return this.#starts[this.#count]!
  }

  /** The number of the sequence of the first `length` items. */
  intern(items: Int32Array, length: number): number {
    // The snapshots of a process list their stacks in one order: the next one is a guess that saves a jump in memory.
    const guess = this.#last + 1
    if (guess < this.#count && this.#equals(guess, items, length)) {
      this.#last = guess
      return guess
    }
    const hash = hashOf(items, 0, length, this.#seed)
    const mask = this.#table.length - 1
    let slot = Math.imul(hash, 0x9e3779b1) >>> this.#shift
    let steps = 0
    for (let entry = this.#table[slot]!; entry !== 0; entry = this.#table[slot]!) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, items, length)) {
        this.#last = entry - 1
        return entry - 1
      }
      slot = (slot + 1) & mask
      if (++steps === MOST_STEPS && this.#seed < MOST_SEEDS) {
        this.#reseed()
        return this.intern(items, length)
      }
    }
    return this.#add(items, length, hash, slot)
  }

  /**
   * Makes room for so many in all, and some that other snapshots add: growing step by step would copy everything
   * several times. Room that is not written to costs nothing.
   */
  reserve(sequences: number, items: number): void {
    if (sequences < this.#starts.length && items <= this.#items.length) return
    this.#starts = withRoom(this.#starts, Math.ceil(sequences * 1.5) + 1)
    this.#hashes = withRoom(this.#hashes, Math.ceil(sequences * 1.5))
    this.#items = withRoom(this.#items, Math.ceil(items * 1.5))
    let slots = this.#table.length
    while (slots < sequences * 2) slots *= 2
    if (slots > this.#table.length) this.#rehash(slots)
  }

  /** A view of the sequence: do not keep it across `intern`. */
  items(sequence: number): Int32Array {
    return this.#items.subarray(this.#starts[sequence]!, this.#starts[sequence + 1]!)
  }

  /** Where each sequence starts in `all`; the next one's start is its end. A view for hot loops, as `all` is. */
  get starts(): Int32Array {
    return this.#starts
  }

  /** The items of all sequences. A view for hot loops: do not keep it across `intern`. */
  get all(): Int32Array {
    return this.#items
  }

  #equals(sequence: number, items: Int32Array, length: number): boolean {
    const from = this.#starts[sequence]!
    if (this.#starts[sequence + 1]! - from !== length) return false
    const all = this.#items
    for (let i = 0; i < length; i++) if (all[from + i] !== items[i]) return false
    return true
  }

  #add(items: Int32Array, length: number, hash: number, slot: number): number {
    const sequence = this.#count++
    const from = this.#starts[sequence]!
    this.#items = withRoom(this.#items, from + length)
    this.#starts = withRoom(this.#starts, sequence + 2)
    this.#hashes = withRoom(this.#hashes, sequence + 1)
    const all = this.#items
    for (let i = 0; i < length; i++) all[from + i] = items[i]!
    this.#starts[sequence + 1] = from + length
    this.#hashes[sequence] = hash
    this.#table[slot] = sequence + 1
    if (this.#count * 2 > this.#table.length) this.#rehash(this.#table.length * 4)
    return sequence
  }

  #reseed(): void {
    this.#seed++
    for (let sequence = 0; sequence < this.#count; sequence++) {
      const from = this.#starts[sequence]!
      this.#hashes[sequence] = hashOf(this.#items, from, this.#starts[sequence + 1]! - from, this.#seed)
    }
    this.#rehash(this.#table.length)
  }

  #rehash(slots: number): void {
    const table = new Int32Array(slots)
    this.#table = table
    this.#shift = 32 - Math.log2(slots)
    for (let sequence = 0; sequence < this.#count; sequence++) {
      let slot = Math.imul(this.#hashes[sequence]!, 0x9e3779b1) >>> this.#shift
      while (table[slot] !== 0) slot = (slot + 1) & (slots - 1)
      table[slot] = sequence + 1
    }
  }
}

function hashOf(items: Int32Array, from: number, length: number, seed: number): number {
  let hash = length ^ Math.imul(seed, 0xc2b2ae35)
  for (let i = from; i < from + length; i++) {
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
