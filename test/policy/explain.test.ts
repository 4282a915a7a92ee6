import { describe, expect, test } from 'vitest'
import type { Collector } from '../../src/diff/collector.ts'
import { gate } from '../../src/gate.ts'
import { type Checkout, NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { causeOfCpu, causeOfCycles } from '../../src/policy/explain.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { MemStats } from '../../src/profile/memstats/memstats.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from '../diff/recordings.ts'

/** Stack, size, blocks in each operation (100 in a round) or at rest. */
type Block = readonly [stack: string, size: number, count: number]

interface Side {
  readonly allocates?: readonly Block[]
  readonly holds?: readonly Block[]
  readonly memstats?: (i: number) => Partial<MemStats>
}

function findings(base: Side, head: Side, checkout: Checkout = NO_CHECKOUT): Finding[] {
  const stacks = new Stacks()
  const record = ({ allocates = [], holds = [], memstats = () => ({}) }: Side) => {
    const bytes = (blocks: readonly Block[]): number => blocks.reduce((sum, [, size, count]) => sum + size * count, 0)
    const objects = (blocks: readonly Block[]): number => blocks.reduce((sum, [, , count]) => sum + count, 0)
    return recordingOf(
      (i) => ({
        live: 4_000_000 + bytes(holds),
        heap: [
          ...allocates.map(([stack, size, count]) => {
            const n = count * 100 * (i + 1)
            return { stack, size, values: [n, n * size, 0, 0] }
          }),
          ...holds.map(([stack, size, count]) => ({ stack, size, values: [count, count * size, count, count * size] })),
        ],
        memstats: {
          totalAlloc: 100 * (i + 1) * bytes(allocates),
          mallocs: 100 * (i + 1) * objects(allocates),
          heapObjects: 10_000 + objects(holds),
          nextGC: 2 * (4_000_000 + bytes(holds)),
          ...memstats(i),
        },
      }),
      { stacks },
    )
  }
  const now = new Date('2026-11-24T00:00:00Z')
  return [
    ...gate({ base: [record(base)], head: [record(head)], policy: parsePolicy([]), checkout, now }).services[0]!
      .findings,
  ]
}

function named(finding: Finding | undefined): string[] {
  return (finding?.contributors?.lines ?? []).map(
    ({ place, share }) => `${place.function}:${place.line} ${Math.round(share * 100)}%`,
  )
}

const WORK: Block = ['main.main;main.work:7', 64, 20]

describe('more allocation', () => {
  test('names the line that allocates more, its growth for each operation and its share', () => {
    const [bytes, objects] = findings(
      { allocates: [WORK] },
      { allocates: [WORK, ['main.main;main.render:30;fmt.Sprintf:239', 128, 10]] },
    )
    expect([bytes?.kind, objects?.kind]).toEqual(['alloc-rate', 'alloc-rate'])
    expect(named(bytes)).toEqual(['main.render:30 100%'])
    expect(bytes!.contributors).toMatchObject({ metric: 'alloc.bytes', growth: 1280 })
    expect(bytes!.contributors!.lines[0]!.growth.value).toBeCloseTo(1280, 6)
    expect(named(objects)).toEqual(['main.render:30 100%'])
    expect(objects!.contributors!.lines[0]!.growth.value).toBeCloseTo(10, 6)
    expect(bytes!.contributors!.lines[0]!.stack.map((place) => place.function)).toEqual([
      'fmt.Sprintf',
      'main.render',
      'main.main',
    ])
  })

  test('sums what one line allocates in many places of a library', () => {
    const inside = Array.from(
      { length: 20 },
      (_, i): Block => [`main.main;main.encode:12;encoding/json.Marshal:170;encoding/json.f${i}:${i + 1}`, 48, 1],
    )
    const [bytes] = findings({ allocates: [WORK] }, { allocates: [WORK, ...inside] })
    expect(named(bytes)).toEqual(['main.encode:12 100%'])
  })

  test('finds the new line where the change moved the others of its function', () => {
    const base: Side = {
      allocates: [
        ['main.main;main.work:7', 64, 20],
        ['main.main;main.work:9', 512, 4],
      ],
    }
    const head: Side = {
      allocates: [
        ['main.main;main.work:7', 64, 20],
        ['main.main;main.work:9', 256, 10],
        ['main.main;main.work:11', 512, 4],
      ],
    }
    expect(named(findings(base, head)[0])).toEqual(['main.work:9 100%'])
  })

  test('names three lines at most, the largest first, and none that explains little', () => {
    const more = [40, 30, 20, 15, 1].map((count, i): Block => [`main.main;main.part${i}:${i + 1}`, 64, count])
    const [bytes] = findings({ allocates: [WORK] }, { allocates: [WORK, ...more] })
    expect(named(bytes)).toEqual(['main.part0:1 38%', 'main.part1:2 28%', 'main.part2:3 19%'])
  })

  test('does not name what serves the profiles, nor anything the profile does not show', () => {
    const pprof: Block = ['net/http/pprof.Index:9;runtime/pprof.writeHeapProto:70', 64, 20]
    expect(named(findings({ allocates: [WORK] }, { allocates: [WORK, pprof] })[0])).toEqual([])
    const [bytes] = findings(
      { allocates: [WORK] },
      { allocates: [WORK], memstats: (i) => ({ totalAlloc: 400_000 * (i + 1) }) },
    )
    expect(bytes?.kind).toBe('alloc-rate')
    expect(bytes?.contributors).toBeUndefined()
  })
})

test('a larger heap names what holds it', () => {
  const cache: Block = ['main.main;main.remember:40', 4096, 2000]
  const [level] = findings({ allocates: [WORK] }, { allocates: [WORK], holds: [cache] })
  expect(level).toMatchObject({ kind: 'heap-level', contributors: { metric: 'heap.inuse' } })
  expect(named(level)).toEqual(['main.remember:40 100%'])
})

test('more collections say why, and name what allocates', () => {
  const cycles = (perRound: number) => (i: number) => ({ numGC: i * (2 + perRound), numForcedGC: i * 2 })
  const twice: Block = ['main.main;main.render:30', 128, 10]
  const found = findings(
    { allocates: [WORK], memstats: cycles(4) },
    { allocates: [WORK, twice], memstats: cycles(8) },
  ).find(({ kind }) => kind === 'gc-frequency')
  expect(found?.collector).toMatchObject({ cause: 'allocation', allocated: { base: 896_000, head: 1_792_000 } })
  expect(named(found)).toEqual(['main.render:30 100%'])
})

describe('why the collector has more to do', () => {
  const MB = 1e6
  const facts = (allocated: number, live: number, goal: number): Collector => ({
    allocated: { base: 100 * MB, head: allocated * MB },
    live: { base: 10 * MB, head: live * MB },
    goal: { base: 20 * MB, head: goal * MB },
  })

  test.each([
    ['allocation', 200, 10, 20],
    ['smaller-heap', 100, 5, 10],
    ['larger-heap', 100, 15, 20],
    ['goal', 100, 10, 15],
    ['unexplained', 100, 10, 20],
  ] as const)('twice as many cycles: %s', (cause, allocated, live, goal) => {
    expect(causeOfCycles({ base: 20, head: 40 }, facts(allocated, live, goal))).toBe(cause)
  })

  test('no more cycles than the base', () => {
    expect(causeOfCycles({ base: 20, head: 20 }, facts(100, 10, 20))).toBe('as-base')
  })

  test('of cycles that the base had none of, growth of what is allocated is still the cause', () => {
    expect(causeOfCycles({ base: 0, head: 40 }, facts(300, 10, 20))).toBe('allocation')
  })

  test.each([
    ['allocation', 200, 10, 20],
    ['larger-heap', 100, 20, 40],
    ['goal', 100, 10, 15],
    ['unexplained', 100, 10, 20],
  ] as const)('more of the processor: %s', (cause, allocated, live, goal) => {
    expect(causeOfCpu({ base: 0.1, head: 0.3 }, facts(allocated, live, goal))).toBe(cause)
  })

  test('as much of the processor as on the base', () => {
    expect(causeOfCpu({ base: 0.29, head: 0.3 }, facts(200, 10, 20))).toBe('as-base')
  })
})

describe('a heap that grows under a coarse profile', () => {
  const RATE = 512 * 1024
  /** The whole heap grows by 200 KiB a round; of that the profile has one sample in three rounds. */
  const grown = (): Finding[] => {
    const stacks = new Stacks()
    const record = (grows: boolean) =>
      recordingOf(
        (i) => ({
          live: 4_000_000 + (grows ? i * 200 * 1024 : (i % 2) * 100),
          heap: [
            // What the profile says of one sampled block of 1 KiB: it stands for as many as fit the rate.
            ...(grows && i >= 2
              ? [{ stack: 'main.main;main.put:45', size: 1024, values: values(Math.floor(i / 3)) }]
              : []),
            { stack: 'main.main;main.load:9', size: 1024, values: values(3) },
          ],
        }),
        { stacks, rate: RATE },
      )
    const values = (samples: number): [number, number, number, number] => {
      const blocks = Math.round(samples / (1 - Math.exp(-1024 / RATE)))
      return [blocks, blocks * 1024, blocks, blocks * 1024]
    }
    const now = new Date('2026-11-24T00:00:00Z')
    const policy = parsePolicy([])
    return [
      ...gate({ base: [record(false)], head: [record(true)], policy, checkout: NO_CHECKOUT, now }).services[0]!
        .findings,
    ]
  }

  test('says where it may be, and is the only finding: a heap that grows is larger at its end', () => {
    const [growth, ...others] = grown()
    expect(growth).toMatchObject({ kind: 'heap-growth', level: 'fail', culprit: undefined })
    expect(growth!.contributors).toMatchObject({ metric: 'heap.growth' })
    expect(named(growth)[0]).toMatch(/^main\.put:45 /)
    expect(others.map(({ kind }) => kind)).toEqual([])
  })
})
