import { describe, expect, test } from 'vitest'
import { diffService } from '../../src/diff/diff.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import type { TestSample } from '../profile/folded.ts'
import { type Round, recordingOf } from './recordings.ts'

const BLOCKED = 'main.serve;main.send;runtime.chansend1;runtime.gopark'

function compare(
  base: (i: number) => Round,
  head: (i: number) => Round,
  options: { rounds?: number; rate?: number } = {},
) {
  const stacks = new Stacks()
  return diffService(recordingOf(base, { stacks, ...options }), recordingOf(head, { stacks, ...options }))
}

describe('goroutines', () => {
  const steady = (): Round => ({ goroutines: 'main.main 1' })

  test('growth round after round is significant', () => {
    const diff = compare(steady, (i) => ({ goroutines: `main.main 1\n${BLOCKED} ${i * 5}` }))
    const grown = diff.goroutines.find((growth) => diff.goroutineClasses.wait(growth.class) === 'chan send')!
    expect(grown.p).toBeLessThan(1e-4)
    expect(grown.trend.head.at(-1)! - grown.trend.head[0]!).toBe(35)
  })

  test.each<[string, (i: number) => number]>([
    ['two goroutines', (i) => Math.min(i, 2)],
    ['a step that ended', (i) => (i < 4 ? 0 : 40)],
    ['coming and going', (i) => (i % 2) * 20],
    ['falling', (i) => 50 - i],
  ])('%s are no growth', (_, count) => {
    const diff = compare(steady, (i) => ({ goroutines: `main.main 1\n${BLOCKED} ${count(i)}` }))
    expect(Math.min(...diff.goroutines.map((growth) => growth.p))).toBeGreaterThan(0.001)
  })

  test('growth the base has too is not new growth', () => {
    const leak = (i: number): Round => ({ goroutines: `${BLOCKED} ${i * 5}` })
    expect(compare(leak, leak).goroutines[0]!.p).toBe(1)
  })
})

describe('heap', () => {
  const blocks = (live: number, allocated = live, size = 512): TestSample[] => [
    { stack: 'main.serve;main.put:7', size, values: [allocated, allocated * size, live, live * size] },
  ]

  test('growth round after round is significant, and its bytes are right', () => {
    const diff = compare(
      () => ({ heap: blocks(10) }),
      (i) => ({ heap: blocks(10 + 20 * i) }),
    )
    expect(diff.heap[0]!.p).toBeLessThan(1e-9)
    expect(diff.heap[0]!.growth.value).toBe(7 * 20 * 512)
  })

  test.each<[string, (i: number) => number]>([
    ['a cache that is full by half of the run', (i) => Math.min(i * 50, 200)],
    ['a sawtooth', (i) => 100 + (i % 3) * 60],
    ['falling', (i) => 500 - 10 * i],
  ])('%s is no growth', (_, live) => {
    const diff = compare(
      () => ({ heap: blocks(100) }),
      (i) => ({ heap: blocks(live(i)) }),
    )
    expect(Math.min(1, ...diff.heap.map((growth) => growth.p))).toBeGreaterThan(0.01)
  })

  test('much coming and going needs more growth to be believed', () => {
    const churn = compare(
      () => ({ heap: blocks(1000, 100_000) }),
      (i) => ({ heap: blocks(1000 + 3 * i, 100_000 + i * 10_000) }),
    )
    const quiet = compare(
      () => ({ heap: blocks(1000) }),
      (i) => ({ heap: blocks(1000 + 3 * i) }),
    )
    expect(churn.heap[0]!.p).toBeGreaterThan(0.01)
    expect(quiet.heap[0]!.p).toBeLessThan(0.001)
  })
})

