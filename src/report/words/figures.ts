import type { Estimate } from '../../diff/estimate.ts'
import type { Evidence, Judgement } from '../../policy/finding.ts'
import { METRICS, type MetricName, type Unit } from '../../policy/metrics.ts'
import { formatValue } from '../../profile/unit.ts'

/** Every output takes its numbers from here, so that no two of them tell different ones. */

/** A value in the metric's unit; a dash where there is none. */
export function valueText(value: number | undefined, unit: Unit): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  return formatValue(value, unit, { minus: '−' })
}

/** A difference, with its sign unless it rounds to nothing. */
export function changeText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '–'
  return formatValue(value, unit, { sign: true, minus: '−' })
}

/** Half the 95 % interval; nothing for a figure without error. */
export function errorText({ value, lower, upper }: Estimate, unit: Unit): string {
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return '± unknown'
  const half = Math.max(upper - value, value - lower)
  if (!(half > 0)) return ''
  return `± ${formatValue(half, unit)}`
}

/** `+87%`, `x65` from three times up, `new` over a base of nothing; empty where it would say nothing. */
export function ratioText(base: number | undefined, growth: number): string {
  if (base === undefined || !Number.isFinite(base) || !Number.isFinite(growth) || growth === 0) return ''
  if (base <= 0) return growth > 0 ? 'new' : ''
  const ratio = (base + growth) / base
  if (!Number.isFinite(ratio)) return ''
  if (ratio >= 3) return `x${ratio < 9.95 ? ratio.toFixed(1).replace('.0', '') : group(Math.round(ratio))}`
  const percent = Math.round(Math.abs(growth / base) * 100)
  return percent === 0 || !Number.isFinite(percent) ? '' : `${growth < 0 ? '−' : '+'}${group(percent)}%`
}

/** The growth of a row: `+36.5 MiB ± 0.3 MiB (+87%)`. */
export function growthText({ metric, base, growth }: Pick<Judgement, 'metric' | 'base' | 'growth'>): string {
  if (growth === undefined) return '–'
  const { unit, kind } = METRICS[metric]
  const change = changeText(growth.value, unit)
  // Of what was added within the run, a share of the base's own growth would say nothing.
  const ratio = kind === 'level' && /[1-9]/.test(change) ? ratioText(base, growth.value) : ''
  return [change, errorText(growth, unit), ratio === '' ? '' : `(${ratio})`].filter((part) => part !== '').join(' ')
}

/** Growth beside the row's that the policy accepts; empty where there is none. */
export function acceptedText({ metric, accepted }: Judgement): string {
  if (accepted === undefined) return ''
  const text = changeText(accepted, METRICS[metric].unit)
  return /[1-9]/.test(text) ? `${text} accepted` : ''
}

/** Base and head of a row as a reader expects them: levels as they are, growth with its sign. */
export function sidesText({ metric, base, head, growth }: Judgement): { base: string; head: string } {
  const { unit } = METRICS[metric]
  // The row of a stack's heap carries the whole service's heap as base, which is not this row's figure.
  if (metric === 'heap.growth.stack')
    return { base: '–', head: growth === undefined ? '–' : changeText(growth.value, unit) }
  if (metric === 'heap.growth') {
    return {
      base: base === undefined ? '–' : changeText(base, unit),
      head: head === undefined ? '–' : changeText(head, unit),
    }
  }
  return { base: valueText(base, unit), head: valueText(head, unit) }
}

/** `1.1 KiB per operation`, `1 in 40 operations`; undefined where nobody counted. */
export function perOperationText({
  metric,
  perOperation,
}: Pick<Evidence, 'metric' | 'perOperation'>): string | undefined {
  // One in a million is the odd one out, not a pace.
  if (perOperation === undefined || !Number.isFinite(perOperation) || perOperation < 1e-6) return undefined
  const { unit } = METRICS[metric]
  if (unit !== 'count') return perOperation < 0.5 ? undefined : `${formatValue(perOperation, unit)} per operation`
  const operations = Math.round(1 / perOperation)
  return operations < 2 ? `${round(perOperation)} per operation` : `1 in ${group(operations)} operations`
}

/** `4,200 per hour`; undefined where the times are unknown. */
export function perHourText({ metric, perHour }: Evidence): string | undefined {
  if (perHour === undefined || !Number.isFinite(perHour) || perHour <= 0) return undefined
  const { unit } = METRICS[metric]
  if (unit !== 'count') return `${formatValue(perHour, unit)} per hour at this pace`
  // Three digits: the pace of a short load is no more exact.
  return `${formatValue(Number(perHour.toPrecision(3)), unit)} per hour at this pace`
}

/** `1 goroutine`, `70 goroutines`, `1,222 goroutines`. */
export function countText(value: number, one: string, many = `${one}s`): string {
  const whole = Number.isFinite(value) ? Math.round(value) : 0
  return `${group(whole)} ${Math.abs(whole) === 1 ? one : many}`
}

/** How long before `now` something was: `19 hours ago`. Empty where either time is unknown. */
export function ageText(then: string | undefined, now: string): string {
  const minutes = (Date.parse(now) - Date.parse(then ?? '')) / 60_000
  if (!Number.isFinite(minutes) || minutes < 0) return ''
  if (minutes < 2) return 'just before'
  if (minutes < 120) return `${Math.round(minutes)} minutes ago`
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} hours ago`
  return `${group(Math.round(minutes / 60 / 24))} days ago`
}

/** `2026-11-03`; the time may come from a file of a stranger. */
export function dayOf(time: string): string {
  const milliseconds = Date.parse(time)
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString().slice(0, 10) : 'an unknown day'
}

/** Told on every page, whatever came of them. */
const ALWAYS: readonly MetricName[] = ['goroutines.leaked', 'goroutines', 'heap.growth', 'heap.inuse']
const MOST_ROWS = 10

/** Rows to show at once, and rows to fold: those within their limit that say nothing new. */
export function splitRows(rows: readonly Judgement[]): { shown: Judgement[]; folded: Judgement[] } {
  const notable = rows.filter((row) => row.outcome !== 'ok' && row.outcome !== 'not-judged')
  const always = rows.filter((row) => ALWAYS.includes(row.metric))
  const moved = notable.length === 0 ? [] : rows.filter(hasMoved)
  const chosen = new Set([...notable, ...always, ...moved].slice(0, MOST_ROWS))
  return { shown: rows.filter((row) => chosen.has(row)), folded: rows.filter((row) => !chosen.has(row)) }
}

/** Changed by more than its error and by more than a twentieth. */
function hasMoved({ base, growth }: Judgement): boolean {
  if (growth === undefined || base === undefined || !(growth.lower > 0 || growth.upper < 0)) return false
  return Math.abs(growth.value) > Math.abs(base) / 20
}

/** After a limit that does not fail. */
export const TO_WARN = ' to warn'

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name)
}

/** Thousands apart. `+ 0` turns -0 into 0. */
function group(value: number): string {
  return String(value + 0).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

function round(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
