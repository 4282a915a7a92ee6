import { expect, test } from 'vitest'
import { openCheckout } from '../src/collect/checkout.ts'
import { readRecordings } from '../src/collect/folder.ts'
import { diffService } from '../src/diff/diff.ts'
import { exactly } from '../src/diff/estimate.ts'
import { gate } from '../src/gate.ts'
import { withIgnore } from '../src/policy/amend.ts'
import { evaluate } from '../src/policy/evaluate.ts'
import { parsePolicy } from '../src/policy/parse.ts'
import { Stacks } from '../src/profile/stacks.ts'
import { maxText, proposals } from '../src/report/accept.ts'
import type { Report } from '../src/report/report.ts'
import { recordingOf } from './diff/recordings.ts'
import { baselineOf, isHealthy, recording, SERVICES, VARIANTS } from './fixtures.ts'
import { evidence, finding, place } from './report/sample-parts.ts'

const now = new Date('2026-11-24T12:00:00Z')
const checkout = openCheckout(SERVICES)

function judged(variant: string, policy: string): Report {
  const stacks = new Stacks()
  const [base, head] = [baselineOf(variant), variant].map((name) => readRecordings(recording(name), stacks))
  return gate({ base, head: head!, policy: parsePolicy([{ source: 'p', text: policy }]), checkout, now })
}

/** Every suspect of the report accepted as `leakgate accept` proposes it. */
function acceptedAll({ services }: Report): string {
  return proposals(
    services.flatMap(({ findings }) => findings),
    services,
  ).reduce(
    (text, { where, name, max }) =>
      withIgnore('p', text, { where, name, reason: 'meant', max: maxText(max), expires: '2027-01-01' }),
    '',
  )
}

/** A connection for each request costs allocations too, which is no place and so nothing that accept can name. */
const ALLOCATES = ['http-body', 'http-transport']

test.each(VARIANTS.filter((variant) => !isHealthy(variant)))('%s: all findings accepted, nothing fails', (variant) => {
  const before = judged(variant, '')
  expect(before.verdict).toBe('fail')
  const { verdict, services } = judged(variant, acceptedAll(before))
  const open = services.flatMap(({ findings }) => findings.map(({ kind, level }) => `${level} ${kind}`))
  const expected = ALLOCATES.includes(variant.replace(/-go1\.27$/, '')) ? ['warn alloc-rate'] : []
  expect([verdict, open]).toEqual([expected.length > 0 ? 'warn' : 'pass', expected])
})

const SENDS = 'main.serve;main.send;runtime.chansend1;runtime.gopark'

/** heap.growth and stack.inuse of a service with five accepted goroutines more a round that keeps so many bytes a round. */
function rest(bytes: number, { max = '64 goroutines', stack = 0 } = {}) {
  const stacks = new Stacks()
  const memstats = (i: number, grown: number) => ({ memstats: { stackInuse: 500_000 + i * grown } })
  const base = recordingOf((i) => memstats(i, 0), { stacks })
  const head = recordingOf(
    (i) => ({ goroutines: `main.main 1\n${SENDS} ${i * 5}`, live: 4_000_000 + i * bytes, ...memstats(i, stack) }),
    { stacks },
  )
  const policy = parsePolicy([{ source: 'p', text: `ignore: [{ top: main.send, reason: known, max: ${max} }]` }])
  const { judgements } = evaluate(diffService(base, head), policy, '2026-11-24')
  return (metric: string) => {
    const row = judgements.find((one) => one.metric === metric)
    return [row?.outcome, Math.round(row?.growth?.value ?? 0), Math.round(row?.accepted ?? 0)]
  }
}

test('goroutines that are accepted come with the heap the runtime needs for them, and no more', () => {
  // Of 35 goroutines: 1 KiB each.
  expect(rest(5000)('heap.growth')).toEqual(['ok', 0, 35_000])
  expect(rest(60_000)('heap.growth')).toEqual(['fail', 7 * 60_000 - 35 * 1024, 35 * 1024])
})

test('bytes beside goroutines are room for what they hold, and no more', () => {
  const max = '64 goroutines and 500KiB'
  expect(rest(60_000, { max })('heap.growth')).toEqual(['ok', 0, 420_000])
  expect(rest(200_000, { max })('heap.growth')).toEqual(['fail', 1_400_000 - 535 * 1024, 535 * 1024])
})

test('their stacks are their share of the stack memory, up to 32 KiB each', () => {
  expect(rest(0, { stack: 5 * 8192 })('stack.inuse')).toEqual(['ok', 0, 9 * 5 * 8192])
  expect(rest(0, { stack: 5 * 99_000 })('stack.inuse')).toEqual(['warn', 45 * (99_000 - 32 * 1024), 45 * 32 * 1024])
})

test.each([
  [
    'a read says nothing: what is read',
    ['net.(*netFD).Read', 'net/http.(*connReader).Read', 'net/http.(*conn).serve'],
    'any',
    'net/http.(*connReader).Read',
  ],
  ['a wait of its own', ['net/http.(*persistConn).writeLoop'], 'top', 'net/http.(*persistConn).writeLoop'],
])('goroutines of a library, %s', (_, names, where, name) => {
  const stack = ['runtime.gopark', ...names].map((one) => place('x', 'x.go', 1, { function: one, party: 'standard' }))
  const grown = evidence({ metric: 'goroutines.growth', growth: exactly(80), outcome: 'fail', stack })
  const found = finding({ kind: 'http-server-connections', culprit: undefined, evidence: [grown] })
  expect(proposals([found], [])).toMatchObject([{ where, name, max: { goroutines: '100 goroutines' } }])
})
