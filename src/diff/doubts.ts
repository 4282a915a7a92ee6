import type { Folded } from '../profile/fold.ts'
import { type RecordedDoubt, recordedDoubtBlocks } from '../profile/recorded-doubt.ts'
import type { Recording, Snapshot } from '../profile/recording.ts'
import { MIN_ROUNDS, type Window } from './window.ts'

/**
 * A doubt about what was compared: facts, not words. `blocks`: what was compared does not carry a verdict of
 * "no leak", so that the result is INCONCLUSIVE rather than PASS.
 */
export type Doubt =
  | { readonly kind: 'nothing-recorded'; readonly blocks: true }
  /** There may be a baseline, but it could not be fetched: not the same as having none yet. */
  | { readonly kind: 'base-unreachable'; readonly reason: string; readonly blocks: true }
  /** Both sides were read from one and the same recording. */
  | { readonly kind: 'same-recording'; readonly blocks: true }
  | { readonly kind: 'missing-service'; readonly side: 'base' | 'head'; readonly blocks: boolean }
  | { readonly kind: 'missing-kind'; readonly profile: string; readonly side: 'base' | 'head'; readonly blocks: true }
  | { readonly kind: 'too-few-rounds'; readonly rounds: number; readonly needed: number; readonly blocks: true }
  | { readonly kind: 'rounds-differ'; readonly base: number; readonly head: number; readonly blocks: false }
  | { readonly kind: 'load-differs'; readonly base: number; readonly head: number; readonly blocks: true }
  | { readonly kind: 'load-unknown'; readonly blocks: false }
  | { readonly kind: 'sampling-differs'; readonly base: number; readonly head: number; readonly blocks: true }
  | { readonly kind: 'sampling-coarse'; readonly rate: number; readonly blocks: false }
  | { readonly kind: 'restarted'; readonly side: 'base' | 'head'; readonly round: number; readonly blocks: true }
  | { readonly kind: 'go-differs'; readonly base: string; readonly head: string; readonly blocks: false }
  | {
      readonly kind: 'setting-differs'
      readonly name: string
      readonly base: string
      readonly head: string
      readonly blocks: false
    }
  /** A figure over its limit by less than its error; so many rounds like these would decide. */
  | {
      readonly kind: 'undecided'
      readonly metric: string
      readonly rounds: number
      readonly needed: number
      readonly blocks: false
    }
  /** Growth fails only beyond what the base swings by itself. */
  | { readonly kind: 'not-at-rest'; readonly blocks: false }
  | { readonly kind: 'inexact'; readonly blocks: false }
  /** Failures of the first pair of recordings that a further pair did not show. */
  | { readonly kind: 'unconfirmed'; readonly failures: number; readonly pairs: number; readonly blocks: false }
  /** A limit that says since was not judged: so few recordings on the base's branch compare with this one. */
  | {
      readonly kind: 'short-history'
      readonly metric: string
      readonly since: string
      readonly recordings: number
      readonly blocks: false
    }
  | (RecordedDoubt & { readonly side: 'base' | 'head'; readonly blocks: boolean })

/** Operations may differ by this much before growth is no longer comparable. */
const LOAD_TOLERANCE = 0.05
/** Above this rate a heap profile cannot see the line of a leak of less than several megabytes. */
const COARSE_RATE = 64 * 1024

export function doubtsOf(base: Recording | undefined, head: Recording, window: Window): Doubt[] {
  const doubts: Doubt[] = []
  if (window.head.length === 0) doubts.push({ kind: 'nothing-recorded', blocks: true })
  else if (!window.judgesGrowth) {
    doubts.push({ kind: 'too-few-rounds', rounds: window.to, needed: MIN_ROUNDS, blocks: true })
  }
  const sliced = head.doubts?.some(({ kind }) => kind === 'sliced') === true
  if (window.underLoad && window.judgesGrowth && !sliced) doubts.push({ kind: 'not-at-rest', blocks: false })
  doubts.push(...restarts('head', window.head))
  const rate = lastHeap(window.head)?.period
  if (rate !== undefined && rate > COARSE_RATE) doubts.push({ kind: 'sampling-coarse', rate, blocks: false })
  if (window.head.some((s) => [s.heap, s.goroutine].some((profile) => profile?.exact === false))) {
    doubts.push({ kind: 'inexact', blocks: false })
  }
  // A stand-in for a service the head lacks is made from the base's recording: its doubts are not the head's.
  if (head.doubts !== base?.doubts) doubts.push(...recorded('head', head))
  if (base === undefined) return doubts
  if (isSame(window)) doubts.push({ kind: 'same-recording', blocks: true })
  doubts.push(...recorded('base', base))
  doubts.push(...restarts('base', window.base), ...missing(window), ...loads(window), ...surroundings(base, head))
  const baseRate = lastHeap(window.base)?.period
  if (rate !== undefined && baseRate !== undefined && rate !== baseRate) {
    doubts.push({ kind: 'sampling-differs', base: baseRate, head: rate, blocks: true })
  }
  return doubts
}

