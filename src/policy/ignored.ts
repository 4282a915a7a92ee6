import type { IgnoredBy } from './finding.ts'
import { matchesKnown, matchIgnore } from './known.ts'
import { METRICS, type MetricName } from './metrics.ts'
import type { IgnoreMax, Policy } from './policy.ts'

export type IgnoreMatch = IgnoredBy

/**
 * The entry that accepts a stack, if one does: the user's first, then the built-in ones. An entry past its last day
 * accepts nothing, nor does one whose `max` the growth (goroutines or bytes, as the metric counts) exceeds.
 */
export function matchStack(
  policy: Policy,
  names: readonly string[],
  metric: MetricName,
  growth: number,
  today: string,
  createdBy?: string,
): IgnoreMatch | undefined {
  for (const entry of policy.ignore) {
    if (entry.expires !== undefined && entry.expires < today) continue
    if (entry.max !== undefined && !(growth <= boundFor(entry.max, metric))) continue
    if (matchIgnore(entry, names, createdBy)) {
      return { reason: entry.reason, expires: entry.expires, origin: entry.origin }
    }
  }
  const known = matchesKnown(names, createdBy)
  return known === undefined ? undefined : { reason: known.reason, expires: undefined, origin: { kind: 'built-in' } }
}

/** Four megabytes that are meant do not excuse four million goroutines. */
function boundFor({ goroutines = 0, bytes = 0 }: IgnoreMax, metric: MetricName): number {
  return METRICS[metric].unit === 'bytes' ? bytes : goroutines
}
