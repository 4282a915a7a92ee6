import type { ServiceDiff } from '../diff/diff.ts'
import type { Estimate } from '../diff/estimate.ts'
import type { LevelName } from '../diff/level.ts'

/**
 * Growth with the swing of the base in its error, where snapshots were not taken at rest: what the figure moves by
 * itself from one snapshot of the base to another (largest less smallest) says nothing of a change.
 */
export function swung(growth: Estimate, name: LevelName, { levels, window }: ServiceDiff): Estimate {
  const series = window.underLoad ? (levels[name]?.series.base.slice(window.from, window.to) ?? []) : []
  if (series.length === 0) return growth
  const swing = Math.max(...series) - Math.min(...series)
  return { value: growth.value, lower: growth.lower - swing, upper: growth.upper + swing }
}
