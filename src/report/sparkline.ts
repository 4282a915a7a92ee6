const BLOCKS = '▁▂▃▄▅▆▇█'
/** For terminals without Unicode. */
const ASCII = '_.-=+*#@'

/** More values than this are thinned: a line of text has no room. */
const MOST = 24

export interface SparklineOptions {
  /** Value of the full height; the lowest block is zero. Default: the largest value. */
  readonly top?: number
  readonly ascii?: boolean
}

/** The values as a line of text. The scale starts at zero, so that a level with ripples looks level. */
export function sparkline(values: readonly number[], { top, ascii = false }: SparklineOptions = {}): string {
  const shown = thinned(values.filter((value) => Number.isFinite(value)))
  const highest = top ?? Math.max(0, ...shown)
  const marks = [...(ascii ? ASCII : BLOCKS)]
  return shown
    .map((value) => marks[highest <= 0 ? 0 : Math.max(0, Math.min(7, Math.round((value / highest) * 7)))])
    .join('')
}

/** Base and head on one scale. */
export function sparklines(
  series: { readonly base: readonly number[]; readonly head: readonly number[] },
  ascii = false,
): { base: string; head: string } {
  const finite = [...series.base, ...series.head].filter((value) => Number.isFinite(value))
  const top = finite.reduce((most, value) => Math.max(most, value), 0)
  return { base: sparkline(series.base, { top, ascii }), head: sparkline(series.head, { top, ascii }) }
}

/** Evenly picked values; the first and the last always stay. */
function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= MOST) return values
  return Array.from({ length: MOST }, (_, i) => values[Math.round((i * (values.length - 1)) / (MOST - 1))]!)
}
