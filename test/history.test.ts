import { expect, test } from 'vitest'
import { readRecordings } from '../src/collect/folder.ts'
import type { HistoryPoint } from '../src/diff/history.ts'
import { gate } from '../src/gate.ts'
import { pointOf } from '../src/github/save.ts'
import { NO_CHECKOUT } from '../src/policy/checkout.ts'
import { parsePolicy } from '../src/policy/parse.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { Report } from '../src/report/report.ts'
import { verdictSentence } from '../src/report/words/sentence.ts'
import { recording } from './fixtures.ts'

function judge(limit: string, history: readonly HistoryPoint[] = []): Report {
  const stacks = new Stacks()
  return gate({
    base: readRecordings(recording('healthy'), stacks),
    head: readRecordings(recording('healthy-again'), stacks),
    policy: parsePolicy([{ source: 'p', text: `limits: { heap.inuse: ${limit} }` }]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
    history,
  })
}

/** What a recording of main leaves behind, with a heap that was so many times as large. */
function point(i: number, share: number): HistoryPoint {
  const made = pointOf(judge('+50%'), i.toString(16).padStart(40, '0'), new Date(Date.UTC(2026, 10, i)).toISOString())
  const [name, figures] = Object.entries(made.services)[0]!
  return { ...made, services: { [name]: { ...figures, 'heap.inuse': figures['heap.inuse']! * share } } }
}

const MAIN = [0.7, 0.8, 0.9, 1].map((share, i) => point(i + 1, share))

test('a change within every limit fails when main has grown slowly, and says since when', () => {
  const report = judge('+50% or +30% since 3 merges', MAIN)
  expect([report.verdict, report.stops]).toEqual(['fail', true])
  const [finding] = report.services[0]!.findings
  expect(finding).toMatchObject({ kind: 'slow-growth', level: 'fail' })
  expect(finding!.evidence[0]!.past?.commit).toBe(MAIN[0]!.commit)
  expect(verdictSentence(report)).toMatch(
    /^Heap in use after GC: [\d.]+ MiB, \+[\d.]+ (MiB|KiB) \(\+4\d%\) since 2026-11-01\.$/,
  )
})

test('the same change passes without it, and what cannot be judged is told', () => {
  expect(judge('+50%', MAIN).verdict).toBe('pass')
  const early = judge('+50% or +30% since 3 merges', MAIN.slice(-2))
  expect([early.verdict, early.services[0]!.doubts.map(({ kind }) => kind)]).toEqual(['pass', ['short-history']])
})

test('the figures of main are those the head is judged by', () => {
  const { judgements } = judge('+50%').services[0]!
  const kept = point(1, 1).services.orders ?? Object.values(point(1, 1).services)[0]!
  for (const { metric, head } of judgements) expect(kept[metric]).toBe(head)
})
