import type { Recording, Snapshot } from '../profile/recording.ts'

/** Rounds thrown away at the start of a full-length run: caches fill, pools open, code pages in. */
const WARM_UP = 2
/** Fewer judged rounds than this cannot tell a slope from noise at any useful level. */
export const MIN_ROUNDS = 5

/** The snapshots at rest that are compared, base and head aligned by position. */
export interface Window {
  /** Snapshots at rest of each side, all of them; base is empty when there is none. */
  readonly base: readonly Snapshot[]
  readonly head: readonly Snapshot[]
  /** Index of the first judged snapshot; those before are warm-up. */
  readonly from: number
  /** One past the last judged snapshot, the same on both sides. */
  readonly to: number
  /** Operations of the head between the first and the last judged snapshot; undefined where nobody counted. */
  readonly operations: number | undefined
  /** Hours of the head between the first and the last judged snapshot; undefined without times. */
  readonly hours: number | undefined
  /** Snapshots of unknown circumstances, or under load: they swing by far more than those at rest. */
  readonly underLoad: boolean
  /** Whether there are enough rounds to judge growth within the run. */
  readonly judgesGrowth: boolean
}

export function judgedWindow(base: Recording | undefined, head: Recording): Window {
  const headRest = atRest(head)
  const baseRest = base === undefined ? [] : atRest(base)
  const to = base === undefined ? headRest.length : Math.min(headRest.length, baseRest.length)
  const from = Math.max(0, Math.min(WARM_UP, to - MIN_ROUNDS))
  const first = headRest[from]
  const last = headRest[to - 1]
  return {
    base: baseRest,
    head: headRest,
    from,
    to,
    operations: difference(first?.operations, last?.operations),
    hours: hoursBetween(first, last),
    underLoad: [...headRest, ...baseRest].some(({ phase }) => phase === 'single'),
    judgesGrowth: to - from >= MIN_ROUNDS,
  }
}

/** Snapshots at rest; where a recording has none, its single profiles stand in for levels. */
function atRest(recording: Recording): Snapshot[] {
  const rest = recording.snapshots.filter((snapshot) => snapshot.phase === 'rest')
  return rest.length > 0 ? rest : recording.snapshots.filter((snapshot) => snapshot.phase === 'single')
}

function difference(first: number | undefined, last: number | undefined): number | undefined {
  if (first === undefined || last === undefined || last <= first) return undefined
  return last - first
}

function hoursBetween(first: Snapshot | undefined, last: Snapshot | undefined): number | undefined {
  const milliseconds = difference(first?.time || undefined, last?.time || undefined)
  return milliseconds === undefined ? undefined : milliseconds / 3_600_000
}
