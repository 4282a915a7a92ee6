import type { FormatError } from '../../errors.ts'
import { decodeText, TextLines } from '../text/lines.ts'
import { memStatsOf } from './fields.ts'
import type { MemStats } from './memstats.ts'
import { readSeries, type Series } from './prometheus-series.ts'

/** What a service exposes at /metrics. */
export interface PrometheusText {
  readonly memstats: MemStats
  /**
   * Sum of all series of that name whose labels include the given ones; undefined where there is none. Series that are
   * NaN or infinite are left out.
   */
  counter(name: string, labels?: Record<string, string>): number | undefined
}

/** Bounds memory; the largest services expose some hundred thousand. */
const MAX_SERIES = 1_000_000
const HINT = 'Register collectors.NewGoCollector() in the service.'

/**
 * Reads the Prometheus text format 0.0.4, and of 1.0.0 and OpenMetrics what programs print
 * (https://prometheus.io/docs/instrumenting/exposition_formats/); go_* metrics as client_golang names them. Sizes in
 * bytes; seconds become nanoseconds. pauseNs is the longest recent pause, the only one the form tells. Throws
 * FormatError with the line for lines that are not the form, for a cut last line, and where go_memstats_heap_alloc_bytes
 * is missing or belongs to more than one process.
 */
export function parsePrometheusText(source: string, text: string | Uint8Array): PrometheusText {
  const lines = new TextLines(source, decodeText(source, text))
  const exposition = new Exposition(lines)
  return {
    memstats: readMemStats(source, exposition),
    counter: (name, labels = {}) => sum(exposition.series(name, labels)),
  }
}

function sum(series: readonly Series[]): number | undefined {
  const values = series.map(({ value }) => value).filter(Number.isFinite)
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)
}

function readMemStats(source: string, metrics: Exposition): MemStats {
  const heapAlloc = metrics.figure('go_memstats_heap_alloc_bytes') ?? metrics.figure('go_memstats_alloc_bytes')
  if (heapAlloc === undefined) throw metrics.expected('go_memstats_heap_alloc_bytes', HINT)
  return memStatsOf({
    source,
    heapAlloc,
    heapSys: metrics.figure('go_memstats_heap_sys_bytes'),
    heapIdle: metrics.figure('go_memstats_heap_idle_bytes'),
    heapInuse: metrics.figure('go_memstats_heap_inuse_bytes'),
    heapReleased: metrics.figure('go_memstats_heap_released_bytes'),
    heapObjects: metrics.figure('go_memstats_heap_objects'),
    stackInuse: metrics.figure('go_memstats_stack_inuse_bytes'),
    totalAlloc: metrics.figure('go_memstats_alloc_bytes_total'),
    mallocs: metrics.figure('go_memstats_mallocs_total'),
    frees: metrics.figure('go_memstats_frees_total'),
    sys: metrics.figure('go_memstats_sys_bytes'),
    nextGC: metrics.figure('go_memstats_next_gc_bytes'),
    lastGC: nanoseconds(metrics.figure('go_memstats_last_gc_time_seconds')),
    numGC: metrics.figure('go_gc_duration_seconds_count'),
    numForcedGC: undefined,
    gcCPUFraction: metrics.figure('go_memstats_gc_cpu_fraction'),
    pauseTotalNs: nanoseconds(metrics.figure('go_gc_duration_seconds_sum')),
    pauseNs: longestPause(metrics),
    pauseEnd: undefined,
    maxRSS: undefined,
    goroutines: metrics.figure('go_goroutines'),
    goVersion: metrics.series('go_info', {})[0]?.labels.get('version'),
  })
}

/** Before the first GC the quantile is 0 or NaN, which is no pause. */
function longestPause(metrics: Exposition): number[] | undefined {
  if (metrics.figure('go_gc_duration_seconds_count') === 0) return []
  // OpenMetrics writes 1.0.
  const seconds = ['1', '1.0'].map((quantile) => metrics.figure('go_gc_duration_seconds', { quantile }))
  const longest = nanoseconds(seconds.find((value) => value !== undefined))
  return longest === undefined ? undefined : [longest]
}

function nanoseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1e9)
}

/** All series of a text. */
class Exposition {
  readonly #lines: TextLines
  readonly #named = new Map<string, Series[]>()

  constructor(lines: TextLines) {
    this.#lines = lines
    let count = 0
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      // HELP and TYPE are comments as well, and nothing here depends on a metric's type.
      if (/^[ \t]*(?:#|$)/.test(line)) continue
      if (++count > MAX_SERIES) throw lines.expected(`at most ${MAX_SERIES} series`)
      this.#add(readSeries(lines, line))
    }
  }

  series(name: string, labels: Record<string, string>): Series[] {
    const wanted = Object.entries(labels)
    const all = this.#named.get(name) ?? []
    return all.filter((series) => wanted.every(([key, value]) => series.labels.get(key) === value))
  }

  /** The one value of that name; undefined where there is none or where it is no number from 0 up. */
  figure(name: string, labels: Record<string, string> = {}): number | undefined {
    const [series, other] = this.series(name, labels)
    if (other !== undefined) {
      const again = new TextLines(this.#lines.source, '', other.line)
      throw again.expected(`${name} of one process, found a second one`)
    }
    return series !== undefined && Number.isFinite(series.value) && series.value >= 0 ? series.value : undefined
  }

  /** Error at the end of the text. */
  expected(what: string, hint: string): FormatError {
    return this.#lines.expected(what, hint)
  }

  #add(series: Series): void {
    const known = this.#named.get(series.name)
    if (known === undefined) this.#named.set(series.name, [series])
    else known.push(series)
  }
}
