import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exactly } from '../../src/diff/estimate.ts'
import { FINDING_KINDS, type FindingKind } from '../../src/policy/kinds.ts'
import { matchIgnore } from '../../src/policy/known.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { ignoreSnippet } from '../../src/report/accept.ts'
import { DOUBT_KINDS } from '../../src/report/parse/doubts.ts'
import type { Report } from '../../src/report/report.ts'
import { sparkline, sparklines } from '../../src/report/sparkline.ts'
import { doubtWords } from '../../src/report/words/doubts.ts'
import {
  ageText,
  changeText,
  errorText,
  growthText,
  perOperationText,
  ratioText,
} from '../../src/report/words/figures.ts'
import { FINDING_WORDS, findingPage, headline } from '../../src/report/words/findings.ts'
import { comparedSentence } from '../../src/report/words/sentence.ts'
import { evidence, finding, judgement, place } from './sample-parts.ts'
import { BLOCKED_SEND, FAILING, GROWING_MAP } from './sample-reports.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGES = join(ROOT, 'docs/findings')
const SECTIONS = ['What it means', 'Why it happens', 'Example', 'Fix', 'What leakgate saw', 'Accept it']

test.each(FINDING_KINDS)('%s has words and a headline', (kind) => {
  const { title, why, fix } = FINDING_WORDS[kind]
  expect(title).toMatch(/^[A-Zg][^.]{5,60}$/)
  expect(why).toMatch(/^[A-Z`].*[.]$/)
  expect(fix).toMatch(/^[A-Z].*[.]$/)
  for (const text of [why, fix]) expect((text.match(/`/g)?.length ?? 0) % 2).toBe(0)
  const says = headline(finding({ kind }))
  expect(says).not.toMatch(/undefined|\$\{|[.]$/)
})

test.each(FINDING_KINDS)('%s has a page with the same title', (kind) => {
  const page = readFileSync(join(ROOT, findingPage(kind)), 'utf8')
  expect(page.split('\n')[0]).toBe(`# ${FINDING_WORDS[kind].title}`)
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name)
  expect(sections).toEqual(SECTIONS)
  expect(page).toContain(`\`${kind}\``)
})

test.each(FINDING_KINDS)('the policy on the page of %s is one the parser takes', (kind) => {
  const page = readFileSync(join(ROOT, findingPage(kind)), 'utf8')
  const snippets = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!)
  expect(snippets.length).toBeGreaterThan(0)
  for (const text of snippets) expect(parsePolicy([{ source: kind, text }])).toBeDefined()
})

test('there is no page without a kind', () => {
  const known = new Set<string>(FINDING_KINDS.map((kind) => `${kind}.md`))
  expect(readdirSync(PAGES).filter((file) => !known.has(file) && file !== 'README.md')).toEqual([])
})

test('a reason that is a sentence ends once', () => {
  const { what } = doubtWords({ kind: 'base-unreachable', reason: 'They could not be looked up.', blocks: true })
  expect(what).toMatch(/looked up\.$/)
  expect(what).not.toContain('..')
})

test('a commit or a path at the start of a sentence keeps its small letter', () => {
  const said = (headCommit: string | undefined, source = ''): string => {
    const services = FAILING.services.slice(0, 1).map((one) => ({ ...one, head: { ...one.head, source } }))
    const origin = { ...FAILING.origin, headCommit }
    return comparedSentence({ ...FAILING, services, origin } as Report, String, String)
  }
  expect(said('aaf3677')).toMatch(/^aaf3677 compared with /)
  expect(said(undefined, 'recordings/head/api')).toMatch(/^recordings\/head\/api compared with /)
  expect(said(undefined)).toMatch(/^The head compared with /)
})

test.each(DOUBT_KINDS)('%s has words', (kind) => {
  const facts = {
    kind,
    side: 'head',
    base: 4,
    head: 5,
    rounds: 3,
    failures: 2,
    pairs: 1,
    needed: 5,
    rate: 524_288,
    round: 2,
    name: 'GOGC',
  }
  const more = {
    profile: 'heap',
    reason: 'killed',
    sign: 'counters',
    status: '1',
    slices: 10,
    goroutines: 7,
    planned: 9,
    metric: 'heap.inuse',
    since: '10 merges',
    recordings: 4,
  }
  const texts = kind === 'setting-differs' || kind === 'go-differs' ? { base: 'go1.26.7', head: '' } : {}
  const { what, next } = doubtWords({ ...facts, ...more, ...texts, blocks: true } as never)
  for (const text of [what, next]) expect(text).toMatch(/^[A-Z\d].*[.]$/)
  expect(what + next).not.toMatch(/undefined|NaN/)
})

test('headlines say what is proven, how many, and how fast', () => {
  expect(headline(BLOCKED_SEND)).toBe('100 goroutines wait forever to send on a channel')
  expect(headline(finding())).toBe('70 goroutines pile up, waiting to send on a channel')
  const one = finding({ evidence: [evidence({ metric: 'goroutines.leaked', growth: exactly(1) })] })
  expect(headline(one)).toBe('1 goroutine waits forever to send on a channel')
  expect(headline(GROWING_MAP)).toBe('map grows 569 B per operation and nothing empties it')
  const uncounted = finding({
    kind: 'map-growth',
    evidence: [evidence({ metric: 'heap.growth.stack', growth: exactly(2 ** 20), perOperation: undefined })],
  })
  expect(headline(uncounted)).toBe('map grew 1 MiB and nothing empties it')
})

