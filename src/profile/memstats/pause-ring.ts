/** How many pauses runtime.MemStats remembers. */
export const PAUSES = 256

/**
 * PauseNs or PauseEnd of runtime.MemStats, newest first and no more than there were: the runtime keeps them in a ring
 * whose newest entry is at (NumGC + 255) % 256.
 */
export function newestFirst(ring: readonly number[], numGC: number): number[] {
  return Array.from({ length: Math.min(numGC, PAUSES) }, (_, age) => ring[(numGC + PAUSES - 1 - age) % PAUSES]!)
}
