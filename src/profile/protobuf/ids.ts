/**
 * Ids of the file (any 64-bit number but 0) to ordinals. Go numbers them 1..n, so that a table serves;
 * everything else goes through a map.
 */
export class Ids {
  /** Ordinal of each small id, -1 for none. Open to hot loops, which ask `ordinal` only about ids beyond its end. */
  readonly table: Int32Array
  readonly #map = new Map<bigint, number>()

  constructor(expected: number) {
    this.table = new Int32Array(expected * 2 + 1024).fill(-1)
  }

  /** False when the id is taken. */
  add(low: number, high: number, ordinal: number): boolean {
    if (high === 0 && low < this.table.length) {
      if (this.table[low] !== -1) return false
      this.table[low] = ordinal
      return true
    }
    const id = (BigInt(high) << 32n) | BigInt(low)
    if (this.#map.has(id)) return false
    this.#map.set(id, ordinal)
    return true
  }

  /** -1 when there is no such id. */
  ordinal(low: number, high: number): number {
    if (high === 0 && low < this.table.length) return this.table[low]!
    return this.#map.get((BigInt(high) << 32n) | BigInt(low)) ?? -1
  }
}
