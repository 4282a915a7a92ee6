import type { Folded } from '../../src/profile/fold.ts'
import type { Recording, Snapshot } from '../../src/profile/recording.ts'
import { Stacks } from '../../src/profile/stacks.ts'

const FUNCTIONS = 8000
const RATE = 8192

/** Both sides of a service with a heap profile of so many different stacks; the same numbers every time. */
export function syntheticRecordings(
  stackCount: number,
  service: string,
): { base: Recording; head: Recording; stacks: Stacks } {
  const stacks = new Stacks()
  const random = generator(20)
  const frames = Array.from({ length: FUNCTIONS }, (_, i) => frameOf(stacks, i))
  const scratch = new Int32Array(64)
  const ids = new Set<number>()
  while (ids.size < stackCount) {
    const depth = 6 + Math.floor(random() * 26)
    // The leaf comes first; callers are few near the root and many far from it, as in real programs.
    let at = 0
    for (let level = 0; level < depth; level++) {
      const choices = level < 6 ? 2 : level < 14 ? 3 : 2
      const skewed = Math.floor(random() ** 2 * choices)
      at = (at * 31 + skewed * 7919 + level * 104_729 + 1) % FUNCTIONS
      scratch[depth - 1 - level] = frames[at]!
    }
    ids.add(stacks.stackId(scratch, depth))
  }
  const all = Int32Array.from(ids)
  const baseValues = Float64Array.from(all, () => (random() < 0.9 ? sample(random) : 0))
  const headValues = baseValues.map((value) => (random() < 0.85 ? value : value + sample(random)))
  const recording = (values: Float64Array, source: string): Recording => {
    const snapshots = Array.from({ length: 7 }, (_, i) => snapshot(heapOf(all, values, source), i + 1))
    return {
      service,
      source,
      goVersion: 'go1.26.8',
      commit: undefined,
      settings: {},
      load: undefined,
      stacks,
      snapshots,
    }
  }
  return { base: recording(baseValues, 'base'), head: recording(headValues, 'head'), stacks }
}

function frameOf(stacks: Stacks, i: number): number {
  const own = i % 5 === 0
  const root = own ? 'example.com/shop/internal' : `github.com/vendor${i % 40}/library/v2`
  const name = `${root}/part${i % 97}.(*Type${i % 211}).Method${i}`
  const file = own ? `example.com/shop/internal/part${i % 97}/file${i % 13}.go` : `${root}@v2.1.0/file${i % 13}.go`
  return stacks.frameId(name, file, 10 + (i % 900))
}

function sample(random: () => number): number {
  return RATE * (1 + Math.floor(random() ** 3 * 20))
}

function heapOf(stack: Int32Array, values: Float64Array, source: string): Folded {
  const value = new Float64Array(stack.length * 2)
  for (let i = 0; i < stack.length; i++) {
    value[2 * i] = values[i]! / 64
    value[2 * i + 1] = values[i]!
  }
  return {
    source,
    sampleTypes: [
      { type: 'inuse_objects', unit: 'count' },
      { type: 'inuse_space', unit: 'bytes' },
    ],
    defaultSampleType: 1,
    namesDefaultSampleType: false,
    periodType: { type: 'space', unit: 'bytes' },
    period: RATE,
    timeNanos: 0n,
    durationNanos: 0n,
    buildId: '',
    exact: true,
    count: stack.length,
    stack,
    blockSize: new Float64Array(stack.length),
    value,
  }
}

function snapshot(heap: Folded, round: number): Snapshot {
  return {
    round,
    phase: 'rest',
    time: 0,
    operations: round * 100,
    heap,
    allocs: undefined,
    goroutine: undefined,
    goroutineleak: undefined,
    memstats: undefined,
    dump: undefined,
    other: [],
  }
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
