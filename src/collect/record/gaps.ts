import { setTimeout as sleep } from 'node:timers/promises'
import type { Marks, Session } from './session.ts'

/** Between two looks, of three marks each. */
const POLL = 1000
/** A gap is so many looks in a row that found nothing done. */
const IDLE_LOOKS = 2
/** Of the busiest second seen: what timers and health checks do in a pause. */
const IDLE_SHARE = 0.05
/** Allocations between two looks that are nothing whatever the service does. */
const IDLE = 2000

/**
 * Finds the pauses between the rounds of a load that nobody marks, by what the services allocate: busy first, then
 * idle for two seconds.
 */
export class Gaps {
  readonly #sessions: readonly Session[]
  #last: number | undefined
  #busiest = 0
  #wasBusy = false
  #idle = 0

  constructor(sessions: readonly Session[]) {
    this.#sessions = sessions
  }

  /** Whether the load has done something since the last gap. */
  get busy(): boolean {
    return this.#wasBusy
  }

  /** The load has done nothing since the last gap. */
  async begin(signal: AbortSignal): Promise<void> {
    this.#last = undefined
    this.#idle = 0
    this.#wasBusy = false
    await this.#look(signal)
  }

  /** Resolves at the next gap with true, or with false when the signal comes first. */
  async next(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      await sleep(POLL, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return false
      await this.#look(signal)
      if (this.#idle >= IDLE_LOOKS && this.#wasBusy) return true
    }
    return false
  }

  /** What the services allocated since the last look, without what the look itself costs. */
  async #look(signal: AbortSignal): Promise<void> {
    const marks: Marks[] = []
    for (const session of this.#sessions) marks.push(await session.markCosts(signal))
    if (marks.some(({ own }) => own === undefined)) return
    const before = this.#last
    this.#last = sum(marks.map(({ at }) => at!))
    if (before === undefined) return
    // Three marks are in between.
    const done = this.#last - before - 3 * sum(marks.map(({ own }) => own!))
    this.#busiest = Math.max(this.#busiest, done)
    const idle = Math.max(IDLE_SHARE * this.#busiest, IDLE)
    this.#idle = done <= idle ? this.#idle + 1 : 0
    if (done > 2 * idle) this.#wasBusy = true
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
