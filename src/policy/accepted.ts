import type { ServiceDiff } from '../diff/diff.ts'
import type { Estimate } from '../diff/estimate.ts'
import { type HeapGrowth, heapSeries } from '../diff/heap.ts'
import type { Level, LevelName } from '../diff/level.ts'
import { gaugeOf } from '../diff/levels.ts'
import { isRuntime } from '../profile/symbol.ts'
import type { Evaluation } from './evaluation.ts'
import type { IgnoredBy } from './finding.ts'
import { matchStack } from './ignored.ts'
import type { Policy } from './policy.ts'

/** What is left of a figure without the growth that the policy accepts. */
export interface Remainder extends Pick<Level, 'growth' | 'trend'> {
  /** Head minus base of what is accepted, at the last judged snapshot; in the figure's unit. */
  readonly accepted: number
}

type Series = Level['series']

/** Heap of the runtime that comes with a goroutine: its descriptor (480 B in Go 1.26), what it queues with, its closure. */
export const HEAP_OF_A_GOROUTINE = 1024
/** The stack of a parked goroutine is 2 to 16 KiB; what is beyond this is no part of having one more. */
const STACK_OF_A_GOROUTINE = 32 * 1024

/** Goroutines that the policy accepts, and what may stay because of them. */
export interface AcceptedGoroutines {
  readonly series: Series
  /** Head minus base over the judged rounds. */
  readonly grown: number
  /** The entries of the policy that accept them. */
  readonly by: readonly IgnoredBy[]
  /** Bytes of heap they may hold, whichever stacks allocated it: what the entries name, and the runtime's share. */
  readonly heap: number
}

/** Undefined where the policy accepts none. */
export function acceptedGoroutines(
  diff: ServiceDiff,
  { leaked, goroutines }: Pick<Evaluation, 'leaked' | 'goroutines'>,
  policy: Policy,
): AcceptedGoroutines | undefined {
  const accepted = [...leaked, ...goroutines].filter(isAccepted)
  if (accepted.length === 0) return undefined
  const series = goroutinesOf(diff, new Set(accepted.map(({ growth }) => growth.class)))
  const { from, to } = diff.window
  const within = (side: readonly number[]): number => (side[to - 1] ?? 0) - (side[from] ?? 0)
  const grown = Math.max(0, within(series.head) - within(series.base))
  const by = policy.ignore.filter(({ origin }) => accepted.some(({ ignored }) => ignored?.origin === origin))
  const named = by.reduce((sum, { max }) => sum + (max?.bytes ?? 0), 0)
  return { series, grown, by, heap: named + grown * HEAP_OF_A_GOROUTINE }
}

/** Whether a stack is the runtime's own, and grew no more than so many goroutines need, as far as the samples tell. */
export function isOfGoroutines({ class: id, growth }: HeapGrowth, diff: ServiceDiff, { grown }: AcceptedGoroutines) {
  return diff.heapClasses.names(id).every(isRuntime) && growth.lower <= grown * HEAP_OF_A_GOROUTINE
}

/**
 * The figures of a whole service without the stacks that the policy accepts: a service may keep what its policy says
 * it may, and is still held to its limits with all the rest. What leakgate accepts by itself is part of the figures.
 */
export function remainders(
  diff: ServiceDiff,
  goroutines: AcceptedGoroutines | undefined,
  policy: Policy,
  today: string,
): Partial<Record<LevelName, Remainder>> {
  if (policy.ignore.length === 0) return {}
  // Also stacks that grew too little to be told from noise.
  const kept = diff.heap.flatMap((growth): { growth: HeapGrowth; held: boolean }[] => {
    if (goroutines !== undefined && isOfGoroutines(growth, diff, goroutines)) return [{ growth, held: true }]
    const ignored = ignoredBy(growth, diff, policy, today)
    if (!isAccepted({ ignored })) return []
    return [{ growth, held: goroutines?.by.some(({ origin }) => origin === ignored?.origin) === true }]
  })
  const remainders: Partial<Record<LevelName, Remainder>> = {}
  const put = (name: LevelName, minus: Series, allowance: number): void => {
    const remainder = remainderOf(diff, diff.levels[name], minus, allowance)
    if (remainder !== undefined) remainders[name] = remainder
  }
  if (goroutines !== undefined) {
    put('goroutines', goroutines.series, 0)
    put('stack.inuse', nothing(diff), stackOf(diff, goroutines))
  }
  if (goroutines !== undefined || kept.length > 0) {
    const classes = new Set(kept.map(({ growth }) => growth.class))
    const used = kept.reduce((sum, { growth, held }) => sum + (held ? Math.max(0, growth.growth.value) : 0), 0)
    put('heap.inuse', heapOf(diff, classes, 'inuse_space'), Math.max(0, (goroutines?.heap ?? 0) - used))
    put('heap.objects', heapOf(diff, classes, 'inuse_objects'), 0)
  }
  return remainders
}

