import { type Collector, collectorOf, type Sides } from '../diff/collector.ts'
import type { ServiceDiff } from '../diff/diff.ts'
import type { Checkout } from './checkout.ts'
import { type Attributed, contributorsTo, growthMayBeAt } from './contributions.ts'
import type { CollectorCause, Finding, Judgement } from './finding.ts'

/** What explains a figure of the whole service that is over its limit: the lines behind it, and why the collector runs. */
export function explanationOf(
  row: Judgement,
  diff: ServiceDiff,
  checkout: Checkout,
): Pick<Finding, 'contributors' | 'collector'> {
  // An earlier recording took the base's place: its profiles are not at hand.
  if (row.past !== undefined || row.outcome === 'unclear') return {}
  const lines = (metric: Attributed | undefined): Pick<Finding, 'contributors'> => {
    const contributors = metric === undefined ? undefined : contributorsTo(metric, diff, checkout)
    return contributors === undefined ? {} : { contributors }
  }
  switch (row.metric) {
    case 'alloc.bytes':
    case 'alloc.objects':
    case 'heap.inuse':
    case 'heap.objects':
      return lines(row.metric)
    case 'heap.growth': {
      const contributors = growthMayBeAt(diff, checkout, row.growth?.value ?? 0)
      return contributors === undefined ? {} : { contributors }
    }
    case 'gc.count':
    case 'gc.cpu': {
      const collector = collectorOf(diff.window)
      if (collector === undefined) return {}
      const work = { base: row.base ?? 0, head: row.head ?? 0 }
      const cause = row.metric === 'gc.count' ? causeOfCycles(work, collector) : causeOfCpu(work, collector)
      return { collector: { ...collector, cause }, ...lines(LINES_OF[cause]) }
    }
    default:
      return {}
  }
}

const LINES_OF: Partial<Record<CollectorCause, Attributed>> = {
  allocation: 'alloc.bytes',
  'larger-heap': 'heap.inuse',
}

/** What accounts for this share of the rise, on the scale on which factors add, is its cause. */
const MAIN_SHARE = 0.5
/** With fewer cycles of their own, the rounds may have ended just before the next: then any factor can be the cause. */
const FEW_CYCLES = 10
/** Within this factor nothing has changed. */
const SAME = 1.1

/** Cycles are the bytes that were allocated over the room that each cycle leaves. */
export function causeOfCycles(cycles: Sides, collector: Collector): CollectorCause {
  const rise = Math.log(ratio(cycles))
  const { allocated, live, goal } = collector
  const allocation = Math.log(ratio(allocated))
  const room = -Math.log(ratio({ base: roomOf(collector, 'base'), head: roomOf(collector, 'head') }))
  if (!(rise > 0)) return 'as-base'
  const least = Math.max(Math.log(SAME), cycles.base < FEW_CYCLES ? 0 : MAIN_SHARE * rise)
  if (allocation >= least && allocation >= room) return 'allocation'
  if (room < least) return 'unexplained'
  // The goal follows the live heap, unless it is at its floor or at a limit.
  if (ratio(live) < 1 / SAME && ratio(goal) <= SAME * ratio(live)) return 'smaller-heap'
  return ratio(live) > SAME ? 'larger-heap' : 'goal'
}

/** The collector's time is its cycles times what each has to mark. */
export function causeOfCpu(share: Sides, collector: Collector): CollectorCause {
  if (share.base > 0 && ratio(share) < SAME) return 'as-base'
  const { allocated, live } = collector
  const cycles = ratio(allocated) / ratio({ base: roomOf(collector, 'base'), head: roomOf(collector, 'head') })
  const [allocation, marking] = [Math.log(ratio(allocated)), Math.log(ratio(live))]
  if (Math.max(allocation, marking) > Math.log(SAME)) return allocation >= marking ? 'allocation' : 'larger-heap'
  return cycles > SAME ? 'goal' : 'unexplained'
}

function ratio({ base, head }: Sides): number {
  return head / base
}

/** What a cycle leaves to allocate. */
function roomOf({ live, goal }: Collector, side: keyof Sides): number {
  return Math.max(1, goal[side] - live[side])
}
