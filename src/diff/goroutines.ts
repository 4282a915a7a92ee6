import { type Folded, sampleTypeIndex } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import { binomialHalfTail, mannKendall } from './statistics.ts'
import type { Trend } from './trend.ts'
import type { Window } from './window.ts'

/** Goroutines that wait at the same place, over the rounds. */
export interface GoroutineGrowth {
  readonly class: number
  /** A stack of the class, the one with most goroutines in the last judged snapshot. */
  readonly stack: number
  /** The goroutines at each judged snapshot. */
  readonly trend: Pick<Trend, 'base' | 'head'>
  /** Every snapshot at rest, warm-up included, for charts. */
  readonly series: { readonly base: readonly number[]; readonly head: readonly number[] }
  /** Growth that is too small or too unsteady to be tested keeps p = 1. */
  readonly p: number
  /**
   * Whether the count moves by enough to be growth in some order of its rounds. Most stacks of a service stay as they
   * are: no order makes these growth, so that they take nothing from the error that all tests share.
   */
  readonly moves: boolean
}

/** Fewer goroutines than this are no growth: they come and go. */
const LEAST_GROWTH = 3
/** That a leak of both sides got worse must be so many times as unlikely to be luck as that there is a new one. */
const WORSE = 10

/** Every class of goroutines that is present on either side at rest. */
export function goroutineGrowth(window: Window, classes: Classes): GoroutineGrowth[] {
  const base = countsBySnapshot(window.base, classes)
  const head = countsBySnapshot(window.head, classes)
  classes.pairRenamed(base.counts.keys(), head.counts.keys())
  const paired = { base: repaired(base.counts, classes), head: repaired(head.counts, classes) }
  const growth: GoroutineGrowth[] = []
  const none = { base: zeros(window.base.length), head: zeros(window.head.length) }
  const judged = (series: readonly number[]): readonly number[] => series.slice(window.from, window.to)
  for (const id of new Set([...paired.head.keys(), ...paired.base.keys()])) {
    const baseSeries = paired.base.get(id) ?? none.base
    const headSeries = paired.head.get(id) ?? none.head
    const trend = { base: judged(baseSeries), head: judged(headSeries) }
    growth.push({
      class: id,
      stack: head.largest.get(id) ?? base.largest.get(id) ?? -1,
      trend,
      series: { base: baseSeries, head: headSeries },
      p: window.judgesGrowth ? growthP(trend) : 1,
      moves: moves(trend),
    })
  }
  return growth
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0)
}

/** Goroutines in each snapshot; where the profile is missing, the dump's or the metrics' own total. */
export function goroutineTotals(snapshots: readonly Snapshot[]): (number | undefined)[] {
  return snapshots.map((snapshot) => {
    const { goroutine, dump, memstats } = snapshot
    if (goroutine !== undefined) return sum(goroutine)
    return dump?.total ?? memstats?.goroutines
  })
}

function sum(goroutine: Folded): number {
  return goroutine.value.reduce((total, value) => total + value, 0)
}

function moves({ base, head }: Pick<Trend, 'base' | 'head'>): boolean {
  const difference = head.map((value, i) => value - (base[i] ?? 0))
  return Math.max(...difference) - Math.min(...difference) >= LEAST_GROWTH
}

/** Mann-Kendall, for growth that is large enough, the head's own, and still going on in the second half. */
function growthP({ base, head }: Pick<Trend, 'base' | 'head'>): number {
  const difference = head.map((value, i) => value - (base[i] ?? 0))
  const last = difference.length - 1
  const whole = difference[last]! - difference[0]!
  const half = Math.max(0, Math.floor(difference.length / 2) - 1)
  if (whole < LEAST_GROWTH || head[last]! - head[0]! < LEAST_GROWTH) return 1
  if (difference[last]! - difference[half]! < 0.25 * whole) return 1
  // A leak that both sides have, and that happens by luck, wanders: its steps add up, so that a steady rise of the
  // difference says nothing. What counts is whether the head leaked more often than the base.
  const riseP = mannKendall(difference).p
  const [inBase, inHead] = [(base[last] ?? 0) - (base[0] ?? 0), head[last]! - head[0]!]
  return inBase <= 0 ? riseP : Math.max(riseP, Math.min(1, WORSE * binomialHalfTail(inHead, inBase + inHead)))
}

interface Counts {
  readonly counts: Map<number, number[]>
  /** Stack with most goroutines of each class, in the last snapshot that has the class. */
  readonly largest: Map<number, number>
}

function countsBySnapshot(snapshots: readonly Snapshot[], classes: Classes): Counts {
  const counts = new Map<number, number[]>()
  const largest = new Map<number, number>()
  for (const [i, { goroutine }] of snapshots.entries()) {
    if (goroutine === undefined) continue
    const most = new Map<number, number>()
    const type = Math.max(0, sampleTypeIndex(goroutine, 'goroutine'))
    for (let entry = 0; entry < goroutine.count; entry++) {
      const stack = goroutine.stack[entry]!
      const count = goroutine.value[entry * goroutine.sampleTypes.length + type]!
      const id = classes.of(stack)
      seriesOf(counts, id, snapshots.length)[i]! += count
      if (count > (most.get(id) ?? 0)) {
        most.set(id, count)
        largest.set(id, stack)
      }
    }
  }
  return { counts, largest }
}

function seriesOf(counts: Map<number, number[]>, id: number, length: number): number[] {
  let series = counts.get(id)
  if (series === undefined) {
    series = zeros(length)
    counts.set(id, series)
  }
  return series
}

/** The counts after renamed classes have been paired. */
function repaired(counts: Map<number, number[]>, classes: Classes): Map<number, number[]> {
  if (!classes.hasPaired) return counts
  const paired = new Map<number, number[]>()
  for (const [id, series] of counts) {
    const target = classes.canonical(id)
    const sums = seriesOf(paired, target, series.length)
    for (let i = 0; i < series.length; i++) sums[i]! += series[i]!
  }
  return paired
}
