import { describe, expect, test } from 'vitest'
import { formatShare, shareOf } from '../../experiments/intervals.ts'
import { describeOutcome, partOf, replacePart } from '../../experiments/page.ts'

/** P(X >= k), X ~ Binomial(n, p), summed up. */
function binomialTail(k: number, n: number, p: number): number {
  let term = (1 - p) ** n
  let below = 0
  for (let i = 0; i < k; i++) {
    below += term
    term *= ((n - i) / (i + 1)) * (p / (1 - p))
  }
  return 1 - below
}

describe('exact intervals', () => {
  test.each([
    [0, 1000],
    [1, 1000],
    [59, 68],
    [20, 20],
  ])('of %i of %i leave two and a half percent on either side', (hits, n) => {
    const { lower, upper } = shareOf(hits, n)
    expect(hits === 0 ? 0.025 : binomialTail(hits, n, lower)).toBeCloseTo(0.025, 9)
    expect(hits === n ? 0.025 : 1 - binomialTail(hits + 1, n, upper)).toBeCloseTo(0.025, 9)
  })

  test('are written with their counts', () => {
    expect(formatShare(shareOf(59, 68))).toBe('59 of 68 · 86.8 % (76.4–93.8)')
    expect(formatShare(shareOf(0, 0))).toBe('none')
  })
})

describe('the page', () => {
  const outcome = {
    name: 'x',
    command: 'npm run x',
    go: 'go1.26.8',
    ran: 'Twice.',
    tables: [
      [
        ['a', 'b'],
        ['1', '2|3'],
      ],
    ],
    notes: ['slow'],
  }

  test('tells the date, the versions and what was run', () => {
    const text = describeOutcome(outcome, new Date('2026-11-24T10:00:00Z'))
    expect(text).toMatch(/^`npm run x` · 2026-11-24 · go1\.26\.8, Node \d+\.\d+\.\d+, \d+ cores\. Twice\.\n\n\| a /)
    expect(text).toContain('2\\|3')
    expect(text.endsWith('\n\n- slow')).toBe(true)
  })

  test('has a part of its own for another toolchain, with its command and without the single cases', () => {
    const cases = [['case'], ...Array.from({ length: 20 }, (_, i) => [`case ${i}`])]
    const other = { ...outcome, go: 'go1.27.3', tables: [...outcome.tables, cases] }
    expect([partOf(outcome), partOf(other)]).toEqual(['x', 'x-go1.27'])
    const text = describeOutcome(other, new Date('2026-11-24T10:00:00Z'))
    expect(text).toContain('`npm run x -- --go go1.27.3`')
    expect(text).not.toContain('case 3')
    expect(describeOutcome({ ...outcome, tables: [cases] }, new Date(0))).toContain('case 3')
  })

  test('keeps what is around the marks', () => {
    expect(replacePart('before\n<!-- x -->\nold\n<!-- /x -->\nafter', 'x', 'new $1')).toBe(
      'before\n<!-- x -->\n\nnew $1\n\n<!-- /x -->\nafter',
    )
    expect(() => replacePart('nothing', 'x', 'new')).toThrow('no part marked x')
  })
})
