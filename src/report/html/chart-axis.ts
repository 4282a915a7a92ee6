import type { SideTimeline, Timeline } from '../../diff/timeline.ts'
import { countText, valueText } from '../words/figures.ts'
import { scaleOf } from './chart-scale.ts'

export type Side = 'base' | 'head'

/** The axis along which the rounds of a chart lie. */
export interface Axis {
  /** Below the axis: what the ticks count. */
  readonly title: string
  /** The same in the table below: the head of the column. Empty where the rounds say it all. */
  readonly column: string
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
  /** Per cent of the width, of a place among the snapshots at rest: 2.5 is between the third and the fourth. */
  at(side: Side, place: number): number
  /** What the axis says of a snapshot at rest; a dash where there is none. */
  text(side: Side, round: number): string
}

type Positions = Readonly<Record<Side, readonly number[]>>

const TIMES = [
  { name: 'seconds', seconds: 1 },
  { name: 'minutes', seconds: 60 },
  { name: 'hours', seconds: 3600 },
] as const

/** Cumulated operations where both sides counted them, else the time, else the rounds. */
export function axisOf(timeline: Timeline | undefined, counts: Readonly<Record<Side, number>>, most: number): Axis {
  const rounds = Math.max(counts.base, counts.head)
  const operations = known(timeline, counts, ({ operations: all }) => all)
  if (operations !== undefined) {
    const { ticks, top } = ticksOf(operations, most)
    return along(
      operations,
      { title: `operations, in ${countText(rounds, 'round')}`, column: 'Operations' },
      ticks,
      top,
    )
  }
  const seconds = known(timeline, counts, ({ seconds: all }) => all)
  if (seconds !== undefined) {
    const longest = last(seconds)
    const unit = TIMES.findLast((one) => longest >= 3 * one.seconds) ?? TIMES[0]
    const scaled = {
      base: seconds.base.map((one) => one / unit.seconds),
      head: seconds.head.map((one) => one / unit.seconds),
    }
    const { ticks, top } = ticksOf(scaled, most)
    const column = unit.name[0]!.toUpperCase() + unit.name.slice(1)
    return along(
      scaled,
      { title: `${unit.name} since the first snapshot, in ${countText(rounds, 'round')}`, column },
      ticks,
      top,
    )
  }
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
  const labels = roundLabels(rounds, most).map((round) => ({ value: round - 1, text: String(round) }))
  return along(
    { base: numbers(counts.base), head: numbers(counts.head) },
    { title: 'rounds', column: '' },
    labels,
    Math.max(1, rounds - 1),
  )
}

interface Tick {
  readonly value: number
  readonly text: string
}

function along(positions: Positions, words: Pick<Axis, 'title' | 'column'>, ticks: readonly Tick[], top: number): Axis {
  const valueAt = (side: Side, place: number): number => {
    // A side without a place of its own lies where the other one does.
    const all =
      positions[side].length > Math.floor(place) ? positions[side] : positions[side === 'base' ? 'head' : 'base']
    const before = Math.floor(place)
    const [from, to] = [before < 0 ? 0 : (all[before] ?? top), all[before + 1] ?? all.at(-1) ?? top]
    return from + (to - from) * (place - before)
  }
  return {
    ...words,
    ticks: ticks.map(({ value, text }) => ({ at: (100 * value) / top, text })),
    at: (side, place) => Math.max(0, Math.min(100, (100 * valueAt(side, place)) / top)),
    text: (side, round) => {
      const value = positions[side][round]
      return value === undefined ? '–' : numberText(value)
    },
  }
}

/** What every snapshot at rest of both sides has. */
function known(
  timeline: Timeline | undefined,
  counts: Readonly<Record<Side, number>>,
  read: (side: SideTimeline) => readonly number[],
): Positions | undefined {
  if (timeline === undefined) return undefined
  const positions = { base: read(timeline.base), head: read(timeline.head) }
  const has = (side: Side): boolean =>
    counts[side] === 0 || (positions[side].length === counts[side] && positions[side].every((one) => one >= 0))
  return has('base') && has('head') && last(positions) > 0 ? positions : undefined
}

function last({ base, head }: Positions): number {
  return Math.max(base.at(-1) ?? 0, head.at(-1) ?? 0)
}

/** Round marks up to the last snapshot, which is the end of the axis. */
function ticksOf(positions: Positions, most: number): { ticks: Tick[]; top: number } {
  const top = last(positions)
  const { ticks } = scaleOf(top, top < 4 ? 'bytes' : 'count')
  const step = Math.ceil(ticks.length / most)
  const shown = ticks.filter((value, i) => value <= top * 1.001 && i % step === 0)
  return { top, ticks: shown.map((value) => ({ value, text: numberText(value) })) }
}

function numberText(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : valueText(value, 'count')
}

function roundLabels(rounds: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => rounds / one <= most) ?? rounds
  return Array.from({ length: rounds }, (_, i) => i + 1).filter((round) => round === 1 || round % step === 0)
}
