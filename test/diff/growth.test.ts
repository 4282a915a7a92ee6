import { expect, test } from 'vitest'
import { diffService } from '../../src/diff/diff.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import type { TestSample } from '../profile/folded.ts'
import { recordingOf } from './recordings.ts'

const RATE = 8192

/** A list of 64-byte blocks, so many of them sampled, in a slice that doubles; both of one function. */
function list(sampled: number, capacity: number): TestSample[] {
  const [p, whole] = [-Math.expm1(-64 / RATE), -Math.expm1(-capacity / RATE)]
  const [objects, one] = [Math.floor(sampled / p), Math.floor(1 / whole)]
  const bytes = Math.floor((sampled * 64) / p)
  return [
    { stack: 'main.main;main.keep:7', size: 64, values: [objects, bytes, objects, bytes] },
    {
      stack: 'main.main;main.keep:9',
      size: capacity,
      values: [one, Math.floor(capacity / whole), one, Math.floor(capacity / whole)],
    },
  ]
}

test('the error of a slice that doubles does not hide the growth of what is in it', () => {
  const stacks = new Stacks()
  const base = recordingOf(() => ({ heap: list(20, 1 << 20) }), { stacks, rate: RATE })
  const head = recordingOf((i) => ({ heap: list(20 + 12 * i, i < 7 ? 1 << 20 : 1 << 21) }), { stacks, rate: RATE })
  const { growth } = diffService(base, head).heap[0]!
  // 84 samples of 8 KiB each, and the slice's megabyte.
  expect(growth.value).toBeCloseTo(84 * (64 / -Math.expm1(-64 / RATE)) + (1 << 20), -4)
  expect(growth.lower).toBeGreaterThan(400_000)
  expect(growth.lower).toBeLessThan(growth.value)
})
