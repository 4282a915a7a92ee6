import { parse } from '../../profile/parse.ts'
import type { Phase } from '../../profile/recording.ts'
import type { Endpoint } from './endpoint.ts'
import { goVersionOf } from './go-version.ts'
import { type OperationsSource, readCounter } from './operations.ts'
import { type LocalProcess, listenerOf, settingsOf } from './process.ts'
import type { Progress } from './progress.ts'
import { type Settled, settle } from './settle.ts'
import { type Detail, takeSnapshot, UNDER_LOAD, withoutRecords } from './snapshot.ts'
import { Watch } from './watch.ts'
import type { RecordingWriter } from './writer.ts'

/** What one service is recorded with: its endpoint, its recording, and what is known of it so far. */
export class Session {
  readonly endpoint: Endpoint
  readonly writer: RecordingWriter
  readonly #progress: Progress
  readonly #watch = new Watch()
  readonly #planned: number
  #operations: number | undefined
  #counterAtStart: number | undefined
  #listener: LocalProcess | undefined
  #loadSamples = 0
  #unsettled = 0
  #goroutines: number | undefined
  #heap: number | undefined
  #sampleCost: number | undefined

  constructor(endpoint: Endpoint, writer: RecordingWriter, planned: number, progress: Progress) {
    this.endpoint = endpoint
    this.writer = writer
    this.#planned = planned
    this.#progress = progress
    this.#listener = listenerOf(endpoint.target.address)
    if (this.#listener !== undefined) writer.describe(goVersionOf(this.#listener.pid), settingsOf(this.#listener.pid))
  }

  get name(): string {
    return this.endpoint.target.name
  }

  /** Takes and stores a snapshot that is judged; false when nothing could be had. */
  async take(round: number, phase: Phase, detail: Detail, signal?: AbortSignal): Promise<boolean> {
    const taken = await takeSnapshot(this.endpoint, detail, { signal })
    this.#listener = listenerOf(this.endpoint.target.address, this.#listener)
    const identity = {
      buildId: taken.heap?.mappings[0]?.buildId || undefined,
      started: this.#listener && `${this.#listener.pid} ${this.#listener.started}`,
    }
    for (const doubt of this.#watch.check(round, taken, identity, detail.collections)) this.writer.addDoubt(doubt)
    if (taken.hasLeakProfile === false) this.writer.setAbsent('goroutineleak')
    // Cut off in the middle: half a snapshot would be judged as if it were whole.
    if (taken.pieces.length === 0 || taken.failures.some(({ trouble }) => trouble.reason === 'stopped')) return false
    const directory = String(round).padStart(2, '0')
    this.writer.addSnapshot(directory, { round, phase, time: taken.time, operations: this.#operations }, taken.pieces)
    this.#tell(round, phase, taken.memstats?.heapAlloc, taken.goroutines)
    return true
  }

  /** A sample while the load runs; failures are left to the snapshot that follows. */
  async sampleLoad(round: number, signal: AbortSignal): Promise<void> {
    const taken = await takeSnapshot(this.endpoint, UNDER_LOAD, { signal, timeout: 10_000 })
    if (taken.pieces.length === 0 || taken.failures.length > 0) return
    const directory = `load/${String(++this.#loadSamples).padStart(4, '0')}`
    this.writer.addSnapshot(directory, { round, phase: 'load', time: taken.time, operations: undefined }, taken.pieces)
    this.#tell(round, 'load', taken.memstats?.heapAlloc, taken.goroutines)
  }

  /** Snapshots that are judged. */
  get judged(): number {
    return this.writer.snapshots - this.#loadSamples
  }

  get loadSamples(): number {
    return this.#loadSamples
  }

  /** At the last snapshot: live heap in bytes. */
  get heap(): number | undefined {
    return this.#heap
  }

  /** At the last snapshot. */
  get goroutines(): number | undefined {
    return this.#goroutines
  }

  async rest(wait: { readonly most: number; readonly poll: number }, signal: AbortSignal): Promise<Settled> {
    const settled = await settle(this.endpoint, wait, signal)
    if (settled.goroutines !== undefined && !settled.quiet && !signal.aborted) this.#unsettled++
    return settled
  }

  /** How much more than a mark a sample allocates: needed to know a load that did nothing. */
  async calibrate(signal: AbortSignal): Promise<void> {
    // The first ones allocate more: the runtime looks names up that it keeps.
    for (let i = 0; i < 3; i++) await this.mark(signal)
    const { at, own } = await this.markCosts(signal)
    await takeSnapshot(this.endpoint, UNDER_LOAD, { signal })
    const after = await this.mark(signal)
    if (at !== undefined && own !== undefined && after !== undefined) this.#sampleCost = Math.max(0, after - at - own)
  }

  /**
   * Marks right after each other: what one costs now, and where the load begins. Three, since a collection in between
   * adds records to the answer and so to its cost: the cheaper one counts.
   */
  async markCosts(signal: AbortSignal): Promise<Marks> {
    const first = await this.mark(signal)
    const second = await this.mark(signal)
    const at = await this.mark(signal)
    const known = first !== undefined && second !== undefined && at !== undefined
    return { at, own: known ? Math.min(second - first, at - second) : undefined }
  }

  /** Allocations of the service until now. */
  async mark(signal: AbortSignal): Promise<number | undefined> {
    try {
      const text = await this.endpoint.get('heap?debug=1', { timeout: 10_000, signal })
      const parsed = parse('heap?debug=1', withoutRecords(text))
      return parsed.form === 'memstats' ? parsed.memstats.mallocs : undefined
    } catch {
      return undefined
    }
  }

  /** Tells a load between two marks that allocated no more than the recorder's own requests do. */
  checkLoad(round: number, before: Marks, after: number | undefined, samples: number): void {
    const { at, own } = before
    if (at === undefined || own === undefined || after === undefined || this.#sampleCost === undefined) return
    const most = own * 1.1 + samples * this.#sampleCost * 1.02 + SLACK
    if (after - at <= most) this.writer.addDoubt({ kind: 'no-load', round, sign: 'allocations' })
  }

  async beginCount(source: OperationsSource | undefined): Promise<void> {
    if (source?.from === 'metric') this.#counterAtStart = await readCounter(this.endpoint, source)
  }

  /** Adds the operations of a round: `counted`, or what the service's own counter says. */
  async count(round: number, source: OperationsSource | undefined, counted: number | undefined): Promise<void> {
    if (source === undefined && counted === undefined) return
    const before = this.#operations ?? 0
    if (source?.from === 'metric') {
      this.#operations = (await readCounter(this.endpoint, source)) - (this.#counterAtStart ?? 0)
    } else if (counted !== undefined) this.#operations = before + counted
    if ((this.#operations ?? 0) <= before) this.writer.addDoubt({ kind: 'no-load', round, sign: 'operations' })
  }

  finish(): void {
    if (this.#unsettled > 0) {
      this.writer.addDoubt({ kind: 'unsettled', rounds: this.#unsettled, goroutines: this.#goroutines ?? 0 })
    }
    this.writer.finish()
  }

  #tell(round: number, phase: Phase, heap: number | undefined, goroutines: number | undefined): void {
    this.#goroutines = goroutines
    this.#heap = heap
    const { name: service } = this
    const { snapshots } = this.writer
    this.#progress.sampled({ service, phase, round, planned: this.#planned, snapshots, heap, goroutines })
  }
}

/** Allocations before a load: until then, and of one look at them. */
export interface Marks {
  readonly at: number | undefined
  readonly own: number | undefined
}

/** Allocations that come and go by chance: timers, the scheduler, a map that grows. */
const SLACK = 100