describe('levels', () => {
  test('live heap: the last judged value, with an error from the scatter of the rounds', () => {
    const diff = compare(
      (i) => ({ live: 4_000_000 + (i % 2) * 1000 }),
      (i) => ({ live: 5_000_000 + (i % 2) * 1000 }),
    )
    const level = diff.levels['heap.inuse']!
    expect(level.growth!.value).toBe(1_000_000)
    expect(level.growth!.lower).toBeGreaterThan(995_000)
    expect(level.growth!.upper).toBeLessThan(1_005_000)
  })

  test('allocation per operation comes from the counters between rounds', () => {
    const diff = compare(
      (i) => ({ memstats: { totalAlloc: i * 100_000 } }),
      (i) => ({ memstats: { totalAlloc: i * 150_000 } }),
    )
    expect(diff.levels['alloc.bytes']).toMatchObject({ base: 1000, head: 1500 })
  })

  test('GC cycles that the recorder forced do not count', () => {
    expect(
      compare(
        () => ({}),
        () => ({}),
      ).levels['gc.count'],
    ).toMatchObject({ base: 7, head: 7 })
  })

  test('a pause is counted once though several snapshots remember it', () => {
    const round = (i: number): Round => {
      const seen = i >= 5 ? { pauseNs: [5e6, 200e6], pauseEnd: [i * 1000 + 2, 5001] } : { pauseNs: [], pauseEnd: [] }
      return { memstats: { lastGC: i * 1000, ...seen } }
    }
    const { levels } = compare(round, round)
    expect(levels['gc.pause.max']!.head).toBe(200e6)
    // Four pauses of 5 ms and the long one: were it counted thrice, the 75th percentile would be it.
    expect(levels['gc.pause.p99']!.head).toBe(200e6)
  })

  test('of few pauses the 90th percentile is the third longest', () => {
    const paused = (pauses: readonly number[]) => (): Round => ({
      memstats: { lastGC: 0, pauseNs: pauses, pauseEnd: pauses.map((_, i) => 10 + i) },
    })
    const frequent = (pauses: readonly number[]) =>
      compare(paused([1e6, 1e6, 1e6]), paused(pauses)).levels['gc.pause.p90']?.head
    expect(frequent([1e6, 300e6, 2e6, 250e6, 3e6])).toBe(3e6)
    expect(frequent([1e6, 300e6, 200e6, 250e6, 3e6])).toBe(200e6)
    expect(frequent([300e6, 200e6])).toBeUndefined()
  })

  test('of many pauses it is reached by one in ten: what a busy machine makes is not', () => {
    const paused = (long: number) => (): Round => {
      const pauses = Array.from({ length: 120 }, (_, i) => (i < long ? 150e6 : 1e6))
      return { memstats: { lastGC: 0, pauseNs: pauses, pauseEnd: pauses.map((_, i) => 10 + i) } }
    }
    const head = (long: number) => compare(paused(6), paused(long)).levels['gc.pause.p90']
    expect(head(12)?.head).toBe(1e6)
    expect(head(20)).toMatchObject({ base: 1e6, head: 150e6, growth: { value: 149e6, lower: 149e6 } })
  })

  test('its growth is as uncertain as it is rare', () => {
    const paused = (pauses: readonly number[]) => (): Round => ({
      memstats: { lastGC: 0, pauseNs: pauses, pauseEnd: pauses.map((_, i) => 10 + i) },
    })
    const { levels } = compare(paused([50e6, 9e6, 3e6, 2e6, 1e6]), paused([400e6, 300e6, 200e6, 150e6, 120e6]))
    expect(levels['gc.pause.p90']!.growth).toEqual({ value: 197e6, lower: 111e6, upper: 299e6 })
    const few = compare(paused([3e6, 2e6, 1e6]), paused([300e6, 200e6, 150e6])).levels['gc.pause.p90']
    expect(few!.growth!.lower).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('doubts', () => {
  const kinds = (diff: ReturnType<typeof diffService>): string[] => diff.doubts.map((doubt) => doubt.kind)
  const plain = (): Round => ({ heap: [{ stack: 'main.f', size: 8, values: [1, 8, 1, 8] }] })

  test('none between equal recordings', () => {
    expect(kinds(compare(plain, plain))).toEqual([])
  })

  test.each<[string, string, () => ReturnType<typeof diffService>]>([
    ['too few rounds', 'too-few-rounds', () => compare(plain, plain, { rounds: 3 })],
    ['nothing at all', 'nothing-recorded', () => compare(plain, plain, { rounds: 0 })],
    ['a restart', 'restarted', () => compare(plain, (i) => ({ ...plain(), memstats: { numGC: i === 6 ? 0 : i } }))],
    [
      'another sampling rate',
      'sampling-differs',
      () => {
        const stacks = new Stacks()
        return diffService(recordingOf(plain, { stacks, rate: 512 }), recordingOf(plain, { stacks, rate: 8192 }))
      },
    ],
    ['a profile that one side lacks', 'missing-kind', () => compare(plain, () => ({}))],
    [
      'another Go version',
      'go-differs',
      () => {
        const stacks = new Stacks()
        return diffService(recordingOf(plain, { stacks }), recordingOf(plain, { stacks, goVersion: 'go1.27.0' }))
      },
    ],
    [
      'another load',
      'load-differs',
      () => {
        const stacks = new Stacks()
        const head = recordingOf(plain, { stacks })
        const more = head.snapshots.map((snapshot) => ({ ...snapshot, operations: snapshot.operations! * 3 }))
        return diffService(recordingOf(plain, { stacks }), { ...head, snapshots: more })
      },
    ],
  ])('%s', (_, kind, diff) => {
    expect(kinds(diff())).toContain(kind)
  })
})
