import type { CallTree } from '../../diff/tree.ts'
import type { RowValues, Sides } from './payload.ts'

/** A function of the table: indices into the tree's functions, values for each of its types. */
export interface FunctionRows {
  readonly function: Int32Array
  readonly line: Int32Array
  readonly values: readonly RowValues[]
}

/** More rows than this nobody reads; the search still finds every frame of the graph. */
const MOST_ROWS = 2000

/**
 * Flat and cum of every function, as pprof counts: cum once for a function however often it recurs. `own` charges what
 * libraries hold to the nearest caller that is the user's, which is where the line to fix is.
 */
export function functionRows(tree: CallTree, isOwn: (fn: number) => boolean): FunctionRows {
  const functions = tree.functions.length
  const owner = new Int32Array(tree.count).fill(-1)
  const outermost = new Uint8Array(tree.count)
  const line = new Int32Array(functions)
  const weight = new Float64Array(functions).fill(-1)
  for (let i = 1; i < tree.count; i++) {
    const fn = tree.function[i]!
    owner[i] = isOwn(fn) ? fn : owner[tree.parent[i]!]!
    const most = Math.max(tree.head.total[0]![i]!, tree.base.total[0]![i]!)
    if (most > weight[fn]!) {
      weight[fn] = most
      line[fn] = tree.line[i]!
    }
  }
  markOutermost(tree, outermost)
  const all = tree.types.map((_, t) => {
    const values = emptyValues(functions)
    for (const side of ['base', 'head'] as const) {
      const [self, total] = [tree[side].self[t]!, tree[side].total[t]!]
      for (let i = 1; i < tree.count; i++) {
        const fn = tree.function[i]!
        values.flat[side][fn]! += self[i]!
        if (outermost[i] === 1) values.cum[side][fn]! += total[i]!
        if (owner[i] !== -1) values.own[side][owner[i]!]! += self[i]!
      }
    }
    return values
  })
  const order = Int32Array.from({ length: functions }, (_, i) => i)
  const change = ({ base, head }: Sides, fn: number): number => Math.abs(head[fn]! - base[fn]!)
  const rank = Float64Array.from(order, (fn) => change(all[0]!.cum, fn) * 1e3 + Math.max(all[0]!.cum.head[fn]!, 0))
  order.sort((a, b) => rank[b]! - rank[a]! || a - b)
  const kept = order.subarray(0, MOST_ROWS)
  const pick = (sides: Sides): Sides => ({
    base: Float64Array.from(kept, (fn) => sides.base[fn]!),
    head: Float64Array.from(kept, (fn) => sides.head[fn]!),
  })
  return {
    function: kept,
    line: Int32Array.from(kept, (fn) => line[fn]!),
    values: all.map(({ flat, cum, own }) => ({ flat: pick(flat), cum: pick(cum), own: pick(own) })),
  }
}

/** 1 for nodes with no caller of the same function. One pass down the tree, however deep the recursion is. */
function markOutermost(tree: CallTree, into: Uint8Array): void {
  const active = new Int32Array(tree.functions.length)
  const { start, child } = childrenOf(tree)
  const path: number[] = []
  const pending = [0]
  while (pending.length > 0) {
    const node = pending.pop()!
    if (node < 0) {
      active[tree.function[path.pop()!]!]!--
      continue
    }
    if (node > 0) {
      const fn = tree.function[node]!
      into[node] = active[fn]!++ === 0 ? 1 : 0
      path.push(node)
      pending.push(-1)
    }
    for (let c = start[node]!; c < start[node + 1]!; c++) pending.push(child[c]!)
  }
}

/** Children of node i: child[start[i] .. start[i + 1]], in the order of their numbers. */
export function childrenOf(tree: Pick<CallTree, 'count' | 'parent'>): { start: Int32Array; child: Int32Array } {
  const start = new Int32Array(tree.count + 2)
  for (let i = 1; i < tree.count; i++) start[tree.parent[i]! + 2]!++
  for (let i = 2; i < start.length; i++) start[i]! += start[i - 1]!
  const child = new Int32Array(Math.max(0, tree.count - 1))
  for (let i = 1; i < tree.count; i++) child[start[tree.parent[i]! + 1]!++] = i
  return { start, child }
}

function emptyValues(length: number): { flat: Sides; cum: Sides; own: Sides } {
  const sides = (): Sides => ({ base: new Float64Array(length), head: new Float64Array(length) })
  return { flat: sides(), cum: sides(), own: sides() }
}
