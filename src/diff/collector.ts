import type { MemStats } from '../profile/memstats/memstats.ts'
import type { Snapshot } from '../profile/recording.ts'
import { mean } from './statistics.ts'
import type { Window } from './window.ts'

/** A figure of both sides. */
export interface Sides {
  readonly base: number
  readonly head: number
}

/** What makes the garbage collector run: it starts when the allocated bytes have used up the room below its goal. */
export interface Collector {
  /** Bytes allocated between the first and the last judged snapshot. */
  readonly allocated: Sides
  /** Live bytes at rest, mean of the judged snapshots. */
  readonly live: Sides
  /** Heap size at which the next collection ends (NextGC), mean of the judged snapshots. */
  readonly goal: Sides
}

/** undefined where MemStats of a side are missing or incomplete. */
export function collectorOf({ base, head, from, to }: Window): Collector | undefined {
  const [ofBase, ofHead] = [base, head].map((side) => sideOf(side.slice(from, to)))
  if (ofBase === undefined || ofHead === undefined) return undefined
  const both = (read: (side: CollectorSide) => number): Sides => ({ base: read(ofBase), head: read(ofHead) })
  return {
    allocated: both(({ allocated }) => allocated),
    live: both(({ live }) => live),
    goal: both(({ goal }) => goal),
  }
}

interface CollectorSide {
  readonly allocated: number
  readonly live: number
  readonly goal: number
}

function sideOf(judged: readonly Snapshot[]): CollectorSide | undefined {
  const stats = judged.map(({ memstats }) => memstats).filter((one): one is MemStats => one !== undefined)
  const [from, to] = [stats[0]?.totalAlloc, stats.at(-1)?.totalAlloc]
  const goals = stats.map(({ nextGC }) => nextGC).filter((goal) => goal !== undefined)
  if (stats.length < 2 || from === undefined || to === undefined || goals.length < stats.length) return undefined
  const live = mean(stats.map(({ heapAlloc }) => heapAlloc))
  const allocated = to - from
  return allocated > 0 && live > 0 ? { allocated, live, goal: mean(goals) } : undefined
}
