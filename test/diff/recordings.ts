import type { Folded } from '../../src/profile/fold.ts'
import { foldProfile } from '../../src/profile/fold.ts'
import type { MemStats } from '../../src/profile/memstats/memstats.ts'
import type { Recording, Snapshot } from '../../src/profile/recording.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { folded, profileOf, type TestSample } from '../profile/folded.ts'

/** What a round of a made-up service looks like at rest. */
export interface Round {
  /** One line a stack, root first: `main.main;api.Handle 3`. */
  readonly goroutines?: string
  readonly leaked?: string
  /** values: alloc_objects, alloc_space, inuse_objects, inuse_space. */
  readonly heap?: readonly TestSample[]
  readonly live?: number
  readonly memstats?: Partial<MemStats>
}

const HEAP_TYPES = ['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space']

/** Recordings are made one after the other: no two of them share a time. */
let recorded = 0

/** A recording of ten rounds (or as many as asked for), 100 operations and one second each. */
export function recordingOf(
  round: (i: number) => Round,
  {
    rounds = 10,
    stacks = new Stacks(),
    rate = 1,
    ...rest
  }: { rounds?: number; rate?: number } & Partial<Recording> = {},
): Recording {
  const start = 1_800_000_000_000 + recorded++ * 1_000_000
  return {
    service: 'api',
    source: 'test',
    goVersion: 'go1.26.8',
    settings: {},
    load: { rounds, operations: rounds * 100 },
    commit: undefined,
    ...rest,
    stacks,
    snapshots: Array.from({ length: rounds }, (_, i) => snapshotOf(round(i), i, start, stacks, rate)),
  }
}

function snapshotOf(round: Round, i: number, start: number, stacks: Stacks, rate: number): Snapshot {
  const heap: Folded | undefined =
    round.heap === undefined ? undefined : foldProfile(profileOf(HEAP_TYPES, round.heap, rate), stacks)
  const live = round.live ?? 4_000_000
  return {
    round: i + 1,
    phase: 'rest',
    time: start + i * 1000,
    operations: (i + 1) * 100,
    heap,
    allocs: undefined,
    goroutine: folded(round.goroutines ?? 'runtime.main;main.main 1', stacks),
    goroutineleak: round.leaked === undefined ? undefined : folded(round.leaked, stacks, 'goroutineleak'),
    memstats: {
      source: 'test',
      heapAlloc: live,
      totalAlloc: (i + 1) * 1e6,
      numGC: i * 3,
      numForcedGC: i * 2,
      ...round.memstats,
    },
    dump: undefined,
    other: [],
  }
}
