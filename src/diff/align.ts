/** A line of a function, with amounts by what they are of. */
export interface AlignedLine {
  readonly line: number
  readonly amounts: ReadonlyMap<string, number>
  /** The change under test wrote it: rather new than moved. */
  readonly changed?: boolean | undefined
}

/**
 * Which lines of a function are which in another build, where an edit moved them: in order, so that what pairs are of
 * differs least; among equals one that stayed where it was, and that the change did not write, is preferred. Lines without a counterpart are new or gone.
 * Returns the base's line of a head's line.
 */
export function alignLines<T extends AlignedLine>(base: readonly T[], head: readonly T[]): Map<T, T> {
  const inOrder = (lines: readonly T[]): T[] => [...lines].sort((a, b) => a.line - b.line)
  const [from, to] = [inOrder(base), inOrder(head)]
  // cost[i][j] of the lines from i and from j on.
  const cost = Array.from({ length: from.length + 1 }, () => new Float64Array(to.length + 1))
  const pairing = (i: number, j: number): number => cost[i + 1]![j + 1]! + distance(from[i]!, to[j]!)
  for (let i = from.length; i >= 0; i--) {
    for (let j = to.length; j >= 0; j--) {
      if (i === from.length && j === to.length) continue
      const gone = i < from.length ? cost[i + 1]![j]! + size(from[i]!) : Number.POSITIVE_INFINITY
      const added = j < to.length ? cost[i]![j + 1]! + size(to[j]!) : Number.POSITIVE_INFINITY
      cost[i]![j] = Math.min(gone, added, i < from.length && j < to.length ? pairing(i, j) : Number.POSITIVE_INFINITY)
    }
  }
  const pairs = new Map<T, T>()
  for (let i = 0, j = 0; i < from.length && j < to.length; ) {
    if (cost[i]![j] === pairing(i, j)) pairs.set(to[j++]!, from[i++]!)
    else if (cost[i]![j] === cost[i + 1]![j]! + size(from[i]!)) i++
    else j++
  }
  return pairs
}

/** Share of a pair's size by which a line that stayed is preferred: what is the same swings by so much. */
const PREFERENCE = 0.2

function distance(a: AlignedLine, b: AlignedLine): number {
  let sum = 0
  for (const [key, amount] of a.amounts) sum += Math.abs(amount - (b.amounts.get(key) ?? 0))
  for (const [key, amount] of b.amounts) if (!a.amounts.has(key)) sum += amount
  const preferred = (a.line === b.line ? 1 : 0) - (b.changed === true ? 2 : 0)
  return sum - preferred * PREFERENCE * Math.min(size(a), size(b))
}

function size({ amounts }: AlignedLine): number {
  let sum = 0
  for (const amount of amounts.values()) sum += amount
  return sum
}
