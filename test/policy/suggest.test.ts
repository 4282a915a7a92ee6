import { expect, test } from 'vitest'
import { METRIC_NAMES } from '../../src/policy/metrics.ts'
import { didYouMean, nearest } from '../../src/policy/suggest.ts'

test.each([
  ['heap.inus', 'heap.inuse'],
  ['heap_inuse', 'heap.inuse'],
  ['Heap.InUse', 'heap.inuse'],
  ['heap.insue', 'heap.inuse'],
  ['goroutine', 'goroutines'],
  ['goroutine.leaked', 'goroutines.leaked'],
  ['leaked', 'goroutines.leaked'],
  ['pause.max', 'gc.pause.max'],
  ['growth', undefined],
  ['latency', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s is meant to be %s', (word, meant) => {
  expect(nearest(word, METRIC_NAMES)).toBe(meant)
})

test('every metric is nearest to itself', () => {
  for (const name of METRIC_NAMES) expect(nearest(name, METRIC_NAMES)).toBe(name)
})

test('all choices where none is near', () => {
  expect(didYouMean('fial', ['fail', 'pass'], 'It can be')).toBe('Did you mean fail?')
  expect(didYouMean('neutral', ['fail', 'pass'], 'It can be')).toBe('It can be: fail, pass.')
})
