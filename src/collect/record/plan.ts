import type { Command } from './command.ts'
import type { EvidenceKind } from './evidence.ts'
import type { Expectation } from './expect.ts'
import type { OperationsSource } from './operations.ts'
import type { Target } from './target.ts'

/** All that a recording needs to know; what users write is checked where it is read. Times in milliseconds. */
export interface RecordPlan {
  readonly targets: readonly Target[]
  readonly headers: Readonly<Record<string, string>>
  /** Where the recordings go, a folder per service. */
  readonly folder: string
  /** undefined: something else makes the load, and it is recorded until stopped. */
  readonly load: Command | undefined
  /** Rounds of load, or slices of the one load when `duration` is given. */
  readonly rounds: number
  /** The load runs once, and its rounds end where it says so itself, or where it pauses. */
  readonly ends: 'marks' | 'gaps' | undefined
  /** The load is one long one that runs this long; cut into slices of time. */
  readonly duration: number | undefined
  /** Starts the service; undefined when it runs already. */
  readonly start: string | undefined
  /** The whole again in fresh processes; needs `start`. */
  readonly runs: number
  readonly operations: OperationsSource | undefined
  readonly expect: readonly Expectation[]
  readonly evidence: readonly EvidenceKind[]
  /** Between two samples while the load runs. */
  readonly interval: number
  /** Length of a slice of a load that nobody says the duration of. */
  readonly slice: number
  /** For a service to answer. */
  readonly patience: number
  /** For goroutines to settle after a round, at most. */
  readonly settle: number
  /** Between two looks at whether they have. */
  readonly poll: number
  /** After this, recording ends whatever still runs. */
  readonly maxDuration: number
  readonly commit: string | undefined
}

export const DEFAULTS = {
  rounds: 10,
  runs: 1,
  /** A sample is some milliseconds of the service's work: measured by experiments/recorder-cost.ts. */
  interval: 5000,
  slice: 10_000,
  /** With `start` twice as long. */
  patience: 30_000,
  settle: 15_000,
  poll: 100,
  maxDuration: 60 * 60_000,
} as const
