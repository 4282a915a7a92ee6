import type { IgnoredBy } from './finding.ts'
import { matchesKnown, matchIgnore } from './known.ts'
import type { Policy } from './policy.ts'

export type IgnoreMatch = IgnoredBy

/**
 * The entry that accepts a stack, if one does: the user's first, then the built-in ones. An entry past its last day
 * accepts nothing, nor does one whose `max` the growth exceeds.
 */
export function matchStack(
  policy: Policy,
  names: readonly string[],
  growth: number,
  today: string,
  createdBy?: string,
): IgnoreMatch | undefined {
  for (const entry of policy.ignore) {
    if (entry.expires !== undefined && entry.expires < today) continue
    if (entry.max !== undefined && growth > entry.max) continue
    if (matchIgnore(entry, names, createdBy)) {
      return { reason: entry.reason, expires: entry.expires, origin: entry.origin }
    }
  }
  const known = matchesKnown(names, createdBy)
  return known === undefined ? undefined : { reason: known.reason, expires: undefined, origin: { kind: 'built-in' } }
}
