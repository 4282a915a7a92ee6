/** Figures of runtime.MemStats: counters and sizes in bytes unless said. A field is undefined where the form lacks it. */
export interface MemStats {
  /** Where it came from, for messages. */
  readonly source: string
  /** Live heap bytes. After a forced GC: what is reachable. */
  readonly heapAlloc: number
  readonly heapSys?: number
  readonly heapIdle?: number
  readonly heapInuse?: number
  readonly heapReleased?: number
  /** Live objects. */
  readonly heapObjects?: number
  readonly stackInuse?: number
  /** Cumulative bytes allocated since the process started. */
  readonly totalAlloc?: number
  readonly mallocs?: number
  readonly frees?: number
  /** Bytes obtained from the operating system. */
  readonly sys?: number
  readonly nextGC?: number
  /** Nanoseconds since 1970 of the last GC's end. */
  readonly lastGC?: number
  readonly numGC?: number
  readonly numForcedGC?: number
  /** Fraction of CPU time since start spent in GC, 0 to 1. */
  readonly gcCPUFraction?: number
  readonly pauseTotalNs?: number
  /** Recent stop-the-world pauses in nanoseconds, newest first; at most 256. */
  readonly pauseNs?: readonly number[]
  /** End of each pause of pauseNs, nanoseconds since 1970. */
  readonly pauseEnd?: readonly number[]
  /** Peak resident set in bytes, where the platform reports it. */
  readonly maxRSS?: number
  /** Goroutines, where the form carries them (Prometheus, expvar); MemStats itself does not. */
  readonly goroutines?: number
  /** Go version, where the form carries it (`go_info` of Prometheus). */
  readonly goVersion?: string
}
