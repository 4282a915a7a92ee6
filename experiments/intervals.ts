import { incompleteBeta } from '../src/diff/statistics.ts'

/** A share of n with its exact (Clopper-Pearson) two-sided 95 % interval. */
export interface Share {
  readonly hits: number
  readonly n: number
  readonly rate: number
  readonly lower: number
  readonly upper: number
}

export function shareOf(hits: number, n: number): Share {
  return {
    hits,
    n,
    rate: n === 0 ? Number.NaN : hits / n,
    lower: hits === 0 ? 0 : betaQuantile(0.025, hits, n - hits + 1),
    upper: hits === n ? 1 : betaQuantile(0.975, hits + 1, n - hits),
  }
}

/** `59 of 62 · 95.2 % (86.5–99.0)` */
export function formatShare({ hits, n, rate, lower, upper }: Share, digits = 1): string {
  if (n === 0) return 'none'
  const percent = (value: number): string => (value * 100).toFixed(digits)
  return `${hits} of ${n} · ${percent(rate)} % (${percent(lower)}–${percent(upper)})`
}

/** The x with I_x(a, b) = p, by bisection. */
function betaQuantile(p: number, a: number, b: number): number {
  let low = 0
  let high = 1
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (incompleteBeta(middle, a, b) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
