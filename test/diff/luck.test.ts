import { describe, expect, test } from 'vitest'
import { gate } from '../../src/gate.ts'
import { NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { Recording } from '../../src/profile/recording.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from './recordings.ts'

const BLOCKED = 'main.serve;main.send;runtime.chansend1;runtime.gopark'

/** Goroutines of a leak that happens by luck: so many more after each round. */
function verdict(base: readonly number[], head: readonly number[], proven: boolean): string {
  const stacks = new Stacks()
  const side = (steps: readonly number[]) =>
    recordingOf(
      (i) => {
        const count = steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0)
        const blocked = count === 0 ? '' : `${BLOCKED} ${count}`
        return { goroutines: `main.main 1\n${blocked}`, ...(proven ? { leaked: blocked } : {}) }
      },
      { stacks },
    )
  return gate({
    base: [side(base)],
    head: [side(head)],
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  }).verdict
}

const none = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const rare = [4, 2, 3, 5, 1, 4, 3, 2, 4, 3]
/** As rare, by luck a little more of them in every round. */
const luckier = [4, 3, 4, 6, 2, 4, 4, 3, 5, 4]
const often = [14, 12, 13, 15, 11, 14, 13, 12, 14, 13]

describe.each([
  ['told by growth', false],
  ['told by the proof', true],
])('a leak that happens by luck, %s', (_, proven) => {
  test('is no change when both sides have it', () => {
    expect(verdict(rare, luckier, proven)).not.toBe('fail')
    expect(verdict(luckier, rare, proven)).toBe('pass')
  })

  test('fails when it is new', () => {
    expect(verdict(none, rare, proven)).toBe('fail')
  })

  test('fails when it got much worse', () => {
    expect(verdict(rare, often, proven)).toBe('fail')
  })
})

test('one proven goroutine is enough where the base has none', () => {
  expect(verdict(none, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], true)).toBe('fail')
})

describe('a base whose toolchain has no goroutineleak profile', () => {
  const stacks = new Stacks()
  const blocked = (count: number) => `main.main 1\n${BLOCKED} ${count}`
  const head = recordingOf(() => ({ goroutines: blocked(40), leaked: `${BLOCKED} 40` }), { stacks })

  test('is not charged with goroutines that waited at the same place before', () => {
    const base = recordingOf(() => ({ goroutines: blocked(40) }), { stacks })
    expect(judge(base, head)).toBe('pass')
  })

  test('is charged with those that did not', () => {
    const base = recordingOf(() => ({ goroutines: 'main.main 1' }), { stacks })
    expect(judge(base, head)).toBe('fail')
  })
})

function judge(base: Recording, head: Recording): string {
  const now = new Date('2026-11-24T00:00:00Z')
  return gate({ base: [base], head: [head], policy: parsePolicy([]), checkout: NO_CHECKOUT, now }).verdict
}
