import type { LoadSample, Timeline } from '../../diff/timeline.ts'
import { METRICS, type MetricName } from '../../policy/metrics.ts'
import { changeText, valueText } from '../words/figures.ts'
import { type Axis, axisOf, type Side } from './chart-axis.ts'
import { scaleOf } from './chart-scale.ts'
import { html, type Markup, NOTHING } from './markup.ts'

export interface Trend {
  readonly metric: MetricName
  /** Above the chart; none where the text beside it says what it is. */
  readonly title: string | undefined
  readonly base: readonly number[]
  readonly head: readonly number[]
  /** The judged snapshots are from .. to. */
  readonly from: number
  readonly to: number
  readonly timeline: Timeline | undefined
  /** The figure in a sample that was read under load, where it is in there. */
  readonly underLoad?: (sample: LoadSample) => number | undefined
}

type Point = readonly [place: number, value: number]

/** More points than this are a line without marks. */
const MOST_MARKS = 40
/** What is read under load may make the axis so much higher than what is read at rest; beyond it is cut. */
const MOST_OF_REST = 2
const SIDES = ['base', 'head'] as const

/**
 * A figure over the load, base beside head. Lines stretch with the page, letters and marks do not: the lines are in a
 * box of their own without a fixed shape, everything else lies at percentages. So it needs no script and fits a phone.
 */
export function trendChart(trend: Trend, size: 'large' | 'small' = 'large'): Markup {
  const { metric, base, head, title, timeline } = trend
  const rounds = Math.max(base.length, head.length)
  if (rounds < 2) return NOTHING
  const unit = METRICS[metric].unit === 'bytes' ? 'bytes' : 'count'
  const load = { base: loadOf(trend, 'base'), head: loadOf(trend, 'head') }
  const { top, ticks } = scaleOf(highest(trend, load), unit)
  const axis = axisOf(timeline, { base: base.length, head: head.length }, size === 'large' ? 10 : 5)
  const y = (value: number): number => 100 * (1 - Math.max(0, Math.min(top, value)) / top)
  const height = size === 'large' ? 176 : 96
  const shownTicks = size === 'large' ? ticks : [0, top]
  const heading = title === undefined ? NOTHING : html`<h4>${title}</h4>`
  const lines = SIDES.map((side) => [
    loadLines(load[side], trend[side], side, axis, y),
    html`<path class="line ${side}" d="${path(
      trend[side].map((value, i) => [i, value]),
      side,
      axis,
      y,
    )}"/>`,
  ])
  return html`<figure class="trend ${size}">${heading}${legend(trend, load.base.length + load.head.length > 0)}<svg class="chart" height="${height}" role="img" aria-label="${described(trend, axis, load)}">${shownTicks.map(
    (value) => html`<text class="tick" x="-10" y="${at(y(value))}%" dy="4">${valueText(value, unit)}</text>`,
  )}${aside(trend, axis)}${shownTicks.map(
    (value) =>
      html`<line class="${value === 0 ? 'axis' : 'grid'}" x1="0" x2="100%" y1="${at(y(value))}%" y2="${at(y(value))}%"/>`,
  )}<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">${lines}</svg>${
    rounds <= MOST_MARKS && SIDES.map((side) => marks(trend[side], side, axis, y))
  }${axis.ticks.map(
    (tick) =>
      html`<svg class="notch" x="${at(tick.at)}%" y="100%" width="1" height="5"><line class="axis" x1="0" x2="0" y1="0" y2="5"/></svg><text class="along" x="${at(tick.at)}%" y="100%" dy="18">${tick.text}</text>`,
  )}<text class="along title" x="50%" y="100%" dy="35">${axis.title}</text>${Array.from({ length: rounds }, (_, i) => hover(trend, i, rounds, axis))}</svg>${size === 'large' && values(trend, axis)}</figure>`
}

function loadOf({ timeline, underLoad }: Trend, side: Side): Point[] {
  if (timeline === undefined || underLoad === undefined) return []
  return timeline[side].load.flatMap((sample): Point[] => {
    const value = underLoad(sample)
    return value === undefined ? [] : [[sample.at, value]]
  })
}

function highest({ base, head }: Trend, load: Readonly<Record<Side, readonly Point[]>>): number {
  const most = (values: readonly number[]): number =>
    values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, value) : max), 0)
  const atRest = most([...base, ...head])
  return Math.max(atRest, Math.min(MOST_OF_REST * atRest, most([...load.base, ...load.head].map(([, value]) => value))))
}

/** Between two snapshots at rest: up under load, and from the last sample, after which the load ends, back to rest. */
function loadLines(
  points: readonly Point[],
  rest: readonly number[],
  side: Side,
  axis: Axis,
  y: (value: number) => number,
): Markup {
  if (points.length === 0) return NOTHING
  const rounds = rest.map((value, i) => ({
    end: [i, value] as Point,
    samples: points.filter(([place]) => Math.floor(place) === i - 1),
  }))
  const up = rounds.filter(({ samples }) => samples.length > 0)
  const loaded = up.map(({ end: [i], samples }) => [...(i === 0 ? [] : [[i - 1, rest[i - 1]!] as Point]), ...samples])
  const drains = up.map(({ end, samples }) => [samples.at(-1)!, end])
  const drawn = (parts: readonly (readonly Point[])[]): string =>
    parts.map((part) => path(part, side, axis, y)).join('')
  return html`<path class="load ${side}" d="${drawn(loaded)}"/><path class="load drain ${side}" d="${drawn(drains)}"/>`
}

