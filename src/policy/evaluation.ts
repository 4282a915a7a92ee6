import type { GoroutineGrowth } from '../diff/goroutines.ts'
import type { HeapGrowth } from '../diff/heap.ts'
import type { LeakedStack } from '../diff/leaked.ts'
import type { Judgement } from './finding.ts'
import type { IgnoreMatch } from './ignored.ts'
import type { Ruling } from './limits.ts'

/** A stack over its limit, or accepted. */
export interface Breach<T> {
  readonly growth: T
  readonly ruling: Ruling
  readonly ignored: IgnoreMatch | undefined
}

/** What the limits say about one service. */
export interface Evaluation {
  readonly judgements: readonly Judgement[]
  readonly leaked: readonly Breach<LeakedStack>[]
  readonly goroutines: readonly Breach<GoroutineGrowth>[]
  readonly heap: readonly Breach<HeapGrowth>[]
}
