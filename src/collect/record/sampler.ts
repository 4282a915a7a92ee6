import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './session.ts'

/** After so many samples the interval doubles, so that a long load does not fill the disk. */
const SAMPLES_PER_INTERVAL = 200
/** Sampling takes this share of the time at most, however slow the service answers. */
const DUTY = 0.01

/**
 * Samples services while a load runs, until the signal. A sample that took long is followed by a longer pause: the
 * cost stays in proportion whatever the size of the service.
 */
export async function sampleWhile(
  sessions: readonly Session[],
  round: number,
  interval: number,
  signal: AbortSignal,
): Promise<void> {
  let taken = sessions[0]?.loadSamples ?? 0
  let pause = interval
  while (true) {
    const thinned = pause * 2 ** Math.floor(taken / SAMPLES_PER_INTERVAL)
    await sleep(thinned, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const start = performance.now()
    for (const session of sessions) await session.sampleLoad(round, signal)
    pause = Math.max(interval, (performance.now() - start) / DUTY)
    taken++
  }
}
