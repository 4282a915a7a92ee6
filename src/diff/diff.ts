import type { Recording } from '../profile/recording.ts'
import type { Stacks } from '../profile/stacks.ts'
import { Classes } from './classes.ts'
import { type Doubt, doubtsOf } from './doubts.ts'
import { type GoroutineGrowth, goroutineGrowth } from './goroutines.ts'
import { type HeapGrowth, heapGrowth } from './heap.ts'
import { type LeakedStack, leakedStacks } from './leaked.ts'
import type { Levels } from './level.ts'
import { levelsOf } from './levels.ts'
import { judgedWindow, type Window } from './window.ts'

/** All that is true of one service's base and head, before any limit. */
export interface ServiceDiff {
  readonly service: string
  readonly base: Recording | undefined
  readonly head: Recording
  readonly stacks: Stacks
  readonly window: Window
  readonly levels: Levels
  readonly goroutineClasses: Classes
  readonly heapClasses: Classes
  readonly goroutines: readonly GoroutineGrowth[]
  /** Largest growth first. */
  readonly heap: readonly HeapGrowth[]
  /** undefined where the head's toolchain has no goroutineleak profile. */
  readonly leaked: readonly LeakedStack[] | undefined
  readonly doubts: readonly Doubt[]
}

/** Both recordings must share their Stacks. */
export function diffService(base: Recording | undefined, head: Recording): ServiceDiff {
  const window = judgedWindow(base, head)
  const goroutineClasses = new Classes(head.stacks, 'goroutine')
  const heapClasses = new Classes(head.stacks, 'heap')
  return {
    service: head.service,
    base,
    head,
    stacks: head.stacks,
    window,
    levels: levelsOf(window),
    goroutineClasses,
    heapClasses,
    goroutines: goroutineGrowth(window, goroutineClasses),
    heap: heapGrowth(window, heapClasses),
    leaked: leakedStacks(window, goroutineClasses),
    doubts: doubtsOf(base, head, window),
  }
}
