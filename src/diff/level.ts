import type { Estimate } from './estimate.ts'
import type { Trend } from './trend.ts'

/** One figure of a service on both sides. */
export interface Level {
  readonly base: number | undefined
  readonly head: number
  /** head − base; infinitely uncertain where one snapshot is all there is. Undefined without a base. */
  readonly growth: Estimate | undefined
  /** The figure at every snapshot at rest, for charts; empty for figures of the whole run. */
  readonly series: { readonly base: readonly number[]; readonly head: readonly number[] }
  /** Growth within the run; undefined for figures of the whole run or with too few rounds. */
  readonly trend: Trend | undefined
}

/** Figures of one service; the keys are the names of the metrics that limit them. */
export type LevelName =
  | 'goroutines'
  | 'heap.inuse'
  | 'heap.objects'
  | 'heap.sys'
  | 'stack.inuse'
  | 'alloc.bytes'
  | 'alloc.objects'
  | 'gc.count'
  | 'gc.pause.max'
  | 'gc.pause.p90'
  | 'gc.pause.p99'
  | 'gc.cpu'

export type Levels = Partial<Record<LevelName, Level>>
