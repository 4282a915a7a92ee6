import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactly } from '../../src/diff/estimate.ts'
import { rule } from '../../src/policy/limits.ts'
import { METRIC_NAMES, type MetricName } from '../../src/policy/metrics.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { Limits, PresetName } from '../../src/policy/policy.ts'
import { PRESET_NAMES } from '../../src/policy/presets.ts'

const limitsOf = (name: PresetName): Limits => parsePolicy([{ source: 'p', text: `preset: ${name}` }]).limits
const texts = (name: PresetName) =>
  METRIC_NAMES.flatMap((metric) => {
    const limit = limitsOf(name)[metric]
    return limit === undefined ? [] : [[metric, limit.warn?.text, limit.fail?.text]]
  })

test('recommended', () => {
  expect(texts('recommended')).toEqual([
    ['goroutines.leaked', undefined, '0 new'],
    ['goroutines.growth', undefined, '+2'],
    ['goroutines', '+5% and +10', '+100% and +100'],
    ['heap.growth', '+2% and +64KiB', '+5% and +64KiB or +8MiB'],
    ['heap.growth.stack', undefined, '+16KiB'],
    ['heap.inuse', '+10% and +1MiB', '+50% and +16MiB'],
    ['heap.objects', '+20% and +10000', undefined],
    ['stack.inuse', '+20% and +1MiB', undefined],
    ['alloc.bytes', '+25% and +256B', undefined],
    ['alloc.objects', '+25% and +5', undefined],
    ['gc.count', '+50% and +10', undefined],
    ['gc.pause.p90', '100ms and +50%', undefined],
    ['gc.cpu', '25%', undefined],
  ])
})

test('watch judges what recommended does and fails nothing', () => {
  expect(texts('watch')).toEqual(texts('recommended'))
  expect(parsePolicy([{ source: 'p', text: 'preset: watch' }]).gates).toBe(false)
})

test('every limit says which preset it is of', () => {
  for (const name of PRESET_NAMES) {
    const limits = Object.values(limitsOf(name))
    for (const { origin } of limits) expect(origin.kind).toBe('preset')
  }
})

/** How bad an outcome is. */
const BAD: Readonly<Record<string, number>> = { ok: 0, warn: 1, fail: 2 }

test('strict is never the milder one', () => {
  const recommended = limitsOf('recommended')
  const strict = limitsOf('strict')
  const size = fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 2 ** 31 - 1 }), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(size, size, fc.constantFrom(...METRIC_NAMES), (base, growth, metric: MetricName) => {
      const figure = { base, head: base + growth, growth: exactly(growth), operations: 1000, hours: 1 }
      const outcome = (limits: Limits): number => BAD[rule(figure, limits[metric]).outcome] ?? 0
      expect(outcome(strict)).toBeGreaterThanOrEqual(outcome(recommended))
    }),
    { numRuns: 5000 },
  )
})
