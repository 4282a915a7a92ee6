import type { Fault } from './fault.ts'
import type { Lineage } from './lineage.ts'
import type { NoBaseline, PassedOver } from './select.ts'
import type { Baseline } from './stored.ts'

/** Where baselines are kept. */
export interface BaselineStore {
  /** The nearest usable ancestor. What cannot be had is told in the answer; nothing is thrown for it. */
  find(wanted: Wanted): Promise<Lookup>
  /** Keeps one; a UserError when that is not possible. */
  save(baseline: Baseline): Promise<void>
}

export interface Wanted {
  readonly key: string
  readonly lineage: Lineage
  /** The commit under test, which must not be its own baseline. */
  readonly excluded: string | undefined
}

export type Lookup = Found | Missing

/** Where it was found. */
export type StoredAt =
  | { readonly in: 'artifact'; readonly runId: number; readonly name: string }
  | { readonly in: 'branch'; readonly branch: string; readonly path: string }
  | { readonly in: 'folder'; readonly path: string }

export interface Found {
  readonly found: true
  readonly baseline: Baseline
  readonly kept: StoredAt
  /** Commits between the one wanted and this one. */
  readonly away: number
  readonly passedOver: readonly PassedOver[]
}

export interface Missing {
  readonly found: false
  readonly reason: NoBaseline | { readonly kind: 'unreachable'; readonly fault: Fault }
  readonly passedOver: readonly PassedOver[]
}
