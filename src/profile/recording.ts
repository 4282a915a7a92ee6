import type { Folded } from './fold.ts'
import type { GoroutineDump } from './goroutine/dump.ts'
import type { MemStats } from './memstats/memstats.ts'
import type { RecordedDoubt } from './recorded-doubt.ts'
import type { Stacks } from './stacks.ts'

/** The snapshots of one service over one load, and how they were taken. */
export interface Recording {
  readonly service: string
  /** Folder or file it was read from, for messages. */
  readonly source: string
  /** e.g. `go1.26.8`; undefined where nothing says so. */
  readonly goVersion: string | undefined
  /** Environment that changes what is measured: GOGC, GODEBUG, GOMAXPROCS. */
  readonly settings: Readonly<Record<string, string>>
  readonly load: Load | undefined
  /** Frames and stacks of every profile below; the same object for both sides of a comparison. */
  readonly stacks: Stacks
  /** In the order they were taken. */
  readonly snapshots: readonly Snapshot[]
  /** What was recorded, where the recorder knew. */
  readonly commit: string | undefined
  /** The same load again, each in a fresh process: what confirms a failure before it stops the build. */
  readonly again?: readonly Recording[]
  /** What the recorder saw go wrong; undefined for recordings made by other means. */
  readonly doubts?: readonly RecordedDoubt[]
}

export interface Load {
  readonly rounds: number
  /** All operations of the load; undefined where nobody counted. */
  readonly operations: number | undefined
}

/**
 * `rest`: after a round, quiet, two GCs, the snapshot that is judged. `load`: while the load ran.
 * `single`: a lone profile of unknown circumstances.
 */
export type Phase = 'rest' | 'load' | 'single'

/** The profiles of one service at one moment. */
export interface Snapshot {
  readonly round: number | undefined
  readonly phase: Phase
  /** Milliseconds since 1970; 0 where unknown. */
  readonly time: number
  /** Operations done since the service started; undefined where nobody counted. */
  readonly operations: number | undefined
  readonly heap: Folded | undefined
  readonly allocs: Folded | undefined
  readonly goroutine: Folded | undefined
  /** All captures of the goroutineleak profile, united: single captures can miss some. */
  readonly goroutineleak: Folded | undefined
  readonly memstats: MemStats | undefined
  readonly dump: GoroutineDump | undefined
  /** Profiles of other kinds (cpu, block, mutex), kept but not judged. */
  readonly other: readonly Folded[]
}
