import type { Folded } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import type { Estimate } from './estimate.ts'
import { heapColumns } from './heap-tally.ts'
import { bytesPerSample, sampledCount, samplingProbability } from './sampling.ts'
import { binomialTail } from './statistics.ts'
import type { Window } from './window.ts'

/** `allocated` between the first and the last judged snapshot, or `live` at the last. */
export type Measured = 'allocated' | 'live'

/** Blocks of one size that one stack allocated, or holds, in sampled blocks. */
export interface Site {
  readonly stack: number
  readonly class: number
  readonly size: number
  readonly count: number
}

/** The sites of one side, and the operations in which they allocated: 1 where that is not the question. */
export interface SiteSide {
  readonly sites: readonly Site[]
  readonly operations: number
}

export interface Sites {
  readonly measured: Measured
  /** Bytes per sample, the same on both sides. */
  readonly rate: number
  readonly base: SiteSide
  readonly head: SiteSide
}

/** Sampled blocks of one size on both sides. */
export interface SiteCell {
  readonly size: number
  readonly base: number
  readonly head: number
}

/** What the head has more than the base, per operation where it is of what was allocated. */
export interface Surplus {
  /** The interval is the sampling error. */
  readonly bytes: Estimate
  readonly objects: Estimate
  /** Probability of such a surplus if both sides did the same. */
  readonly p: number
}

/** undefined where the profiles of one side are missing, or were sampled at different rates. */
export function sitesOf(window: Window, classes: Classes, measured: Measured): Sites | undefined {
  const [base, head] = [window.base, window.head].map((side) => ends(side, window, measured))
  const rate = head?.last.period
  if (base === undefined || head === undefined || rate === undefined || base.last.period !== rate) return undefined
  // Operations that only one side counted say nothing; the same load is then the best there is.
  const counted = base.operations !== undefined && head.operations !== undefined
  const side = (one: Ends): SiteSide => ({
    sites: sites(one, classes, measured),
    operations: measured === 'allocated' && counted ? one.operations! : 1,
  })
  return { measured, rate, base: side(base), head: side(head) }
}

/** The profiles that tell what a side allocated or holds. */
interface Ends {
  readonly first: Folded | undefined
  readonly last: Folded
  readonly operations: number | undefined
}

function ends(side: readonly Snapshot[], { from, to }: Window, measured: Measured): Ends | undefined {
  const [first, last] = [side[from], side[to - 1]]
  if (first === undefined || last === undefined) return undefined
  // Both forms have the same records.
  const profile = (snapshot: Snapshot): Folded | undefined => snapshot.heap ?? snapshot.allocs
  const [firstHeap, lastHeap] = [profile(first), profile(last)]
  if (lastHeap === undefined) return undefined
  if (measured === 'live') return { first: undefined, last: lastHeap, operations: undefined }
  if (first === last || firstHeap === undefined || firstHeap.period !== lastHeap.period) return undefined
  const done = (last.operations ?? Number.NaN) - (first.operations ?? Number.NaN)
  return { first: firstHeap, last: lastHeap, operations: done > 0 ? done : undefined }
}

function sites({ first, last }: Ends, classes: Classes, measured: Measured): Site[] {
  const found = new Map<number, Map<number, number>>()
  const add = (heap: Folded, sign: 1 | -1): void => {
    const columns = heapColumns(heap)
    if (columns === undefined) return
    const column = measured === 'live' ? columns.inuseSpace : columns.allocSpace
    for (let entry = 0; entry < heap.count; entry++) {
      const size = columns.size(entry)
      const count = sampledCount(columns.value(entry, column), size, heap.period)
      if (count === 0) continue
      const stack = heap.stack[entry]!
      const bySize = found.get(stack)
      if (bySize === undefined) found.set(stack, new Map([[size, sign * count]]))
      else bySize.set(size, (bySize.get(size) ?? 0) + sign * count)
    }
  }
  add(last, 1)
  if (first !== undefined) add(first, -1)
  return [...found].flatMap(([stack, bySize]) =>
    [...bySize].flatMap(([size, count]) => (count > 0 ? [{ stack, class: classes.of(stack), size, count }] : [])),
  )
}

/** The surplus of some blocks together. Their p is that of all of them or of the clearest size, whichever is less. */
export function surplusOf(cells: readonly SiteCell[], { measured, rate, base, head }: Sites): Surplus {
  const share = head.operations / (base.operations + head.operations)
  const live = measured === 'live'
  const estimate = (weightOf: (size: number) => number): Estimate => {
    let value = 0
    let variance = 0
    for (const cell of cells) {
      const weight = weightOf(cell.size)
      // What is live is as many blocks on one side as on the other, of which each was sampled or not.
      const unseen = live ? 1 - samplingProbability(cell.size, rate) : 1
      value += weight * (cell.head / head.operations - cell.base / base.operations)
      variance += weight ** 2 * unseen * (cell.head / head.operations ** 2 + cell.base / base.operations ** 2)
    }
    const half = 1.96 * Math.sqrt(variance)
    return { value, lower: value - half, upper: value + half }
  }
  const total = { size: 0, base: 0, head: 0 }
  for (const cell of cells) {
    total.base += cell.base
    total.head += cell.head
  }
  const tail = (cell: SiteCell): number => {
    const missing = live ? 1 - samplingProbability(cell.size, rate) : 1
    // Blocks that are nearly always sampled were not overlooked.
    if (missing < CERTAIN) return binomialTail(cell.head - cell.base, cell.head, missing)
    return binomialTail(cell.head, cell.head + cell.base, share)
  }
  const clearest = Math.min(1, ...cells.map(tail)) * cells.length
  return {
    bytes: estimate((size) => bytesPerSample(size, rate)),
    objects: estimate((size) => 1 / samplingProbability(size, rate)),
    p: Math.min(1, 2 * Math.min(binomialTail(total.head, total.head + total.base, share), clearest)),
  }
}

/** Chance to overlook a block below which it counts as seen. */
const CERTAIN = 0.1
