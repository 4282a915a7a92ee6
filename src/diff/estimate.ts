import { studentQuantile } from './statistics.ts'

/** A figure with its error: bounds of the 95 % interval in the figure's unit; infinite where the error is unknown. */
export interface Estimate {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

export function exactly(value: number): Estimate {
  return { value, lower: value, upper: value }
}

/** A figure nobody can give an error for, e.g. from one snapshot on either side. */
export function unbounded(value: number): Estimate {
  return { value, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }
}

/** Two-sided 95 % interval from a standard error with df degrees of freedom. */
export function within(value: number, se: number, df: number): Estimate {
  if (!Number.isFinite(se) || df < 1) return unbounded(value)
  const half = studentQuantile(0.025, df) * se
  return { value, lower: value - half, upper: value + half }
}

/** Sum of independent figures: their errors add in squares. */
export function sumOf(estimates: readonly Estimate[]): Estimate {
  const value = estimates.reduce((sum, one) => sum + one.value, 0)
  const lower = Math.sqrt(estimates.reduce((sum, one) => sum + (one.value - one.lower) ** 2, 0))
  const upper = Math.sqrt(estimates.reduce((sum, one) => sum + (one.upper - one.value) ** 2, 0))
  return { value, lower: value - lower, upper: value + upper }
}