function ignoredBy({ stack, growth }: HeapGrowth, { stacks }: ServiceDiff, policy: Policy, today: string) {
  const names = stacks.frames(stack).map((frame) => frame.function)
  return matchStack(policy, names, 'heap.growth.stack', growth.value, today)
}

function isAccepted({ ignored }: { readonly ignored: IgnoredBy | undefined }): boolean {
  return ignored?.origin.kind === 'text'
}

function goroutinesOf({ goroutines, window }: ServiceDiff, classes: ReadonlySet<number>): Series {
  const own = goroutines.filter((growth) => classes.has(growth.class))
  const sum = (side: 'base' | 'head'): number[] =>
    window[side].map((_, i) => own.reduce((total, { series }) => total + (series[side][i] ?? 0), 0))
  return { base: sum('base'), head: sum('head') }
}

/** Stack memory cannot be read by stack: goroutines that are accepted have their share of its growth, by number. */
function stackOf({ levels, window }: ServiceDiff, { series }: AcceptedGoroutines): number {
  const last = window.to - 1
  const accepted = (series.head[last] ?? 0) - (series.base[last] ?? 0)
  const all = levels.goroutines?.growth?.value ?? 0
  const grown = levels['stack.inuse']?.growth?.value ?? 0
  if (!(accepted > 0 && all > 0)) return 0
  return Math.min(grown * Math.min(1, accepted / all), accepted * STACK_OF_A_GOROUTINE)
}

function nothing({ window }: ServiceDiff): Series {
  return { base: window.base.map(() => 0), head: window.head.map(() => 0) }
}

function heapOf({ window, heapClasses }: ServiceDiff, classes: ReadonlySet<number>, type: string): Series {
  const sum = (side: 'base' | 'head'): number[] => {
    const series = [...heapSeries(window[side], heapClasses, classes, type).values()]
    return window[side].map((_, i) => series.reduce((total, values) => total + values[i]!, 0))
  }
  return { base: sum('base'), head: sum('head') }
}

/**
 * A sampled profile is subtracted from an exact figure: what it errs by shows as scatter, and so in the interval. Of what
 * is left, growth up to the allowance is accepted too.
 */
function remainderOf(
  { window }: ServiceDiff,
  level: Level | undefined,
  minus: Series,
  allowance: number,
): Remainder | undefined {
  if (level === undefined) return undefined
  const without = (side: 'base' | 'head'): number[] => level.series[side].map((value, i) => value - minus[side][i]!)
  const rest = gaugeOf(window, { base: without('base'), head: without('head') })
  if (rest === undefined) return undefined
  const last = window.to - 1
  const growth = rest.growth && lowered(rest.growth, allowance)
  const more = (rest.growth?.value ?? 0) - (growth?.value ?? 0)
  return {
    growth,
    trend: rest.trend && { ...rest.trend, growth: lowered(rest.trend.growth, allowance) },
    accepted: minus.head[last]! - (minus.base[last] ?? 0) + more,
  }
}

/** Growth without what is allowed of it; never turned into a decrease. */
function lowered({ value, lower, upper }: Estimate, allowance: number): Estimate {
  const less = Math.min(Math.max(0, value), allowance)
  return { value: value - less, lower: lower - less, upper: upper - less }
}
