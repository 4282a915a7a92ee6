import { sampleTypeIndex } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import type { Estimate } from './estimate.ts'
import {
  type Cells,
  type GrownStack,
  HeapSide,
  type Mark,
  type Marks,
  type SideName,
  type Tally,
} from './heap-tally.ts'
import { bytesPerSample, samplingProbability } from './sampling.ts'
import { binomialHalfTail, holm } from './statistics.ts'
import type { Window } from './window.ts'

/** Growth of the live heap allocated at one stack, within the run, head minus base. */
export interface HeapGrowth {
  readonly class: number
  /** A stack of the class, the one that grew most in the head. */
  readonly stack: number
  /** The stacks of the class, which differ in their lines; the one that grew most in the head first. */
  readonly stacks: readonly GrownStack[]
  /** Blocks of the most frequent size that were added, estimated: what is kept may consist of several blocks. */
  readonly objects: number
  /** Bytes; the interval is the sampling error. */
  readonly growth: Estimate
  /** Smallest p over the block sizes of the class; see `cells`. */
  readonly p: number
  /** One test for each block size that was sampled. */
  readonly cells: readonly HeapCell[]
}

/** Blocks of one size allocated at one stack. The runtime counts them in a record of their own. */
export interface HeapCell {
  readonly size: number
  /** Growth in sampled blocks, head minus base. */
  readonly samples: number
  readonly bytes: number
  /** Probability of such growth in a heap that does not grow. */
  readonly p: number
}

/** Classes whose cells Holm's procedure rejects at `alpha`, all cells tested together. */
export function significantHeap(growths: readonly HeapGrowth[], alpha: number): Set<HeapGrowth> {
  const cells = growths.flatMap((growth) => growth.cells.map((cell) => ({ growth, p: cell.p })))
  const rejected = holm(
    cells.map((cell) => cell.p),
    alpha,
  )
  return new Set(cells.filter((_, i) => rejected[i]).map((cell) => cell.growth))
}

/** Every class that is live on either side at the start or the end of the judged rounds. */
export function heapGrowth(window: Window, classes: Classes): HeapGrowth[] {
  const last = window.to - 1
  if (last <= window.from) return []
  const marks = {
    first: window.from,
    middle: window.from + Math.floor((last - window.from) / 2),
    third: last - Math.max(1, Math.round((last - window.from) / 3)),
    last,
  }
  const base = new HeapSide(window.base, marks, classes)
  const head = new HeapSide(window.head, marks, classes)
  classes.pairRenamed(base.classes, head.classes)
  const cells = new Map<number, Cells>()
  base.collect(cells, 'base')
  head.collect(cells, 'head')
  const grown = { base: base.grownStacks(), head: head.grownStacks() }
  const growths: HeapGrowth[] = []
  for (const [id, bySize] of cells) {
    const tested = [...bySize].map(([size, cell]) => testCell(size, cell, marks, head.rate))
    if (tested.every((cell) => cell.samples === 0)) continue
    const stacks = grown.head.get(id) ?? grown.base.get(id) ?? []
    growths.push({
      class: id,
      stack: stacks[0]?.stack ?? -1,
      stacks,
      objects: Math.max(...tested.map(({ size, samples }) => samples / samplingProbability(size, head.rate))),
      growth: growthOf(bySize, tested, head.rate),
      p: Math.min(...tested.map((cell) => cell.p)),
      cells: tested.sort((a, b) => b.bytes - a.bytes),
    })
  }
  return growths.sort((a, b) => b.growth.value - a.growth.value)
}

/** Live bytes (or objects) of some classes at every snapshot; one pass over all profiles, so asked for the few that are shown. */
export function heapSeries(
  snapshots: readonly Snapshot[],
  classes: Classes,
  wanted: ReadonlySet<number>,
  sampleType = 'inuse_space',
): Map<number, number[]> {
  const series = new Map([...wanted].map((id) => [id, new Array<number>(snapshots.length).fill(0)]))
  if (series.size === 0) return series
  for (const [i, { heap }] of snapshots.entries()) {
    if (heap === undefined) continue
    const type = sampleTypeIndex(heap, sampleType)
    if (type === -1) continue
    for (let entry = 0; entry < heap.count; entry++) {
      const of = series.get(classes.of(heap.stack[entry]!))
      if (of !== undefined) of[i]! += heap.value[entry * heap.sampleTypes.length + type]!
    }
  }
  return series
}

/** Live growth between two marks, head minus base, in sampled blocks. */
function grownBetween({ base, head }: Record<SideName, Tally>, from: Mark, to: Mark): number {
  return head.live[to] - head.live[from] - (base.live[to] - base.live[from])
}

/** Blocks that came or went between two marks on one side: how much the difference may swing by chance. */
function moves({ live, allocated }: Tally, from: Mark, to: Mark): number {
  const change = live[to] - live[from]
  const births = Math.max(0, allocated[to] - allocated[from])
  const deaths = Math.max(0, births - change)
  return Math.max(Math.abs(change), Math.min(births + deaths, live[from] + live[to]))
}

/** P of growing by so much among so many moves, were coming and going equally likely. */
function growthTail(cell: Record<SideName, Tally>, from: Mark, to: Mark): number {
  const grown = grownBetween(cell, from, to)
  if (grown <= 0) return 1
  const swing = moves(cell.base, from, to) + moves(cell.head, from, to)
  return binomialHalfTail(Math.ceil((swing + grown) / 2), swing)
}

/** A leak keeps growing: the second half and the last third must carry their share, and the half be significant. */
function testCell(size: number, cell: Record<SideName, Tally>, marks: Marks, rate: number): HeapCell {
  const samples = grownBetween(cell, 'first', 'last')
  const span = marks.last - marks.first
  const share = (from: Mark): number => (marks.last - marks[from]) / span
  const persists =
    grownBetween(cell, 'middle', 'last') >= 0.5 * samples * share('middle') &&
    grownBetween(cell, 'third', 'last') >= 0.5 * samples * share('third') &&
    growthTail(cell, 'middle', 'last') <= 0.05
  return {
    size,
    samples,
    bytes: samples * bytesPerSample(size, rate),
    p: samples > 0 && persists ? growthTail(cell, 'first', 'last') : 1,
  }
}

/** Cells that would be significant if they were the only ones. */
const CELL_ALPHA = 0.01

/**
 * Growth of a class. A container that doubles moves few large blocks, whose error hides the steady growth of what it
 * holds: the class has grown at least as much as the sizes that have without doubt.
 */
function growthOf(bySize: Cells, tested: readonly HeapCell[], rate: number): Estimate {
  const all = sumOf([...bySize], rate)
  const proven = new Set(tested.filter((cell) => cell.p <= CELL_ALPHA).map((cell) => cell.size))
  const { lower } = sumOf(
    [...bySize].filter(([size]) => proven.has(size)),
    rate,
  )
  return { ...all, lower: Math.min(all.value, Math.max(all.lower, lower)) }
}

/** Growth of all sizes together, with the sampling error of both ends of both sides (Poisson). */
function sumOf(cells: readonly (readonly [number, Record<SideName, Tally>])[], rate: number): Estimate {
  let value = 0
  let variance = 0
  for (const [size, cell] of cells) {
    const weight = bytesPerSample(size, rate)
    value += grownBetween(cell, 'first', 'last') * weight
    variance += weight * weight * (moves(cell.base, 'first', 'last') + moves(cell.head, 'first', 'last'))
  }
  const half = 1.96 * Math.sqrt(variance)
  return { value, lower: value - half, upper: value + half }
}
