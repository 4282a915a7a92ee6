import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from './endpoint.ts'

export interface Settled {
  readonly goroutines: number | undefined
  /** False when the bound came first. */
  readonly quiet: boolean
}

/** So many equal counts in a row are rest. */
const SAME = 5

/**
 * Waits until the number of goroutines no longer changes, `most` milliseconds at most. A service whose own work makes
 * the number flicker counts as quiet when it stays within a band of 1 % (at least 2) for four times as long.
 */
export async function settle(
  endpoint: Endpoint,
  { most, poll }: { readonly most: number; readonly poll: number },
  signal?: AbortSignal,
): Promise<Settled> {
  const end = Date.now() + most
  const counts: number[] = []
  while (Date.now() < end && !signal?.aborted) {
    await sleep(poll, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
    try {
      counts.push(
        await endpoint.countGoroutines({ timeout: Math.max(1000, Math.min(10_000, end - Date.now())), signal }),
      )
    } catch {
      // Gone, or too slow to say: the snapshot that follows tells which.
      return { goroutines: counts.at(-1), quiet: false }
    }
    if (range(counts, SAME + 1) === 0) return { goroutines: counts.at(-1), quiet: true }
    if (range(counts, 4 * SAME) <= Math.max(2, 0.01 * counts.at(-1)!)) return { goroutines: counts.at(-1), quiet: true }
  }
  return { goroutines: counts.at(-1), quiet: false }
}

/** Largest less smallest of the last `last` counts; Infinity while there are fewer. */
function range(counts: readonly number[], last: number): number {
  if (counts.length < last) return Number.POSITIVE_INFINITY
  const latest = counts.slice(-last)
  return Math.max(...latest) - Math.min(...latest)
}