/** Nothing is compared where both paths lead to one recording: no two processes allocate the same at the same moments. */
function isSame({ base, head }: Window): boolean {
  const same = (a: Snapshot, b: Snapshot | undefined): boolean =>
    a.time > 0 &&
    a.time === b?.time &&
    a.memstats?.totalAlloc === b.memstats?.totalAlloc &&
    a.heap?.timeNanos === b.heap?.timeNanos
  return head.length > 0 && head.length === base.length && head.every((snapshot, i) => same(snapshot, base[i]))
}

function lastHeap(side: readonly Snapshot[]): Folded | undefined {
  return side.findLast((snapshot) => snapshot.heap !== undefined)?.heap
}

/** What the recorder saw. */
function recorded(side: 'base' | 'head', { doubts = [] }: Recording): Doubt[] {
  return doubts.map((doubt) => ({ ...doubt, side, blocks: recordedDoubtBlocks(doubt) }))
}

/** Counters that only rise within one process fell: another process answered. */
function restarts(side: 'base' | 'head', snapshots: readonly Snapshot[]): Doubt[] {
  for (let i = 1; i < snapshots.length; i++) {
    const [before, after] = [snapshots[i - 1]!.memstats, snapshots[i]!.memstats]
    if (before === undefined || after === undefined) continue
    const fell = (a: number | undefined, b: number | undefined): boolean => a !== undefined && b !== undefined && b < a
    if (fell(before.totalAlloc, after.totalAlloc) || fell(before.numGC, after.numGC)) {
      return [{ kind: 'restarted', side, round: snapshots[i]!.round ?? i + 1, blocks: true }]
    }
  }
  return []
}

/** What one side has in every judged snapshot and the other lacks. */
function missing(window: Window): Doubt[] {
  const doubts: Doubt[] = []
  for (const profile of ['heap', 'goroutine', 'memstats'] as const) {
    const has = (side: readonly Snapshot[]): boolean =>
      window.to > 0 && side.slice(window.from, window.to).every((snapshot) => snapshot[profile] !== undefined)
    const [inBase, inHead] = [has(window.base), has(window.head)]
    if (inBase && !inHead) doubts.push({ kind: 'missing-kind', profile, side: 'head', blocks: true })
    if (inHead && !inBase) doubts.push({ kind: 'missing-kind', profile, side: 'base', blocks: true })
  }
  return doubts
}

function loads(window: Window): Doubt[] {
  const doubts: Doubt[] = []
  const [baseRounds, headRounds] = [window.base.length, window.head.length]
  if (baseRounds !== headRounds) {
    doubts.push({ kind: 'rounds-differ', base: baseRounds, head: headRounds, blocks: false })
  }
  const done = (side: readonly Snapshot[]): number | undefined => {
    const [first, last] = [side[window.from]?.operations, side[window.to - 1]?.operations]
    return first === undefined || last === undefined ? undefined : last - first
  }
  const [base, head] = [done(window.base), done(window.head)]
  if (base === undefined || head === undefined) doubts.push({ kind: 'load-unknown', blocks: false })
  else if (Math.abs(head - base) > LOAD_TOLERANCE * Math.max(base, 1)) {
    doubts.push({ kind: 'load-differs', base, head, blocks: true })
  }
  return doubts
}

function surroundings(base: Recording, head: Recording): Doubt[] {
  const doubts: Doubt[] = []
  if (base.goVersion !== undefined && head.goVersion !== undefined && base.goVersion !== head.goVersion) {
    doubts.push({ kind: 'go-differs', base: base.goVersion, head: head.goVersion, blocks: false })
  }
  for (const name of new Set([...Object.keys(base.settings), ...Object.keys(head.settings)])) {
    const [a, b] = [base.settings[name] ?? '', head.settings[name] ?? '']
    if (a !== b) doubts.push({ kind: 'setting-differs', name, base: a, head: b, blocks: false })
  }
  return doubts
}
