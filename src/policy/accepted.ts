import type { ServiceDiff } from '../diff/diff.ts'
import { type HeapGrowth, heapSeries } from '../diff/heap.ts'
import { gaugeOf, type Level, type LevelName } from '../diff/levels.ts'
import { isRuntime } from '../profile/symbol.ts'
import type { Evaluation } from './evaluate.ts'
import type { IgnoredBy } from './finding.ts'
import { matchStack } from './ignored.ts'
import type { Policy } from './policy.ts'

/** What is left of a figure without the growth that the policy accepts. */
export interface Remainder extends Pick<Level, 'growth' | 'trend'> {
  /** Head minus base of what is accepted, at the last judged snapshot; in the figure's unit. */
  readonly accepted: number
}

type Series = Level['series']

/**
 * The figures of a whole service without the stacks that the policy accepts: a service may keep what its policy says
 * it may, and is still held to its limits with all the rest. What leakgate accepts by itself is part of the figures.
 */
export function remainders(
  diff: ServiceDiff,
  { leaked, goroutines }: Pick<Evaluation, 'leaked' | 'goroutines'>,
  policy: Policy,
  today: string,
): Partial<Record<LevelName, Remainder>> {
  if (policy.ignore.length === 0) return {}
  const waiting = new Set([...leaked, ...goroutines].filter(isAccepted).map(({ growth }) => growth.class))
  // Also stacks that grew too little to be told from noise, and what the runtime allocates for goroutines.
  const kept = new Set(
    diff.heap
      .filter((growth) => (waiting.size > 0 && isRuntimeOwn(diff, growth.class)) || isKept(growth, diff, policy, today))
      .map((growth) => growth.class),
  )
  const remainders: Partial<Record<LevelName, Remainder>> = {}
  const put = (name: LevelName, series: Series | undefined): void => {
    const remainder = series && remainderOf(diff, diff.levels[name], series)
    if (remainder !== undefined) remainders[name] = remainder
  }
  if (waiting.size > 0) put('goroutines', goroutinesOf(diff, waiting))
  if (kept.size > 0) {
    put('heap.inuse', heapOf(diff, kept, 'inuse_space'))
    put('heap.objects', heapOf(diff, kept, 'inuse_objects'))
  }
  return remainders
}

function isKept({ stack, growth }: HeapGrowth, { stacks }: ServiceDiff, policy: Policy, today: string): boolean {
  const names = stacks.frames(stack).map((frame) => frame.function)
  return isAccepted({ ignored: matchStack(policy, names, 'heap.growth.stack', growth.value, today) })
}

function isAccepted({ ignored }: { readonly ignored: IgnoredBy | undefined }): boolean {
  return ignored?.origin.kind === 'text'
}

function isRuntimeOwn({ heapClasses }: ServiceDiff, id: number): boolean {
  return heapClasses.names(id).every(isRuntime)
}

function goroutinesOf({ goroutines, window }: ServiceDiff, classes: ReadonlySet<number>): Series {
  const own = goroutines.filter((growth) => classes.has(growth.class))
  const sum = (side: 'base' | 'head'): number[] =>
    window[side].map((_, i) => own.reduce((total, { series }) => total + (series[side][i] ?? 0), 0))
  return { base: sum('base'), head: sum('head') }
}

function heapOf({ window, heapClasses }: ServiceDiff, classes: ReadonlySet<number>, type: string): Series {
  const sum = (side: 'base' | 'head'): number[] => {
    const series = [...heapSeries(window[side], heapClasses, classes, type).values()]
    return window[side].map((_, i) => series.reduce((total, values) => total + values[i]!, 0))
  }
  return { base: sum('base'), head: sum('head') }
}

/** A sampled profile is subtracted from an exact figure: what it errs by shows as scatter, and so in the interval. */
function remainderOf({ window }: ServiceDiff, level: Level | undefined, minus: Series): Remainder | undefined {
  if (level === undefined) return undefined
  const without = (side: 'base' | 'head'): number[] => level.series[side].map((value, i) => value - minus[side][i]!)
  const rest = gaugeOf(window, { base: without('base'), head: without('head') })
  if (rest === undefined) return undefined
  const last = window.to - 1
  return { growth: rest.growth, trend: rest.trend, accepted: minus.head[last]! - (minus.base[last] ?? 0) }
}
