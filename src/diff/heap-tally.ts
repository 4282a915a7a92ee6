import { type Folded, sampleTypeIndex } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import { sampledCount } from './sampling.ts'

/** Positions of the snapshots the heap tests look at. */
export interface Marks {
  readonly first: number
  readonly middle: number
  readonly third: number
  readonly last: number
}

export type Mark = keyof Marks
export type SideName = 'base' | 'head'

/** Sampled blocks live at each mark, and allocated until the first and the last. */
export interface Tally {
  readonly live: Record<Mark, number>
  readonly allocated: Record<Mark, number>
}

/** A stack with its lines, and by how much its live bytes and blocks changed. */
export interface GrownStack {
  readonly stack: number
  readonly bytes: number
  readonly objects: number
}

/** By block size. */
export type Cells = Map<number, Record<SideName, Tally>>

/** The heap profiles of one side at the marks. */
export class HeapSide {
  readonly rate: number
  readonly #profiles: Partial<Record<Mark, Folded>>
  readonly #classes: Classes

  constructor(snapshots: readonly Snapshot[], marks: Marks, classes: Classes) {
    const at = (mark: Mark): Folded | undefined => snapshots[marks[mark]]?.heap
    const profiles: Partial<Record<Mark, Folded>> = {}
    for (const mark of Object.keys(marks) as Mark[]) {
      const heap = at(mark)
      if (heap !== undefined) profiles[mark] = heap
    }
    this.#profiles = profiles
    this.#classes = classes
    this.rate = profiles.last?.period ?? 0
  }

  get classes(): Set<number> {
    const found = new Set<number>()
    for (const heap of Object.values(this.#profiles)) {
      for (const stack of heap.stack) found.add(this.#classes.of(stack))
    }
    return found
  }

  collect(into: Map<number, Cells>, side: SideName): void {
    for (const [mark, heap] of Object.entries(this.#profiles) as [Mark, Folded][]) {
      const columns = heapColumns(heap)
      if (columns === undefined) continue
      for (let entry = 0; entry < heap.count; entry++) {
        const live = columns.value(entry, columns.inuseSpace)
        const allocated = columns.value(entry, columns.allocSpace)
        const size = columns.size(entry)
        if (size === 0) continue
        const tally = tallyOf(into, this.#classes.of(heap.stack[entry]!), size)[side]
        tally.live[mark] += sampledCount(live, size, heap.period)
        tally.allocated[mark] += sampledCount(allocated, size, heap.period)
      }
    }
  }

  /** For each class, the stacks of it that grew between the first and the last mark, by live bytes, largest first. */
  grownStacks(): Map<number, GrownStack[]> {
    const growth = new Map<number, { stack: number; bytes: number; objects: number }>()
    for (const [mark, sign] of [
      ['last', 1],
      ['first', -1],
    ] as const) {
      const heap = this.#profiles[mark]
      const columns = heap === undefined ? undefined : heapColumns(heap)
      if (heap === undefined || columns === undefined) continue
      for (let entry = 0; entry < heap.count; entry++) {
        const stack = heap.stack[entry]!
        const grown = growth.get(stack) ?? { stack, bytes: 0, objects: 0 }
        const [bytes, size] = [columns.value(entry, columns.inuseSpace), columns.size(entry)]
        grown.bytes += sign * bytes
        grown.objects += size > 0 ? (sign * bytes) / size : 0
        growth.set(stack, grown)
      }
    }
    const grown = new Map<number, GrownStack[]>()
    for (const one of growth.values()) {
      const id = this.#classes.of(one.stack)
      const known = grown.get(id)
      if (known === undefined) grown.set(id, [one])
      else known.push(one)
    }
    for (const stacks of grown.values()) stacks.sort((a, b) => b.bytes - a.bytes)
    return grown
  }
}

/** Columns of a heap or allocs profile; undefined where it has none of the live heap. */
export function heapColumns(heap: Folded):
  | {
      inuseSpace: number
      allocSpace: number
      value(entry: number, type: number): number
      size(entry: number): number
    }
  | undefined {
  const types = heap.sampleTypes.length
  const inuseSpace = sampleTypeIndex(heap, 'inuse_space')
  const inuseObjects = sampleTypeIndex(heap, 'inuse_objects')
  const allocSpace = sampleTypeIndex(heap, 'alloc_space')
  const allocObjects = sampleTypeIndex(heap, 'alloc_objects')
  if (inuseSpace === -1) return undefined
  const value = (entry: number, type: number): number => (type === -1 ? 0 : heap.value[entry * types + type]!)
  return {
    inuseSpace,
    allocSpace: allocSpace === -1 ? inuseSpace : allocSpace,
    value,
    // A tool that merged sizes dropped the label; the mean size is then the best there is.
    size: (entry) => {
      if (heap.blockSize[entry]! > 0) return heap.blockSize[entry]!
      const objects = value(entry, inuseObjects) || value(entry, allocObjects)
      const bytes = value(entry, inuseObjects) ? value(entry, inuseSpace) : value(entry, allocSpace)
      return objects > 0 ? bytes / objects : 0
    },
  }
}

function tallyOf(cells: Map<number, Cells>, id: number, size: number): Record<SideName, Tally> {
  let bySize = cells.get(id)
  if (bySize === undefined) {
    bySize = new Map()
    cells.set(id, bySize)
  }
  let both = bySize.get(size)
  if (both === undefined) {
    both = { base: emptyTally(), head: emptyTally() }
    bySize.set(size, both)
  }
  return both
}

function emptyTally(): Tally {
  return {
    live: { first: 0, middle: 0, third: 0, last: 0 },
    allocated: { first: 0, middle: 0, third: 0, last: 0 },
  }
}
