import { sampleTypeIndex } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import type { Window } from './window.ts'

/** Goroutines the runtime proved leaked: blocked on something nothing runnable can reach. */
export interface LeakedStack {
  readonly class: number
  readonly stack: number
  readonly base: number
  readonly head: number
}

/**
 * Leaked goroutines at the last snapshot at rest that has the profile. `undefined` when the head's toolchain does not
 * offer it. base counts 0 where the base lacks it: a proof needs no comparison, only to know what is new.
 */
export function leakedStacks(window: Window, classes: Classes): LeakedStack[] | undefined {
  const head = lastCapture(window.head)
  if (head === undefined) return undefined
  const base = lastCapture(window.base)
  const counts = countByClass(base, classes)
  const found: LeakedStack[] = []
  for (const [id, { count, stack }] of countByClass(head, classes)) {
    found.push({ class: id, stack, base: counts.get(id)?.count ?? 0, head: count })
  }
  return found.sort((a, b) => b.head - b.base - (a.head - a.base))
}

function lastCapture(side: readonly Snapshot[]): Snapshot['goroutineleak'] {
  return side.findLast((snapshot) => snapshot.goroutineleak !== undefined)?.goroutineleak
}

function countByClass(
  profile: Snapshot['goroutineleak'],
  classes: Classes,
): Map<number, { count: number; stack: number }> {
  const counts = new Map<number, { count: number; stack: number }>()
  if (profile === undefined) return counts
  const type = Math.max(0, sampleTypeIndex(profile, 'goroutineleak'))
  for (let entry = 0; entry < profile.count; entry++) {
    const value = profile.value[entry * profile.sampleTypes.length + type]!
    const stack = profile.stack[entry]!
    const id = classes.of(stack)
    const known = counts.get(id)
    if (known === undefined) counts.set(id, { count: value, stack })
    else known.count += value
  }
  return counts
}
