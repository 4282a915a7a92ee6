import { sampleTypeIndex } from '../profile/fold.ts'
import type { Snapshot } from '../profile/recording.ts'
import type { Classes } from './classes.ts'
import { binomialHalfTail } from './statistics.ts'
import type { Window } from './window.ts'

/** Goroutines the runtime proved leaked: blocked on something nothing runnable can reach. */
export interface LeakedStack {
  readonly class: number
  readonly stack: number
  readonly base: number
  readonly head: number
  /** Probability of so many more than in the base if both leaked alike; 0 where the base has none: that is a proof. */
  readonly p: number
}

/**
 * Leaked goroutines at the last snapshot at rest that has the profile. `undefined` when the head's toolchain does not
 * offer it. base counts 0 where the base lacks it: a proof needs no comparison, only to know what is new.
 */
export function leakedStacks(window: Window, classes: Classes): LeakedStack[] | undefined {
  const head = lastCapture(window.head)
  if (head === undefined) return undefined
  const base = lastCapture(window.base)
  const counts = base === undefined ? standInCounts(window, classes) : countByClass(base, classes)
  const found: LeakedStack[] = []
  for (const [id, { count, stack }] of countByClass(head, classes)) {
    const known = counts.get(id)?.count ?? 0
    found.push({ class: id, stack, base: known, head: count, p: moreThan(known, count) })
  }
  return found.sort((a, b) => b.head - b.base - (a.head - a.base))
}

/**
 * A base recorded before the toolchain had the profile proves nothing about itself. Goroutines that wait at the same
 * place there stand in for it: else the change that brings a newer Go would be charged with every old leak.
 */
function standInCounts(window: Window, classes: Classes): Map<number, { count: number; stack: number }> {
  return countByClass(window.base.findLast((snapshot) => snapshot.goroutine !== undefined)?.goroutine, classes)
}

/** A race leaks now more, now less often: two counts of rare events, held against each other. */
function moreThan(base: number, head: number): number {
  return base === 0 ? 0 : binomialHalfTail(head, base + head)
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
  const named = ['goroutineleak', 'goroutine'].map((type) => sampleTypeIndex(profile, type))
  const type = named.find((index) => index !== -1) ?? 0
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
