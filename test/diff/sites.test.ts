import { describe, expect, test } from 'vitest'
import { Classes } from '../../src/diff/classes.ts'
import { samplingProbability } from '../../src/diff/sampling.ts'
import { type Measured, type SiteCell, type Sites, sitesOf, surplusOf } from '../../src/diff/sites.ts'
import { judgedWindow } from '../../src/diff/window.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { randomNumbers } from '../profile/mutations.ts'
import { type Round, recordingOf } from './recordings.ts'

function poisson(mean: number, next: () => number): number {
  let k = 0
  for (let p = next(); p > Math.exp(-mean); p *= next()) k++
  return k
}

function binomial(n: number, p: number, next: () => number): number {
  let k = 0
  for (let i = 0; i < n; i++) if (next() < p) k++
  return k
}

const RATE = 8192
const SIDES = (measured: Measured, base = 1, head = 1): Sites => ({
  measured,
  rate: RATE,
  base: { sites: [], operations: base },
  head: { sites: [], operations: head },
})

describe('the surplus of sampled blocks', () => {
  test.each([
    ['the same load', 1000, 1000],
    ['half the load on the base', 500, 1000],
  ])('of code that allocates the same is seldom significant: %s', (_, base, head) => {
    const next = randomNumbers(7)
    const sides = SIDES('allocated', base, head)
    const perOperation = [0.002, 0.01, 0.04]
    let rejected = 0
    let covered = 0
    const runs = 3000
    for (let run = 0; run < runs; run++) {
      const cells: SiteCell[] = perOperation.map((mean, i) => ({
        size: [48, 1024, 16_384][i]!,
        base: poisson(mean * base, next),
        head: poisson(mean * head, next),
      }))
      const { p, bytes } = surplusOf(cells, sides)
      if (p <= 0.01) rejected++
      if (bytes.lower <= 0 && bytes.upper >= 0) covered++
    }
    expect(rejected / runs).toBeLessThan(0.013)
    expect(covered / runs).toBeGreaterThan(0.93)
    expect(covered / runs).toBeLessThan(0.97)
  })

  test('of the same heap is seldom significant, blocks that are nearly always sampled or not', () => {
    const next = randomNumbers(11)
    const sizes = [64, 8192, 40_000]
    let rejected = 0
    const runs = 3000
    for (let run = 0; run < runs; run++) {
      const cells = sizes.map((size) => {
        const p = samplingProbability(size, RATE)
        const n = size === 64 ? 2000 : 20
        return { size, base: binomial(n, p, next), head: binomial(n, p, next) }
      })
      if (surplusOf(cells, SIDES('live')).p <= 0.01) rejected++
    }
    expect(rejected / runs).toBeLessThan(0.013)
  })

  test('one large block more is certain, as it cannot have been overlooked', () => {
    const cells = [{ size: 1 << 20, base: 0, head: 1 }]
    const { p, bytes } = surplusOf(cells, SIDES('live'))
    expect(p).toBeLessThan(1e-9)
    expect(bytes.lower).toBeCloseTo(1 << 20, -2)
    // Of what was allocated there may have been one by chance.
    expect(surplusOf(cells, SIDES('allocated')).p).toBe(1)
  })
})

describe('the sites of a recording', () => {
  const round = (i: number, blocks: number): Round => ({
    heap: [
      { stack: 'main.main;main.work:7', size: 64, values: [blocks * i, 64 * blocks * i, 5, 320] },
      { stack: 'main.main;main.idle:9', size: 32, values: [9, 288, 9, 288] },
    ],
  })
  const window = (base: number, head: number, rate = 1) => {
    const stacks = new Stacks()
    const sides = [recordingOf((i) => round(i, base), { stacks }), recordingOf((i) => round(i, head), { stacks, rate })]
    return { window: judgedWindow(sides[0], sides[1]!), classes: new Classes(stacks, 'heap') }
  }

  test('are what was allocated between the first and the last judged snapshot', () => {
    const { window: judged, classes } = window(10, 30)
    const { base, head } = sitesOf(judged, classes, 'allocated')!
    expect(base.sites.map(({ size, count }) => [size, count])).toEqual([[64, 70]])
    expect(head.sites.map(({ size, count }) => [size, count])).toEqual([[64, 210]])
    expect([base.operations, head.operations]).toEqual([700, 700])
  })

  test('or what is live at the end', () => {
    const { window: judged, classes } = window(10, 30)
    expect(sitesOf(judged, classes, 'live')!.head.sites.map(({ size, count }) => [size, count])).toEqual([
      [64, 5],
      [32, 9],
    ])
  })

  test('do not compare where the rates differ or a base is missing', () => {
    const { window: judged, classes } = window(10, 30, 8192)
    expect(sitesOf(judged, classes, 'allocated')).toBeUndefined()
    const alone = judgedWindow(
      undefined,
      recordingOf((i) => round(i, 10)),
    )
    expect(sitesOf(alone, new Classes(new Stacks(), 'heap'), 'allocated')).toBeUndefined()
  })
})
