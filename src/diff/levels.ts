import { sampleTypeIndex, total } from '../profile/fold.ts'
import type { MemStats } from '../profile/memstats/memstats.ts'
import type { Snapshot } from '../profile/recording.ts'
import { type Estimate, exactly, unbounded, within } from './estimate.ts'
import { goroutineTotals } from './goroutines.ts'
import type { Level, LevelName, Levels } from './level.ts'
import { frequentPause, pausesOf, quantile } from './pauses.ts'
import { fitLine, mean } from './statistics.ts'
import { trendOf } from './trend.ts'
import type { Window } from './window.ts'

export function levelsOf(window: Window): Levels {
  const levels: Levels = {}
  const put = (name: LevelName, level: Level | undefined): void => {
    if (level !== undefined) levels[name] = level
  }
  put('goroutines', gauge(window, goroutineTotals))
  put('heap.inuse', gauge(window, liveBytes))
  put(
    'heap.objects',
    gauge(window, (side) => side.map((s) => s.memstats?.heapObjects)),
  )
  put(
    'heap.sys',
    gauge(window, (side) => side.map((s) => s.memstats?.heapSys)),
  )
  put(
    'stack.inuse',
    gauge(window, (side) => side.map((s) => s.memstats?.stackInuse)),
  )
  put(
    'alloc.bytes',
    rate(window, (m) => m.totalAlloc),
  )
  put(
    'alloc.objects',
    rate(window, (m) => m.mallocs),
  )
  put(
    'gc.count',
    overRun(window, (side) => spread(side, automaticGCs)),
  )
  put(
    'gc.pause.max',
    overRun(window, (side) => quantile(pausesOf(side), 1)),
  )
  put('gc.pause.p90', frequentPause(window))
  put(
    'gc.pause.p99',
    overRun(window, (side) => quantile(pausesOf(side), 0.99)),
  )
  put(
    'gc.cpu',
    overRun(window, (side) => side.at(-1)?.memstats?.gcCPUFraction),
  )
  return levels
}

/** Live bytes after GC: exact from MemStats, else the heap profile's total, which is sampled. */
function liveBytes(side: readonly Snapshot[]): (number | undefined)[] {
  return side.map(({ memstats, heap }) => {
    if (memstats !== undefined) return memstats.heapAlloc
    const type = heap === undefined ? -1 : sampleTypeIndex(heap, 'inuse_space')
    return heap === undefined || type === -1 ? undefined : total(heap, type)
  })
}

type Read = (side: readonly Snapshot[]) => (number | undefined)[]

/** A figure with a value at every snapshot; its level is the last judged one. */
function gauge(window: Window, read: Read): Level | undefined {
  const head = complete(read(window.head))
  return head === undefined ? undefined : gaugeOf(window, { base: complete(read(window.base)) ?? [], head })
}

/** From the figure's values at every snapshot of each side; base is empty when there is none. */
export function gaugeOf(window: Window, { base, head }: Level['series']): Level | undefined {
  const judged = (series: readonly number[]): number[] => series.slice(window.from, window.to)
  const headJudged = judged(head)
  if (headJudged.length === 0) return undefined
  const baseJudged = judged(base)
  const trend = window.judgesGrowth ? trendOf(baseJudged, headJudged) : undefined
  const last = headJudged.at(-1)!
  const baseLast = baseJudged.at(-1)
  return {
    base: baseLast,
    head: last,
    growth: baseLast === undefined ? undefined : lastDifference(baseJudged, headJudged),
    series: { base, head },
    trend,
  }
}

/** Difference of the last values, its error from how each side scatters around its own line. */
function lastDifference(base: readonly number[], head: readonly number[]): Estimate {
  const value = head.at(-1)! - base.at(-1)!
  if (base.length < 3 || head.length < 3) return unbounded(value)
  return within(value, Math.hypot(fitLine(base).residual, fitLine(head).residual), base.length + head.length - 4)
}

/** A cumulative counter per operation, averaged over the judged rounds. */
function rate(window: Window, read: (memstats: MemStats) => number | undefined): Level | undefined {
  const perRound = (side: readonly Snapshot[]): number[] => {
    const judged = side.slice(window.from, window.to)
    const rates: number[] = []
    for (let i = 1; i < judged.length; i++) {
      const [a, b] = [judged[i - 1]!, judged[i]!]
      const [from, to] = [a.memstats && read(a.memstats), b.memstats && read(b.memstats)]
      if (from === undefined || to === undefined || a.operations === undefined || b.operations === undefined) continue
      if (b.operations > a.operations && to >= from) rates.push((to - from) / (b.operations - a.operations))
    }
    return rates
  }
  const head = perRound(window.head)
  if (head.length === 0) return undefined
  const base = perRound(window.base)
  return {
    base: base.length === 0 ? undefined : mean(base),
    head: mean(head),
    growth: base.length === 0 ? undefined : meanDifference(base, head),
    series: { base: [], head: [] },
    trend: undefined,
  }
}

function meanDifference(base: readonly number[], head: readonly number[]): Estimate {
  const value = mean(head) - mean(base)
  if (base.length < 2 || head.length < 2) return unbounded(value)
  const variance = (side: readonly number[]): number =>
    side.reduce((sum, x) => sum + (x - mean(side)) ** 2, 0) / (side.length - 1) / side.length
  return within(value, Math.sqrt(variance(base) + variance(head)), base.length + head.length - 2)
}

/** A figure of the whole run. Exact as far as it goes: it is what happened. */
function overRun(window: Window, read: (side: readonly Snapshot[]) => number | undefined): Level | undefined {
  const head = read(window.head.slice(window.from, window.to))
  if (head === undefined) return undefined
  const base = read(window.base.slice(window.from, window.to))
  return {
    base,
    head,
    growth: base === undefined ? undefined : exactly(head - base),
    series: { base: [], head: [] },
    trend: undefined,
  }
}

/** Cycles the runtime started by itself; the recorder's own forced ones are not the service's doing. */
function automaticGCs({ numGC, numForcedGC }: MemStats): number | undefined {
  return numGC === undefined || numForcedGC === undefined ? undefined : numGC - numForcedGC
}

function spread(side: readonly Snapshot[], read: (memstats: MemStats) => number | undefined): number | undefined {
  const [first, last] = [side[0]?.memstats, side.at(-1)?.memstats]
  if (first === undefined || last === undefined || first === last) return undefined
  const [from, to] = [read(first), read(last)]
  return from === undefined || to === undefined ? undefined : to - from
}

function complete(series: readonly (number | undefined)[]): number[] | undefined {
  if (series.length === 0 || series.some((value) => value === undefined)) return undefined
  return series as number[]
}
