import type { Recording, Snapshot } from '../profile/recording.ts'
import { goroutineTotals } from './goroutines.ts'
import type { Window } from './window.ts'

/** Where the snapshots of both sides lie, for charts. */
export interface Timeline {
  readonly base: SideTimeline
  readonly head: SideTimeline
}

export interface SideTimeline {
  /** Operations done at each snapshot at rest; empty where nobody counted. */
  readonly operations: readonly number[]
  /** Seconds from the first snapshot of all to each at rest; empty where the times are unknown. */
  readonly seconds: readonly number[]
  /** In the order they were taken. */
  readonly load: readonly LoadSample[]
}

/** Read while the load ran, without a collection: garbage is part of it. */
export interface LoadSample {
  /**
   * Where it lies among the snapshots at rest, in time: 2.5 is half way from the third to the fourth, -0.5 half way from
   * the first sample to the first snapshot at rest.
   */
  readonly at: number
  readonly heap: number | undefined
  readonly objects: number | undefined
  readonly goroutines: number | undefined
}

/** More samples than this between two snapshots at rest are thinned. */
const MOST_IN_A_ROUND = 24

export function timelineOf(window: Window, base: Recording | undefined, head: Recording): Timeline {
  return { base: sideOf(window.base, base), head: sideOf(window.head, head) }
}

function sideOf(rest: readonly Snapshot[], recording: Recording | undefined): SideTimeline {
  const all = recording?.snapshots ?? []
  const first = Math.min(...all.map(({ time }) => time))
  const timed = rest.length > 0 && first > 0 && isRising(rest.map(({ time }) => time))
  const operations = rest.flatMap((snapshot) => snapshot.operations ?? [])
  return {
    operations: operations.length === rest.length && isRising(operations) ? operations : [],
    seconds: timed ? rest.map(({ time }) => (time - first) / 1000) : [],
    load: timed ? rest.flatMap((_, i) => samplesBefore(rest, i, all)) : [],
  }
}

function samplesBefore(rest: readonly Snapshot[], index: number, all: readonly Snapshot[]): LoadSample[] {
  const { round, time: until } = rest[index]!
  const own = all.filter((one) => one.phase === 'load' && one.round === round && round !== undefined)
  const since = rest[index - 1]?.time ?? own[0]?.time ?? 0
  const within = own.filter(({ time }) => time >= since && time < until)
  return thinned(within).map((snapshot) => ({
    at: index - 1 + (snapshot.time - since) / (until - since),
    heap: snapshot.memstats?.heapAlloc,
    objects: snapshot.memstats?.heapObjects,
    goroutines: goroutineTotals([snapshot])[0],
  }))
}

/** Evenly picked; the last stays, after it the load ends. */
function thinned(samples: readonly Snapshot[]): readonly Snapshot[] {
  const step = Math.ceil(samples.length / MOST_IN_A_ROUND)
  return samples.filter((_, i) => (samples.length - 1 - i) % step === 0)
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!)
}
