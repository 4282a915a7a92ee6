import type { MemStats } from '../../profile/memstats/memstats.ts'
import type { RecordedDoubt } from '../../profile/recorded-doubt.ts'
import { EMPTY, type Taken } from './snapshot.ts'

/** What identifies the process that answered; fields nobody could tell are undefined. */
export interface Identity {
  readonly buildId: string | undefined
  /** Start time of the process, in whatever unit the source has. */
  readonly started: string | undefined
}

/** Profiles without which a round cannot be judged. */
const JUDGED = new Set(['heap', 'memstats', 'goroutine', 'goroutineleak'])

/** Compares each snapshot of a service with the one before it and tells what is wrong. */
export class Watch {
  #last: Taken | undefined
  #identity: Identity | undefined

  /** `collected`: the snapshot was preceded by garbage collections that must show in the counters. */
  check(round: number, taken: Taken, identity: Identity, collected: number): RecordedDoubt[] {
    const doubts = [...failures(round, taken)]
    const changed = this.#otherProcess(round, taken, identity)
    if (changed !== undefined) doubts.push(changed)
    else doubts.push(...this.#stale(round, taken, collected))
    if (taken.heap?.samples.count === 0) doubts.push({ kind: 'empty-profile', profile: 'heap', round })
    if (taken.goroutines === 0) doubts.push({ kind: 'empty-profile', profile: 'goroutine', round })
    this.#last = taken
    this.#identity = { buildId: identity.buildId ?? this.#identity?.buildId, started: identity.started }
    return doubts
  }

  #otherProcess(round: number, { memstats }: Taken, identity: Identity): RecordedDoubt | undefined {
    const [before, now] = [this.#identity, identity]
    const differs = (a: string | undefined, b: string | undefined): boolean =>
      a !== undefined && b !== undefined && a !== b
    if (differs(before?.buildId, now.buildId)) return { kind: 'process-changed', round, sign: 'build id' }
    if (differs(before?.started, now.started)) return { kind: 'process-changed', round, sign: 'start time' }
    if (fell(this.#last?.memstats, memstats)) return { kind: 'process-changed', round, sign: 'counters' }
    return undefined
  }

  #stale(round: number, { memstats, heap }: Taken, collected: number): RecordedDoubt[] {
    const [before, last] = [this.#last?.memstats, this.#last]
    const doubts: RecordedDoubt[] = []
    if (before !== undefined && memstats !== undefined) {
      // A collection that starts by itself just then stands in for the one asked for, and is not counted as forced. Of
      // two at rest one is; under load, any will do.
      const counter = collected > 1 ? 'numForcedGC' : 'numGC'
      const grown = (memstats[counter] ?? 0) - (before[counter] ?? 0)
      // Answering allocates: counters that stand still are a copy of an old answer.
      if (memstats.mallocs === before.mallocs && memstats.totalAlloc === before.totalAlloc) {
        doubts.push({ kind: 'stale-profile', profile: 'memstats', round, sign: 'counters' })
      } else if (memstats[counter] !== undefined && grown < Math.min(1, collected)) {
        doubts.push({ kind: 'stale-profile', profile: 'heap', round, sign: 'gc' })
      }
    }
    if (heap !== undefined && last?.heap !== undefined && heap.timeNanos !== 0n) {
      if (heap.timeNanos === last.heap.timeNanos) {
        doubts.push({ kind: 'stale-profile', profile: 'heap', round, sign: 'time' })
      }
    }
    return doubts
  }
}

function failures(round: number, taken: Taken): RecordedDoubt[] {
  return taken.failures
    .filter(({ profile, trouble }) => trouble.reason === 'gone' || JUDGED.has(profile))
    .filter(({ trouble }) => trouble.reason !== 'stopped')
    .map(({ profile, trouble }): RecordedDoubt => {
      if (trouble.reason === 'gone') return { kind: 'service-died', round, reason: trouble.message }
      if (trouble.message === EMPTY) return { kind: 'empty-profile', profile, round }
      return { kind: 'fetch-failed', profile, round, reason: trouble.message }
    })
}

/** Counters that only rise within one process. */
function fell(before: MemStats | undefined, now: MemStats | undefined): boolean {
  if (before === undefined || now === undefined) return false
  const counters = ['totalAlloc', 'mallocs', 'numGC', 'numForcedGC'] as const
  return counters.some((name) => (now[name] ?? Number.POSITIVE_INFINITY) < (before[name] ?? 0))
}
