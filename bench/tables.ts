import { markdownTable } from 'markdown-table'
import { median, type Run } from './measure.ts'

export type Row = readonly string[]

export function table(header: Row, rows: readonly Row[]): string {
  const align = header.map((_, i) => (i === 0 ? 'l' : 'r'))
  return `${markdownTable([[...header], ...rows.map((row) => [...row])], { align })}\n`
}

/** `0.31 s (0.29–0.35)`: the median, and the least and the most. */
export function seconds(values: readonly number[]): string {
  if (values.length === 0) return '–'
  const text = (value: number): string => (value / 1000).toPrecision(value < 1000 ? 2 : 3)
  const middle = `${text(median(values))} s`
  return values.length === 1 ? middle : `${middle} (${text(Math.min(...values))}–${text(Math.max(...values))})`
}

export function megabytes(runs: readonly Run[]): string {
  const values = runs.flatMap(({ memory }) => memory ?? [])
  return values.length === 0 ? '–' : `${(median(values) / 1e6).toFixed(0)} MB`
}

/** `1/23`, or `1.4` where it is no fraction. */
export function ratio(part: number | undefined, whole: number | undefined): string {
  if (part === undefined || whole === undefined || part === 0) return '–'
  const text = (value: number): string => value.toFixed(value < 10 ? 1 : 0)
  return part < whole ? `1/${text(whole / part)}` : text(part / whole)
}

/** Median of a figure that every run has, else undefined. */
export function middle(runs: readonly Run[] | undefined, read: (run: Run) => number | undefined): number | undefined {
  const values = (runs ?? []).flatMap((run) => read(run) ?? [])
  return values.length === 0 ? undefined : median(values)
}
