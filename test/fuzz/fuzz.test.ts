import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('ten thousand damaged inputs: each is read or refused with its place', { timeout: 60_000 }, () => {
  const { failures, accepted, refused } = fuzz(0, 10_000)
  expect(failures).toEqual([])
  expect(accepted).toBeGreaterThan(1000)
  expect(refused).toBeGreaterThan(3000)
})
