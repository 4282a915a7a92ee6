import type { CallTree } from '../../diff/tree.ts'

/** From here on small frames are folded: the file stays small and the page quick, and nobody can see them anyway. */
export const MOST_FRAMES = 20_000

/**
 * Which nodes are drawn: all of a tree that is small enough, else the largest by their share of base or head in any
 * sample type, and `always` those that are marked so, e.g. on the path of a finding. A node's callers stay with it.
 * Each node that loses some gets one frame that stands for them, which counts.
 */
export function keptNodes(tree: CallTree, always: Uint8Array, most = MOST_FRAMES): Uint8Array {
  if (tree.count <= most) return new Uint8Array(tree.count).fill(1)
  const shares = sharesOf(tree)
  const sorted = shares.slice().sort()
  let wanted = most
  let kept = largest(tree, shares, sorted, wanted)
  for (let turn = 0; turn < 3; turn++) {
    const drawn = kept.reduce((sum, is) => sum + is, 0) + losing(tree, kept)
    if (drawn <= most) break
    wanted = Math.floor((wanted * most) / drawn)
    kept = largest(tree, shares, sorted, wanted)
  }
  for (let i = 1; i < tree.count; i++) {
    if (always[i] !== 1) continue
    for (let node = i; kept[node] === 0; node = tree.parent[node]!) kept[node] = 1
  }
  return kept
}

function largest(tree: CallTree, shares: Float64Array, sorted: Float64Array, wanted: number): Uint8Array {
  const kept = new Uint8Array(tree.count)
  const threshold = sorted[Math.max(0, tree.count - wanted)]!
  let equals = wanted
  for (const share of shares) if (share > threshold) equals--
  kept[0] = 1
  for (let i = 1; i < tree.count; i++) {
    if (kept[tree.parent[i]!] === 0) continue
    if (shares[i]! > threshold) kept[i] = 1
    else if (shares[i] === threshold && equals > 0) {
      kept[i] = 1
      equals--
    }
  }
  return kept
}

/** How many of the kept nodes have children that are not. */
function losing(tree: CallTree, kept: Uint8Array): number {
  const loses = new Uint8Array(tree.count)
  for (let i = 1; i < tree.count; i++) if (kept[i] === 0 && kept[tree.parent[i]!] === 1) loses[tree.parent[i]!] = 1
  return loses.reduce((sum, is) => sum + is, 0)
}

/** Of each node the largest part it has of a side's whole, over the sides and the sample types. */
function sharesOf(tree: CallTree): Float64Array {
  const shares = new Float64Array(tree.count)
  for (const side of [tree.base, tree.head]) {
    for (const total of side.total) {
      const whole = Math.abs(total[0]!) || 1
      for (let i = 0; i < tree.count; i++) shares[i] = Math.max(shares[i]!, Math.abs(total[i]!) / whole)
    }
  }
  return shares
}
