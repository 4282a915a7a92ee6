import { describe, expect, test } from 'vitest'
import { bytesPerSample, sampledCount, samplingProbability } from '../../src/diff/sampling.ts'
import {
  binomialHalfTail,
  fitLine,
  holm,
  incompleteBeta,
  mannKendall,
  normalTail,
  studentQuantile,
  studentTail,
  theilSen,
} from '../../src/diff/statistics.ts'
import vectors from './statistics-vectors.json' with { type: 'json' }

/** Reference values were computed with an independent implementation in double precision. */
describe('published values', () => {
  test.each(vectors.t_sf)('Student tail t=$t df=$df', ({ t, df, p }) => {
    expect(studentTail(t, df)).toBeCloseTo(p, 12)
  })
  test.each(vectors.ols_t)('least squares $y', ({ y, slope, se, t, p }) => {
    const line = fitLine(y)
    expect(line.slope).toBeCloseTo(slope, 12)
    expect(line.se).toBeCloseTo(se, 12)
    expect(studentTail(t, y.length - 2) / p).toBeCloseTo(1, 9)
  })
  test.each(vectors.theil_sen)('Theil-Sen $y', ({ x, y, slope }) => {
    expect(theilSen(y, x)).toBeCloseTo(slope, 12)
  })
  test.each(vectors.mk_series)('Mann-Kendall $y', ({ y, S, p }) => {
    const result = mannKendall(y)
    expect(result.s).toBe(S)
    // The normal tail of tied series is good to 1e-7, far below any level that is used.
    expect(result.p).toBeCloseTo(p, 6)
  })
  test.each(vectors.mk_exact)('Mann-Kendall exact m=$m S=$S', ({ m, S, p }) => {
    expect(mannKendall(seriesWith(m, S)).p).toBeCloseTo(p, 12)
  })
  test.each(vectors.binom_half)('Binomial(1/2) $kh of $kh + $kb', ({ kh, kb, p }) => {
    expect(binomialHalfTail(kh, kh + kb)).toBeCloseTo(p, 12)
  })
  test.each(vectors.holm)('Holm $p', ({ p, alpha, reject }) => {
    const rejected = holm(p, alpha).flatMap((is, i) => (is ? [i] : []))
    expect(rejected).toEqual(reject)
  })
  test.each(vectors.scaleHeapSample)('sampled blocks behind a scaled count $out', ({ size, rate, count, p, out }) => {
    const block = size / count
    expect(samplingProbability(block, rate)).toBeCloseTo(p, 12)
    expect(sampledCount(out[1]!, block, rate)).toBe(count)
  })
})

test('a series of m values with a given Kendall S, for the exact vectors', () => {
  expect(mannKendall(seriesWith(6, 13)).s).toBe(13)
})

test('quantile and tail are inverse', () => {
  for (const p of [0.25, 0.025, 0.001]) {
    for (const df of [1, 6, 30]) expect(studentTail(studentQuantile(p, df), df)).toBeCloseTo(p, 9)
  }
})

test('incomplete beta is symmetric and keeps its bounds', () => {
  expect(incompleteBeta(0, 2, 3)).toBe(0)
  expect(incompleteBeta(1, 2, 3)).toBe(1)
  expect(incompleteBeta(0.3, 2, 5) + incompleteBeta(0.7, 5, 2)).toBeCloseTo(1, 12)
})

test('binomial tail of large counts', () => {
  expect(binomialHalfTail(5000, 10_000)).toBeGreaterThan(0.5)
  expect(binomialHalfTail(10_000, 10_000)).toBeLessThan(1e-300)
  expect(binomialHalfTail(0, 10)).toBe(1)
  expect(binomialHalfTail(11, 10)).toBe(0)
})

test('normal tail', () => {
  expect(normalTail(1.959964)).toBeCloseTo(0.025, 7)
  expect(normalTail(-1.959964)).toBeCloseTo(0.975, 7)
})

test('a block far smaller than the rate stands for about the rate', () => {
  expect(bytesPerSample(64, 524_288)).toBeCloseTo(524_320, 0)
  expect(bytesPerSample(64, 1)).toBe(64)
  expect(samplingProbability(64, 0)).toBe(1)
})

/** m distinct values whose number of inversions gives S = pairs − 2 × inversions. */
function seriesWith(m: number, s: number): number[] {
  let inversions = ((m * (m - 1)) / 2 - s) / 2
  const series = Array.from({ length: m }, (_, i) => i)
  for (let end = m - 1; end > 0 && inversions > 0; end--) {
    const move = Math.min(end, inversions)
    series.splice(end - move, 0, ...series.splice(end, 1))
    inversions -= move
  }
  return series
}
