import { METRICS, type MetricName } from '../../policy/metrics.ts'
import { changeText, valueText } from '../words/figures.ts'
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
}

/** More points than this are a line without marks. */
const MOST_MARKS = 40

/**
 * A figure over the rounds, base beside head. Lines stretch with the page, letters and marks do not: the lines are in a
 * box of their own without a fixed shape, everything else lies at percentages. So it needs no script and fits a phone.
 */
export function trendChart(trend: Trend, size: 'large' | 'small' = 'large'): Markup {
  const { metric, base, head, title } = trend
  const rounds = Math.max(base.length, head.length)
  if (rounds < 2) return NOTHING
  const unit = METRICS[metric].unit === 'bytes' ? 'bytes' : 'count'
  const finite = [...base, ...head].filter((value) => Number.isFinite(value))
  const { top, ticks } = scaleOf(
    finite.reduce((most, value) => Math.max(most, value), 0),
    unit,
  )
  const x = (round: number): number => (100 * round) / (rounds - 1)
  const y = (value: number): number => 100 * (1 - Math.max(0, Math.min(top, value)) / top)
  const height = size === 'large' ? 176 : 96
  const shownTicks = size === 'large' ? ticks : [0, top]
  const marked = rounds <= MOST_MARKS
  const heading = title === undefined ? NOTHING : html`<h4>${title}</h4>`
  return html`<figure class="trend ${size}">${heading}${legend(trend)}<svg class="chart" height="${height}" role="img" aria-label="${described(trend)}">${shownTicks.map(
    (value) => html`<text class="tick" x="-10" y="${at(y(value))}%" dy="4">${valueText(value, unit)}</text>`,
  )}${aside(trend, x)}${shownTicks.map(
    (value) =>
      html`<line class="${value === 0 ? 'axis' : 'grid'}" x1="0" x2="100%" y1="${at(y(value))}%" y2="${at(y(value))}%"/>`,
  )}<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%"><path class="line base" d="${path(base, x, y)}"/><path class="line head" d="${path(head, x, y)}"/></svg>${
    marked &&
    base.map(
      (value, i) =>
        html`<rect class="mark base" x="${at(x(i))}%" y="${at(y(value))}%" width="7" height="7" transform="translate(-3.5 -3.5)"/>`,
    )
  }${
    marked && head.map((value, i) => html`<circle class="mark head" cx="${at(x(i))}%" cy="${at(y(value))}%" r="3.6"/>`)
  }${roundLabels(rounds, size).map(
    (round) => html`<text class="round" x="${at(x(round - 1))}%" y="100%" dy="18">${round}</text>`,
  )}${Array.from({ length: rounds }, (_, i) => hover(trend, i, rounds))}</svg>${size === 'large' && values(trend)}</figure>`
}

/** Warm-up before, and what only one side has after. */
function aside({ from, to, base, head }: Trend, x: (round: number) => number): Markup {
  const rounds = Math.max(base.length, head.length)
  const before =
    from > 0 &&
    html`<rect class="aside" x="0" y="0" width="${at(x(from - 0.5))}%" height="100%"/><text class="aside-label" x="0" y="-5">warm-up</text>`
  const after =
    to < rounds &&
    html`<rect class="aside" x="${at(x(to - 0.5))}%" y="0" width="${at(100 - x(to - 0.5))}%" height="100%"/><text class="aside-label end" x="100%" y="-5">not compared</text>`
  return html`${before}${after}`
}

function path(series: readonly number[], x: (round: number) => number, y: (value: number) => number): string {
  return series.map((value, i) => `${i === 0 ? 'M' : 'L'}${at(x(i) * 10)} ${at(y(value) * 10)}`).join('')
}

/** What a column says when the pointer rests on it. */
function hover({ base, head, metric, from }: Trend, round: number, rounds: number): Markup {
  const { unit } = METRICS[metric]
  const width = 100 / (rounds - 1)
  const left = Math.max(0, width * (round - 0.5))
  const right = Math.min(100, width * (round + 0.5))
  const sides = [
    base[round] === undefined ? '' : `base ${valueText(base[round], unit)}`,
    head[round] === undefined ? '' : `head ${valueText(head[round], unit)}`,
  ].filter((side) => side !== '')
  const name = `Round ${round + 1}${round < from ? ' (warm-up)' : ''}: ${sides.join(', ')}`
  return html`<rect class="hover" x="${at(left)}%" y="0" width="${at(right - left)}%" height="100%"><title>${name}</title></rect>`
}

function roundLabels(rounds: number, size: 'large' | 'small'): number[] {
  const most = size === 'large' ? 10 : 5
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => rounds / one <= most) ?? rounds
  const labels = Array.from({ length: rounds }, (_, i) => i + 1).filter((round) => round === 1 || round % step === 0)
  return step > 1 ? labels.filter((round) => round === 1 || round >= step) : labels
}

/** Which line is which, with the last judged values. */
function legend({ base, head, to, metric }: Trend): Markup {
  const { unit } = METRICS[metric]
  const last = (series: readonly number[]): string => valueText(series[Math.min(to, series.length) - 1], unit)
  const sign = (side: 'base' | 'head', mark: Markup): Markup =>
    html`<svg width="26" height="12" aria-hidden="true"><line class="line ${side}" x1="0" x2="26" y1="6" y2="6"/>${mark}</svg>`
  return html`<p class="legend">${head.length > 0 && html`<span class="head">${sign('head', html`<circle class="mark head" cx="13" cy="6" r="3.6"/>`)} head <b>${last(head)}</b></span>`}${base.length > 0 && html`<span class="base">${sign('base', html`<rect class="mark base" x="9.5" y="2.5" width="7" height="7"/>`)} base <b>${last(base)}</b></span>`}</p>`
}

function described({ base, head, metric, from, to }: Trend): string {
  const { unit, title } = METRICS[metric]
  const side = (name: string, series: readonly number[]): string => {
    const judged = series.slice(from, to)
    const [first, last] = [judged[0], judged.at(-1)]
    if (first === undefined || last === undefined) return ''
    return ` ${name} from ${valueText(first, unit)} to ${valueText(last, unit)} (${changeText(last - first, unit)}).`
  }
  return `${title} over ${head.length} rounds after warm-up:${side('base', base)}${side('head', head)}`
}

function values({ base, head, from, to, metric }: Trend): Markup {
  const { unit } = METRICS[metric]
  const rows = Array.from({ length: Math.max(base.length, head.length) }, (_, i) => {
    const note = i < from ? ' (warm-up)' : i >= to ? ' (not compared)' : ''
    return html`<tr><th scope="row">${i + 1}${note}</th><td>${valueText(base[i], unit)}</td><td>${valueText(head[i], unit)}</td></tr>`
  })
  return html`<details><summary>Show as a table</summary><table class="data"><thead><tr><th scope="col">Round</th><th scope="col">Base</th><th scope="col">Head</th></tr></thead><tbody>${rows}</tbody></table></details>`
}

/** A coordinate, short and never in exponents. */
function at(value: number): string {
  return String(Number((Number.isFinite(value) ? value : 0).toFixed(2)))
}
