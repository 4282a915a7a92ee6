import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCheckout } from '../../src/collect/checkout.ts'
import { readSide } from '../../src/collect/sides.ts'
import { gate } from '../../src/gate.ts'
import { withRecordings } from '../../src/github/recordings.ts'
import type { GitHubInputs } from '../../src/github/run-inputs.ts'
import { begin, type Finished, finish, keep, organisationPolicy } from '../../src/github/step.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import type { Report } from '../../src/report/report.ts'
import { recording, SERVICES } from '../fixtures.ts'
import { quiet } from './fake/quiet.ts'
import { type Event, environment, INPUTS, startRun } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { commits, sha } from './fake/world.ts'

quiet()

let fake: FakeGitHub
let log: string[]
let runs: number

beforeEach(async () => {
  fake = await fakeGitHub()
  log = []
  runs = 5000
  commits(fake.world, ['m1'], ['m2', 'm1'], ['f1', 'm2'], ['f2', 'f1'])
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

/** The whole step as the entry runs it, from its inputs to its end. */
async function step(
  event: Event,
  name: string,
  inputs: Partial<GitHubInputs> = {},
  server?: string,
): Promise<Finished> {
  const runId = runs++
  const env = environment(fake, event, { runId, ...(server === undefined ? {} : { server }) })
  for (const key of ['ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN']) process.env[key] = env[key]
  startRun(fake.world, event, runId)
  fake.calls.length = 0
  const tell = {
    info: (text: string) => void log.push(text),
    warn: (text: string) => void log.push(`warning: ${text}`),
  }
  const all = { ...INPUTS, ...inputs }
  const begun = await begin(env, all, true, tell)
  const policy = parsePolicy(await organisationPolicy(env, all))
  const stacks = new Stacks()
  const paths = begun?.prepared?.paths ?? []
  const base = paths.length === 0 ? undefined : readSide('the baseline', paths, stacks)
  const profiles = [recording(name)]
  let report: Report | undefined
  try {
    const checkout = openCheckout(SERVICES, '.', begun?.prepared?.lines)
    const origin = begun?.origin ?? {}
    report = gate({
      base,
      head: readSide('input profiles', profiles, stacks),
      policy,
      checkout,
      now: new Date(),
      origin,
      history: begun?.prepared?.history ?? [],
    })
    if (begun !== undefined) report = withRecordings(begun.run, begun.prepared, report, new Map(), '.')
  } finally {
    await keep(begun, profiles, report, tell)
  }
  return finish(begun, report, { page: Buffer.from('<!doctype html>'), others: new Map() }, tell)
}

const PULL: Event = { on: 'pull_request', head: 'f1', base: 'm2' }
const comments = (): string[] => fake.world.comments.map(({ body }) => body)

describe('a repository from its first run on', () => {
  test('seeding, a baseline, a leak told at its line, the fix; at most twelve calls each', async () => {
    expect((await step(PULL, 'map-cache')).report.verdict).toBe('seeding')
    expect(comments()[0]).toMatch(/on: \{ push: \{ branches: \[main\] \} \}/)

    expect((await step({ on: 'push', commit: 'm1' }, 'healthy')).report.verdict).toBe('seeding')
    expect(log).toContain(`The recording of ${sha('m1').slice(0, 7)} is kept as a baseline (api, seeding).`)

    const leak = await step(PULL, 'map-cache')
    expect([leak.report.verdict, leak.report.stops]).toEqual(['fail', true])
    expect(fake.calls.length).toBeLessThanOrEqual(12)
    expect(comments()).toHaveLength(1)
    expect(comments()[0]).toMatch(/cache\.go:45[\s\S]*1 commit before the merge base/)
    expect(leak.report.origin.reportUrl).toMatch(/artifacts\/\d+$/)
    expect(leak.report.base?.base).toMatchObject({ commit: sha('m1'), away: 1, verdict: 'seeding', runId: 5001 })

    const fixed = await step({ ...PULL, head: 'f2' }, 'healthy-again')
    expect(fixed.report.verdict).toBe('pass')
    expect(fake.calls.length).toBeLessThanOrEqual(12)
    expect(comments()).toHaveLength(1)
    expect(comments()[0]).toContain('**Resolved:**')
    expect(log.filter((line) => line.startsWith('warning'))).toEqual([])
  })

  test('a red main is kept as a baseline, and the next pull request is told', async () => {
    await step({ on: 'push', commit: 'm1' }, 'healthy')
    expect((await step({ on: 'push', commit: 'm2' }, 'map-cache')).report.verdict).toBe('fail')
    const next = await step(PULL, 'map-cache')
    expect(next.report.verdict).not.toBe('fail')
    expect(renderMarkdown(next.report, { for: 'summary' })).toContain('That baseline itself was judged FAIL')
  })

  test('accepted by a label', async () => {
    await step({ on: 'push', commit: 'm2' }, 'healthy')
    const pull = { number: 7, head: sha('f1'), headLabel: 'acme:topic', state: 'open' as const, events: [] }
    fake.world.pulls.set(7, { ...pull, labels: ['leak-accepted'] })
    const { report, accepted } = await step(PULL, 'map-cache')
    expect([report.verdict, report.stops, accepted]).toEqual(['fail', false, true])
    expect(comments()[0]).toContain('**Accepted:** the label `leak-accepted`')
    expect(fake.calls.length).toBeLessThanOrEqual(12)
  })

  test('a fork: the verdict counts, the part is left for the companion, no comment is tried', async () => {
    await step({ on: 'push', commit: 'm2' }, 'healthy')
    const { report } = await step({ ...PULL, fork: true }, 'map-cache')
    expect(report.stops).toBe(true)
    expect(fake.world.artifacts.map(({ name }) => name)).toContain('leakgate-part-api-a1')
    expect(fake.calls.some((call) => call.startsWith('POST'))).toBe(false)
    expect(log.at(-1)).toMatch(/^warning: No comment: the token of a pull request from a fork can only read/)
  })

  test('GitHub Enterprise Server: a branch keeps the baseline, nothing is uploaded', async () => {
    const server = 'https://github.example.com'
    await step({ on: 'push', commit: 'm2' }, 'healthy', {}, server)
    const { report } = await step(PULL, 'map-cache', {}, server)
    expect(report.verdict).toBe('fail')
    expect(comments()).toHaveLength(1)
    expect(log.filter((line) => line.startsWith('warning'))).toEqual([])
    expect(log.at(-1)).toBe('Comment: created, of this job alone.')
  })

  test('everything refused: the verdict stands', async () => {
    await step({ on: 'push', commit: 'm2' }, 'healthy')
    fake.troubles.push({ on: /(GET|POST|PATCH) .*(issues|artifacts)/, status: 403, times: 99 })
    fake.troubles.push({ on: /twirp/, status: 403, times: 99 })
    const { report } = await step(PULL, 'map-cache')
    expect(report.verdict).toBe('seeding')
    expect(log.filter((line) => line.startsWith('warning')).length).toBeGreaterThan(1)
  })

  test('a policy of the organisation is in force', async () => {
    fake.world.contents.set(`leaks.yml@${sha('m1')}`, 'preset: watch\n')
    await step({ on: 'push', commit: 'm2' }, 'healthy')
    const { report } = await step(PULL, 'map-cache', { policyFrom: `acme/orders/leaks.yml@${sha('m1')}` })
    expect([report.verdict, report.stops, report.policy.preset]).toEqual(['warn', false, 'watch'])
  })

  test('a limit since so many merges: not judged and told until main has recorded so often, judged from then on', async () => {
    const text = 'limits: { heap.inuse: +5% since 2 merges, heap.growth.stack: +1GiB, heap.growth: +1GiB }\n'
    fake.world.contents.set(`leaks.yml@${sha('m1')}`, text)
    const inputs = { policyFrom: `acme/orders/leaks.yml@${sha('m1')}` }
    commits(fake.world, ['m3', 'm2'], ['f3', 'm3'])
    await step({ on: 'push', commit: 'm1' }, 'healthy', inputs)
    await step({ on: 'push', commit: 'm2' }, 'healthy-again', inputs)
    const early = await step(PULL, 'map-cache', inputs)
    const heap = ({ report }: Finished) => report.services[0]!.judgements.find(({ metric }) => metric === 'heap.inuse')!
    expect(heap(early).outcome).toBe('not-judged')
    expect(early.report.services[0]!.doubts).toContainEqual({
      ...{ kind: 'short-history', metric: 'heap.inuse', since: '2 merges', recordings: 2, blocks: false },
    })
    expect(early.report.services[0]!.history).toBeUndefined()

    await step({ on: 'push', commit: 'm3' }, 'healthy', inputs)
    const late = await step({ ...PULL, head: 'f3', base: 'm3' }, 'map-cache', inputs)
    expect(heap(late)).toMatchObject({ outcome: 'fail', past: { commit: sha('m1') } })
    expect(late.report.services[0]!.doubts.map(({ kind }) => kind)).not.toContain('short-history')
    expect(late.report.services[0]!.history?.[0]?.points.map(({ commit }) => commit)).toEqual([
      ...['m1', 'm2', 'm3'].map(sha),
    ])
    expect(fake.world.comments[0]!.body).toContain('On the base branch: 3 recordings since')
  })
})