test('memory of one finding is told as a whole', () => {
  const part = evidence({ metric: 'heap.growth.stack', growth: exactly(1024), perOperation: 10 })
  const parts = finding({
    kind: 'timer-not-stopped',
    evidence: [part, part, part],
    total: { metric: part.metric, growth: exactly(3072), perOperation: 30, perHour: undefined },
  })
  expect(headline(parts)).toBe('timers that nobody stops keep 30 B per operation')
})

test('growth is told with its error, and never more exactly than it is', () => {
  const row = judgement({ base: 1024, growth: { value: 1024, lower: 512, upper: 1536 } })
  expect(growthText(row)).toBe('+1 KiB ± 512 B (+100%)')
  expect(growthText(judgement({ base: 0, growth: exactly(64) }))).toBe('+64 B (new)')
  expect(growthText(judgement({ base: 100, growth: exactly(6400) }))).toBe('+6.25 KiB (x65)')
  expect(growthText(judgement({ growth: { value: 5, lower: Number.NEGATIVE_INFINITY, upper: 9 } }))).toBe(
    '+5 B ± unknown',
  )
  expect(errorText(exactly(3), 'bytes')).toBe('')
  expect(changeText(-0.2, 'bytes')).toMatch(/^(0 B|−0\.2 B)$/)
  expect(changeText(-2048, 'bytes')).toBe('−2 KiB')
  expect(ratioText(100, -40)).toBe('−40%')
  expect(ratioText(100, 0.1)).toBe('')
})

test('age of the base', () => {
  const now = '2026-11-23T21:30:00Z'
  expect(ageText('2026-11-23T21:29:30Z', now)).toBe('just before')
  expect(ageText('2026-11-23T20:45:00Z', now)).toBe('45 minutes ago')
  expect(ageText('2026-11-23T02:30:00Z', now)).toBe('19 hours ago')
  expect(ageText('2026-11-03T02:30:00Z', now)).toBe('21 days ago')
  expect(ageText('2026-11-24T00:00:00Z', now)).toBe('')
  expect(ageText(undefined, now)).toBe('')
})

test('sparklines start at zero and share a scale', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([100, 101, 100])).toBe('███')
  expect(sparkline([])).toBe('')
  expect(sparkline([0, 0])).toBe('▁▁')
  expect(sparkline([Number.NaN, -5, 7], { ascii: true })).toBe('_@')
  expect(sparklines({ base: [5, 5], head: [5, 10] })).toEqual({ base: '▅▅', head: '▅█' })
  expect([...sparkline(Array.from({ length: 1000 }, (_, i) => i))]).toHaveLength(24)
})

test('the proposed exception is one the policy parser takes, and it accepts the stacks', () => {
  const lines = ignoreSnippet(FAILING.services[0]!.findings, FAILING)
  const { ignore } = parsePolicy([{ source: 'policy', text: lines.join('\n') }])
  expect(ignore.map(({ match }) => match)).toEqual([
    { where: 'any', name: 'example.com/orders/internal/notify.(*Dispatcher).deliver' },
    { where: 'any', name: 'example.com/orders/internal/quote.remember' },
  ])
  expect(ignore.map(({ max }) => max)).toEqual([{ goroutines: 200, bytes: 300 * 1024 }, { bytes: 2 * 1024 * 1024 }])
  expect(ignore[0]!.expires).toBe('2027-02-21')
})

test.each([
  'p.(*T[go.shape.struct { X int }]).F',
  'x.glob..func1',
  'p.T.m-fm',
  'gopkg.in/yaml%2ev3.Do',
  'p.#"\\quoted',
])('the exception for %s matches it', (name) => {
  const culprit = place('', 'x.go', 1, { function: name })
  const lines = ignoreSnippet([finding({ culprit, evidence: [evidence({ stack: [culprit] })] })], FAILING)
  const [entry] = parsePolicy([{ source: 'policy', text: lines.join('\n') }]).ignore
  expect(matchIgnore(entry!, [name])).toBe(true)
})

test('a name that is none gets no exception', () => {
  const culprit = place('', 'x.go', 1, { function: 'not a name' })
  expect(ignoreSnippet([finding({ culprit, evidence: [evidence({ stack: [culprit] })] })], FAILING)).toEqual([])
})

/** The compiler holds the tables complete; this holds the list of kinds free of doubles. */
test('kinds are unique', () => {
  expect(new Set<FindingKind>(FINDING_KINDS).size).toBe(FINDING_KINDS.length)
})

test.each([
  [2.5, '2.5 per operation'],
  [1, '1 per operation'],
  [0.9975, '1 per operation'],
  [0.7, '0.7 per operation'],
  [0.5, '1 in 2 operations'],
  [0.0025, '1 in 400 operations'],
])('%d goroutines an operation: %s', (perOperation, text) => {
  expect(perOperationText({ metric: 'goroutines.growth', perOperation })).toBe(text)
})
