import type { Collector } from '../diff/collector.ts'
import type { Doubt } from '../diff/doubts.ts'
import type { Estimate } from '../diff/estimate.ts'
import type { PastFigure } from '../diff/history.ts'
import type { Wait } from '../profile/wait.ts'
import type { Party } from './checkout.ts'
import type { FindingKind } from './kinds.ts'
import type { MetricName } from './metrics.ts'
import type { Origin } from './policy.ts'

export type Outcome = 'fail' | 'warn' | 'unclear' | 'ok' | 'not-judged'

/** What became of one metric of one service: a row of the table. */
export interface Judgement {
  readonly metric: MetricName
  readonly base: number | undefined
  readonly head: number | undefined
  readonly growth: Estimate | undefined
  /** Growth of stacks that the policy accepts, which `growth` leaves out. */
  readonly accepted?: number
  /** The limit that decided; where all are kept, the strictest one there is. */
  readonly limit: AppliedLimit | undefined
  readonly outcome: Outcome
  /** The earlier recording that decided, of a limit that says since. */
  readonly past?: PastFigure
}

export interface AppliedLimit {
  readonly level: 'warn' | 'fail'
  readonly text: string
  readonly origin: Origin
}

/** A frame with what the checkout knows about it. */
export interface Place {
  readonly function: string
  /** As the profile names it. */
  readonly file: string
  readonly line: number
  readonly party: Party
  /** Path inside the checkout. */
  readonly path: string | undefined
  /** Source text of the line. */
  readonly text: string | undefined
  /** Whether the change under test touched the line. */
  readonly changed: boolean | undefined
  /** The lines before and after it, itself among them; of the line to fix only, where its file is there. */
  readonly around?: SourceLines
}

/** Consecutive lines of a file, as they are written. */
export interface SourceLines {
  /** Number of the first, from 1. */
  readonly first: number
  readonly lines: readonly string[]
}

/** Growth of one stack that supports a finding. */
export interface Evidence {
  readonly metric: MetricName
  readonly base: number
  readonly head: number
  readonly growth: Estimate
  /** Growth per operation and per hour; undefined where nobody counted or the times are unknown. */
  readonly perOperation: number | undefined
  readonly perHour: number | undefined
  /** At every snapshot at rest, warm-up included. */
  readonly series: { readonly base: readonly number[]; readonly head: readonly number[] }
  readonly limit: AppliedLimit | undefined
  readonly outcome: Outcome
  /** What stands for the base, where that is an earlier recording. */
  readonly past?: PastFigure
  readonly wait: Wait | undefined
  /** Leaf first. */
  readonly stack: readonly Place[]
}

/** A line that accounts for a part of a figure's growth over the base. */
export interface Contribution {
  /** The user's frame nearest the leaf; the leaf where none is theirs. */
  readonly place: Place
  /** Head − base of this line, in the metric's unit; the interval is the sampling error. */
  readonly growth: Estimate
  /** Of the figure's growth: 0.5 is half of it. */
  readonly share: number
  /** The stack of the line that grew most, leaf first. */
  readonly stack: readonly Place[]
}

/**
 * What allocates more per operation (`alloc.bytes`, `alloc.objects`), holds more at rest (`heap.inuse`, `heap.objects`), or
 * may be what grows (`heap.growth`, where no line is proven to).
 */
export interface Contributors {
  readonly metric: MetricName
  /** Of the whole service: what the shares are of. */
  readonly growth: number
  /** Largest first. */
  readonly lines: readonly Contribution[]
}

/**
 * Why the collector has more to do: more is allocated; the live heap is smaller and its goal nearer; the live heap is
 * larger and leaves less room or more to mark; the goal is nearer for the same live heap (GOGC, GOMEMLIMIT); the base has
 * as much to do; or none of these explains it.
 */
export type CollectorCause = 'allocation' | 'smaller-heap' | 'larger-heap' | 'goal' | 'as-base' | 'unexplained'

export interface CollectorFacts extends Collector {
  readonly cause: CollectorCause
}

/** How sure the named cause is: read off the stack, fits the stack, or the best there is. */
export type Confidence = 'certain' | 'likely' | 'possible'

/** A place that leaks, with everything that points at it; or a figure over its limit that no place explains. */
export interface Finding {
  readonly kind: FindingKind
  readonly level: 'fail' | 'warn' | 'note'
  readonly confidence: Confidence
  /** The line to fix; undefined for a figure of the whole service. */
  readonly culprit: Place | undefined
  /** The `go` statement that started the goroutines, where a dump tells. */
  readonly startedAt: Place | undefined
  /** Module that grows, for growth inside a dependency. */
  readonly dependency: string | undefined
  /** What the finding amounts to: goroutines of its own stack, or all heap that grew because of it. */
  readonly total: Pick<Evidence, 'metric' | 'growth' | 'perOperation' | 'perHour'>
  /** The stack that names the finding first, then goroutines before heap and larger before smaller. */
  readonly evidence: readonly Evidence[]
  /** The lines behind a figure of the whole service, where profiles tell. */
  readonly contributors?: Contributors
  /** Of findings about the garbage collector. */
  readonly collector?: CollectorFacts
  /** Why it does not count, where an ignore entry accepts it. */
  readonly ignored: IgnoredBy | undefined
}

export interface IgnoredBy {
  readonly reason: string
  readonly expires: string | undefined
  readonly origin: Origin
}

export type Verdict = 'pass' | 'warn' | 'fail' | 'inconclusive' | 'seeding'

/** Everything decided about one service. */
export interface ServiceJudgement {
  readonly service: string
  readonly verdict: Verdict
  readonly judgements: readonly Judgement[]
  /** Worst first. */
  readonly findings: readonly Finding[]
  /** Stacks that grew and are accepted. */
  readonly ignored: readonly Finding[]
  readonly doubts: readonly Doubt[]
}
