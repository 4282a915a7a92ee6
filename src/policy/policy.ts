import type { Since } from '../diff/history.ts'
import type { MetricName } from './metrics.ts'

/** What the user allows. Every value remembers where it was written. */
export interface Policy {
  readonly preset: PresetName
  /** False for the `watch` preset: findings are reported, the verdict is WARN at worst. */
  readonly gates: boolean
  /** What an INCONCLUSIVE verdict does to the build. */
  readonly inconclusive: 'fail' | 'pass'
  readonly limits: Limits
  /** Limits for the stacks that pass through matching functions; first match wins. */
  readonly rules: readonly Rule[]
  /** Limits by service name, over `limits`. */
  readonly services: Readonly<Record<string, Limits>>
  readonly ignore: readonly Ignore[]
  /** Where the repository's own policy was written, the last that was read; undefined where there is none. */
  readonly own: PolicySource | undefined
}

export interface PolicySource {
  /** Path of the file, or the name of the input that holds the text. */
  readonly source: string
  readonly isFile: boolean
}

export type PresetName = 'recommended' | 'strict' | 'watch'

export type Limits = Partial<Readonly<Record<MetricName, Limit>>>

export interface Limit {
  readonly warn?: Condition
  readonly fail?: Condition
  readonly origin: Origin
}

/** Broken when any alternative is; an alternative is broken when all its clauses are. */
export interface Condition {
  /** As the user wrote it. */
  readonly text: string
  readonly alternatives: readonly (readonly Clause[])[]
}

/**
 * One comparison; values in the metric's unit (bytes, count, nanoseconds, ratio 0 to 1).
 * `percent` 5 is `+5%` of the base; `cap` bounds the head's figure itself; `new` bounds stacks the base lacks. With
 * `since` an earlier recording on the base's branch takes the place of the base.
 */
export type Clause =
  | { readonly kind: 'percent'; readonly value: number; readonly since?: Since }
  | { readonly kind: 'growth'; readonly value: number; readonly since?: Since }
  | { readonly kind: 'cap'; readonly value: number }
  | { readonly kind: 'per-operation'; readonly value: number }
  | { readonly kind: 'per-hour'; readonly value: number }
  | { readonly kind: 'new'; readonly value: number }

export interface Rule {
  readonly function: RegExp
  readonly limits: Limits
  readonly origin: Origin
}

/** Accepted stacks, in goleak's words. Growth beyond `max` still counts. */
export interface Ignore {
  /** `top`: the leaf-most function that is not the runtime's; `any`: some function of the stack. */
  readonly match: { readonly where: 'top' | 'any' | 'created-by'; readonly name: string | RegExp }
  readonly reason: string
  readonly max: IgnoreMax | undefined
  /** Last day the entry holds, UTC, `2027-03-01`. */
  readonly expires: string | undefined
  readonly origin: Origin
}

/** What an entry accepts of one stack. With a bound for one of the two, it accepts nothing of the other. */
export interface IgnoreMax {
  readonly goroutines?: number
  readonly bytes?: number
}

/** Where a value was written: a preset, or a place in the user's text (line and column from 1). */
export type Origin =
  | { readonly kind: 'preset'; readonly name: PresetName }
  | { readonly kind: 'text'; readonly source: string; readonly line: number; readonly column: number }
  | { readonly kind: 'built-in' }
