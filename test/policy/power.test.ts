import { expect, test } from 'vitest'
import { gate } from '../../src/gate.ts'
import { NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from '../diff/recordings.ts'

const KIB = 1024
/** Scatter without any trend that a test could take for one. */
const SCATTER = [0, 3, -2, 1, -3, 2, 0, -1, 2, -2]

interface Shape {
  /** Bytes of live heap that the head gains in a round. */
  readonly slope: number
  /** Bytes that one unit of scatter is. */
  readonly scatter: number
  readonly phase?: 'rest' | 'single'
}

function judge({ slope, scatter, phase = 'rest' }: Shape, limit: string) {
  const stacks = new Stacks()
  const make = (grows: number, sign: number) => {
    const live = (i: number): number => 4 * 1024 * KIB + i * grows + SCATTER[i % 10]! * scatter * sign
    const recording = recordingOf((i) => ({ live: live(i) }), { stacks })
    return { ...recording, snapshots: recording.snapshots.map((snapshot) => ({ ...snapshot, phase })) }
  }
  const policy = parsePolicy([{ source: 'p', text: `limits: { heap.growth: ${limit} }` }])
  const { services } = gate({
    base: [make(0, 1)],
    head: [make(slope, -1)],
    policy,
    checkout: NO_CHECKOUT,
    now: new Date(0),
  })
  const row = services[0]!.judgements.find(({ metric }) => metric === 'heap.growth')
  return { service: services[0]!, outcome: row?.outcome, growth: row?.growth }
}

test('a leak of just the size that would have failed fails, one a tenth smaller does not', () => {
  const scatter = KIB
  const { smallestLeak } = judge({ slope: 0, scatter }, '+64KiB').service
  expect(smallestLeak).toBeGreaterThan(64 * KIB)
  // Over the judged rounds, from the third on.
  const slope = (share: number): number => (smallestLeak! * share) / 7
  expect(judge({ slope: slope(1.1), scatter }, '+64KiB').outcome).toBe('fail')
  expect(judge({ slope: slope(0.9), scatter }, '+64KiB').outcome).not.toBe('fail')
})

test('a figure over its limit by less than its error says how many rounds decide', () => {
  const shape = { slope: 10 * KIB, scatter: 2 * KIB }
  const { outcome, service } = judge(shape, '+64KiB')
  expect(outcome).toBe('unclear')
  const doubt = service.doubts.find(({ kind }) => kind === 'undecided')
  expect(doubt).toMatchObject({ metric: 'heap.growth', rounds: 10, blocks: false })
  const { needed } = doubt as { needed: number } & typeof doubt
  expect(needed).toBeGreaterThan(10)
  expect(needed).toBeLessThanOrEqual(200)
  expect(judge({ ...shape, slope: 30 * KIB }, '+64KiB').service.doubts.map(({ kind }) => kind)).not.toContain(
    'undecided',
  )
})

test('snapshots that were not taken at rest: growth fails only beyond what the base swings by itself', () => {
  const small = { slope: 20 * KIB, scatter: 20 * KIB, phase: 'single' } as const
  expect(judge(small, '+64KiB').outcome).not.toBe('fail')
  const large = judge({ ...small, slope: 200 * KIB }, '+64KiB')
  expect(large.outcome).toBe('fail')
  expect(large.service.doubts.map(({ kind }) => kind)).toContain('not-at-rest')
  expect(large.growth!.value - large.growth!.lower).toBeGreaterThan(6 * 20 * KIB)
})