function marks(series: readonly number[], side: Side, axis: Axis, y: (value: number) => number): Markup[] {
  return series.map((value, i) => {
    const [cx, cy] = [at(axis.at(side, i)), at(y(value))]
    return side === 'base'
      ? html`<rect class="mark base" x="${cx}%" y="${cy}%" width="7" height="7" transform="translate(-3.5 -3.5)"/>`
      : html`<circle class="mark head" cx="${cx}%" cy="${cy}%" r="3.6"/>`
  })
}

/** Warm-up before, and what only one side has after. */
function aside({ from, to, base, head }: Trend, axis: Axis): Markup {
  const side = head.length >= base.length ? 'head' : 'base'
  const rounds = Math.max(base.length, head.length)
  const end = at(axis.at(side, to - 0.5))
  const before =
    from > 0 &&
    html`<rect class="aside" x="0" y="0" width="${at(axis.at(side, from - 0.5))}%" height="100%"/><text class="aside-label" x="0" y="-5">warm-up</text>`
  const after =
    to < rounds &&
    html`<rect class="aside" x="${end}%" y="0" width="${at(100 - Number(end))}%" height="100%"/><text class="aside-label end" x="100%" y="-5">not compared</text>`
  return html`${before}${after}`
}

function path(points: readonly Point[], side: Side, axis: Axis, y: (value: number) => number): string {
  return points
    .map(([place, value], i) => `${i === 0 ? 'M' : 'L'}${at(axis.at(side, place) * 10)} ${at(y(value) * 10)}`)
    .join('')
}

/** What a column says when the pointer rests on it. */
function hover({ base, head, metric, from }: Trend, round: number, rounds: number, axis: Axis): Markup {
  const { unit } = METRICS[metric]
  const side = head.length >= base.length ? 'head' : 'base'
  const left = round === 0 ? 0 : axis.at(side, round - 0.5)
  const right = round === rounds - 1 ? 100 : axis.at(side, round + 0.5)
  const sides = [
    base[round] === undefined ? '' : `base ${valueText(base[round], unit)}`,
    head[round] === undefined ? '' : `head ${valueText(head[round], unit)}`,
  ].filter((one) => one !== '')
  const where = axis.column === '' ? '' : `, ${axis.text(side, round)} ${axis.column.toLowerCase()}`
  const name = `Round ${round + 1}${where}${round < from ? ' (warm-up)' : ''}: ${sides.join(', ')}`
  return html`<rect class="hover" x="${at(left)}%" y="0" width="${at(Math.max(0, right - left))}%" height="100%"><title>${name}</title></rect>`
}

/** Which line is which, with the last judged values. */
function legend({ base, head, to, metric }: Trend, underLoad: boolean): Markup {
  const { unit } = METRICS[metric]
  const last = (series: readonly number[]): string => valueText(series[Math.min(to, series.length) - 1], unit)
  const sign = (classes: string, mark: Markup): Markup =>
    html`<svg width="26" height="12" aria-hidden="true"><line class="${classes}" x1="0" x2="26" y1="6" y2="6"/>${mark}</svg>`
  return html`<p class="legend">${head.length > 0 && html`<span class="head">${sign('line head', html`<circle class="mark head" cx="13" cy="6" r="3.6"/>`)} head <b>${last(head)}</b></span>`}${base.length > 0 && html`<span class="base">${sign('line base', html`<rect class="mark base" x="9.5" y="2.5" width="7" height="7"/>`)} base <b>${last(base)}</b></span>`}${underLoad && html`<span class="muted">${sign('load', NOTHING)} under load</span> <span class="muted">${sign('load drain', NOTHING)} drain: last sample to rest</span>`}</p>`
}

function described(
  { base, head, metric, from, to }: Trend,
  { title }: Axis,
  load: Readonly<Record<Side, readonly Point[]>>,
): string {
  const { unit, title: name } = METRICS[metric]
  const side = (which: Side, series: readonly number[]): string => {
    const judged = series.slice(from, to)
    const [first, last] = [judged[0], judged.at(-1)]
    if (first === undefined || last === undefined) return ''
    const most = load[which].reduce((max, [, value]) => Math.max(max, value), 0)
    const loaded = load[which].length === 0 ? '' : `, under load up to ${valueText(most, unit)}`
    return ` ${which} from ${valueText(first, unit)} to ${valueText(last, unit)} (${changeText(last - first, unit)})${loaded}.`
  }
  return `${name} over ${head.length} rounds after warm-up, along ${title}:${side('base', base)}${side('head', head)}`
}

function values({ base, head, from, to, metric }: Trend, axis: Axis): Markup {
  const { unit } = METRICS[metric]
  const along = axis.column !== ''
  const rows = Array.from({ length: Math.max(base.length, head.length) }, (_, i) => {
    const note = i < from ? ' (warm-up)' : i >= to ? ' (not compared)' : ''
    const where = along && html`<td>${axis.text(head.length > i ? 'head' : 'base', i)}</td>`
    return html`<tr><th scope="row">${i + 1}${note}</th>${where}<td>${valueText(base[i], unit)}</td><td>${valueText(head[i], unit)}</td></tr>`
  })
  return html`<details><summary>Show as a table</summary><table class="data"><thead><tr><th scope="col">Round</th>${along && html`<th scope="col">${axis.column}</th>`}<th scope="col">Base</th><th scope="col">Head</th></tr></thead><tbody>${rows}</tbody></table></details>`
}

/** A coordinate, short and never in exponents. */
function at(value: number): string {
  return String(Number((Number.isFinite(value) ? value : 0).toFixed(2)))
}
