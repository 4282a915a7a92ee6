/** What /debug/pprof/goroutine?debug=2 (or debug=1) says: stacks as text, with state and origin. */
export interface GoroutineDump {
  /** Where it came from, for messages. */
  readonly source: string
  readonly form: 'debug=1' | 'debug=2'
  readonly groups: readonly GoroutineGroup[]
  /** All goroutines; in debug=1 the header's total. */
  readonly total: number
}

/** Goroutines that share stack, state and origin. */
export interface GoroutineGroup {
  readonly count: number
  /** Wait reason as printed, e.g. `chan receive`, `select`, `IO wait`, `chan send (nil chan)`; empty in debug=1. */
  readonly state: string
  /** Longest wait in the group in whole minutes; 0 where none is printed. */
  readonly waitMinutes: number
  /** True when every goroutine of the group carries the runtime's `(leaked)` mark. */
  readonly leaked: boolean
  readonly lockedToThread: boolean
  /** Leaf first. debug=2 leaves runtime frames out. */
  readonly frames: readonly TextFrame[]
  /** The `go` statement that started them, debug=2 only. */
  readonly createdBy: TextFrame | undefined
  /** pprof labels (debug=1, and debug=2 from Go 1.27 on). */
  readonly labels: Readonly<Record<string, string>>
}

export interface TextFrame {
  /** Symbol as pprof prints it, e.g. `net/http.(*conn).serve`. */
  readonly function: string
  readonly file: string
  readonly line: number
}
