import type { MemStats } from './memstats.ts'

/** MemStats whose fields may be undefined, as parsers find them. */
export type FoundMemStats = { readonly [K in keyof MemStats]: MemStats[K] | undefined } & Pick<
  MemStats,
  'source' | 'heapAlloc'
>

/** The same without the undefined fields. */
export function memStatsOf(found: FoundMemStats): MemStats {
  const entries = Object.entries(found).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as unknown as MemStats
}
