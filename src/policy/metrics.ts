/** What a value of the metric counts. */
export type Unit = 'bytes' | 'count' | 'nanoseconds' | 'ratio'

/**
 * What a limit of the metric may speak about:
 * - `level`: the figure at rest at the end of the load, head against base (`+10%`, `+4MiB`, `512MiB`)
 * - `growth`: what was added within the run after warm-up, head minus base (`+5%`, `+64KiB`, `1KiB/op`, `20MiB/h`)
 * - `new`: stacks that the base does not have (`0 new`)
 */
export type Kind = 'level' | 'growth' | 'new'

export interface Metric {
  readonly unit: Unit
  readonly kind: Kind
  /** `stack` metrics are judged stack by stack, `service` metrics once per service. */
  readonly scope: 'service' | 'stack'
  readonly title: string
  /** Where the figure is read. */
  readonly from: string
  /** How exact it is. */
  readonly exactness: string
}

/** Every metric a policy can limit. The table in the docs is checked against this one. */
export const METRICS = {
  'goroutines.leaked': {
    unit: 'count',
    kind: 'new',
    scope: 'stack',
    title: 'Goroutines proven leaked',
    from: 'goroutineleak profile',
    exactness: 'proof by the Go runtime, no false alarms',
  },
  'goroutines.growth': {
    unit: 'count',
    kind: 'growth',
    scope: 'stack',
    title: 'Goroutine growth of one stack',
    from: 'goroutine profile after each round',
    exactness: 'exact count; trend tested over the rounds',
  },
  goroutines: {
    unit: 'count',
    kind: 'level',
    scope: 'service',
    title: 'Goroutines at rest',
    from: 'goroutine profile',
    exactness: 'exact count',
  },
  'heap.growth': {
    unit: 'bytes',
    kind: 'growth',
    scope: 'service',
    title: 'Heap growth',
    from: 'MemStats HeapAlloc after GC, each round',
    exactness: 'exact bytes; trend tested over the rounds',
  },
  'heap.growth.stack': {
    unit: 'bytes',
    kind: 'growth',
    scope: 'stack',
    title: 'Heap growth of one stack',
    from: 'heap profile after GC, each round',
    exactness: 'sampled; exact test on the sample counts',
  },
  'heap.inuse': {
    unit: 'bytes',
    kind: 'level',
    scope: 'service',
    title: 'Heap in use after GC',
    from: 'MemStats HeapAlloc after GC',
    exactness: 'exact bytes',
  },
  'heap.objects': {
    unit: 'count',
    kind: 'level',
    scope: 'service',
    title: 'Heap objects',
    from: 'MemStats HeapObjects after GC',
    exactness: 'exact count',
  },
  'heap.sys': {
    unit: 'bytes',
    kind: 'level',
    scope: 'service',
    title: 'Heap memory from the system',
    from: 'MemStats HeapSys',
    exactness: 'exact bytes, depends on GC timing',
  },
  'stack.inuse': {
    unit: 'bytes',
    kind: 'level',
    scope: 'service',
    title: 'Goroutine stack memory',
    from: 'MemStats StackInuse',
    exactness: 'exact bytes',
  },
  'alloc.bytes': {
    unit: 'bytes',
    kind: 'level',
    scope: 'service',
    title: 'Bytes allocated per operation',
    from: 'MemStats TotalAlloc over the operations',
    exactness: 'exact bytes, includes the profile requests',
  },
  'alloc.objects': {
    unit: 'count',
    kind: 'level',
    scope: 'service',
    title: 'Objects allocated per operation',
    from: 'MemStats Mallocs over the operations',
    exactness: 'exact count, includes the profile requests',
  },
  'gc.count': {
    unit: 'count',
    kind: 'level',
    scope: 'service',
    title: 'GC cycles during the load',
    from: 'MemStats NumGC without forced ones',
    exactness: 'exact count',
  },
  'gc.pause.max': {
    unit: 'nanoseconds',
    kind: 'level',
    scope: 'service',
    title: 'Longest GC pause',
    from: 'MemStats PauseNs',
    exactness: 'exact, the last 256 pauses before each snapshot',
  },
  'gc.pause.p90': {
    unit: 'nanoseconds',
    kind: 'level',
    scope: 'service',
    title: 'GC pause, 90th percentile',
    from: 'MemStats PauseNs',
    exactness: 'exact, the last 256 pauses before each snapshot',
  },
  'gc.pause.p99': {
    unit: 'nanoseconds',
    kind: 'level',
    scope: 'service',
    title: 'GC pause, 99th percentile',
    from: 'MemStats PauseNs',
    exactness: 'exact, the last 256 pauses before each snapshot',
  },
  'gc.cpu': {
    unit: 'ratio',
    kind: 'level',
    scope: 'service',
    title: 'CPU time spent in GC',
    from: 'MemStats GCCPUFraction',
    exactness: 'since process start',
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[]
