import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { branchStore } from '../../src/baseline/branch-store.ts'
import { MOST_POINTS, withPoint } from '../../src/baseline/history.ts'
import { readSide } from '../../src/collect/sides.ts'
import { figureBefore, figureOverTime } from '../../src/diff/history.ts'
import { formatUserError, UserError } from '../../src/errors.ts'
import { gate } from '../../src/gate.ts'
import { findAcceptance } from '../../src/github/accept.ts'
import { fetchPolicy } from '../../src/github/org-policy.ts'
import { originOf, prepare } from '../../src/github/prepare.ts'
import { uploadReport } from '../../src/github/report-files.ts'
import { type GitHubRun, openRun } from '../../src/github/run.ts'
import type { GitHubInputs } from '../../src/github/run-inputs.ts'
import { saveBaseline } from '../../src/github/save.ts'
import { withAcceptance } from '../../src/github/tell.ts'
import { NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recording } from '../fixtures.ts'
import { FAILING, PASSING } from '../report/sample-reports.ts'
import { quiet } from './fake/quiet.ts'
import { type Event, environment, INPUTS, startRun } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { commits, sha } from './fake/world.ts'

quiet()

let fake: FakeGitHub

beforeEach(async () => {
  fake = await fakeGitHub()
  commits(fake.world, ['m1'], ['m2', 'm1'], ['m3', 'm2'], ['f1', 'm3'])
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

let runs = 5000

function open(event: Event, inputs: Partial<GitHubInputs> = {}, server = 'https://github.com'): GitHubRun {
  const runId = runs++
  const env = environment(fake, event, { runId, server })
  for (const name of ['ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN']) process.env[name] = env[name]
  startRun(fake.world, event, runId)
  return openRun(env, { ...INPUTS, ...inputs }, { wait: async () => {}, timeout: 60_000 })!
}

const now = (day: number): Date => new Date(`2026-11-${day}T12:00:00Z`)

describe.each([
  ['artifacts', {}, 'https://github.com'],
  ['a branch', {}, 'https://github.example.com'],
  ['a folder', { baselineStore: 'folder' }, 'https://github.com'],
] as const)('kept in %s', (_, inputs, server) => {
  test('what main recorded is what a pull request is held against, with its history', async () => {
    const store =
      inputs && 'baselineStore' in inputs ? { baselineStore: `${environment(fake, PUSH).RUNNER_TEMP}/kept` } : {}
    for (const [i, commit] of ['m1', 'm2', 'm3'].entries()) {
      const run = open({ on: 'push', commit }, store, server)
      const prepared = await prepare(run, '.')
      fake.now = now(10 + i).toISOString()
      const report = commit === 'm3' ? FAILING : PASSING
      const told = await saveBaseline(run, prepared, [recording('healthy')], report, now(10 + i))
      expect(told).toContain(`kept as a baseline (api, ${report.verdict})`)
    }
    const run = open({ on: 'pull_request', head: 'f1', base: 'm3' }, store, server)
    const prepared = await prepare(run, '.')
    expect(prepared.base.base).toMatchObject({ commit: sha('m3'), verdict: 'fail', away: 0, branch: 'main' })
    expect(originOf(run, prepared)).toMatchObject({ headCommit: sha('f1'), baseCommit: sha('m3'), baseRef: 'main' })
    expect(prepared.history.map(({ commit, verdict }) => [commit, verdict])).toEqual([
      [sha('m1'), 'pass'],
      [sha('m2'), 'pass'],
      [sha('m3'), 'fail'],
    ])
    const { service, rounds, operations } = PASSING.services[0]!
    const series = figureOverTime(prepared.history, service, 'goroutines', { rounds: rounds.to, operations })
    expect(series.map(({ value }) => value)).toEqual([11, 11, 111])
    expect(figureOverTime(prepared.history, service, 'goroutines', { rounds: rounds.to, operations: 1 })).toEqual([])
    const [original] = readSide('x', [recording('healthy')], new Stacks())
    const [back] = readSide('baseline', prepared.paths, new Stacks())
    expect(back!.service).toBe(original!.service)
    expect(back!.snapshots).toHaveLength(original!.snapshots.length)
  })
})

const PUSH: Event = { on: 'push', commit: 'm1' }

describe('saving', () => {
  test('when judging went wrong it is kept all the same', async () => {
    const told = await saveBaseline(open(PUSH), undefined, [recording('healthy')], undefined, now(11))
    expect(told).toContain('unjudged')
  })

  test('two jobs with one key: told, with what to do', async () => {
    const run = open(PUSH)
    await saveBaseline(run, undefined, [recording('healthy')], PASSING, now(11))
    const error = await saveBaseline(run, undefined, [recording('healthy')], PASSING, now(11)).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(formatUserError(error)).toMatch(/artifact leakgate-baseline-api: another job of this run.*\n.*own key/)
  })

  test('the store of artifacts refuses without a word: its status is told', async () => {
    fake.troubles.push({ on: /PUT \/upload/, status: 401, body: '', times: 9 })
    const saving = saveBaseline(open(PUSH), undefined, [recording('healthy')], PASSING, now(11))
    const error = await saving.catch((thrown) => thrown)
    expect(formatUserError(error)).toMatch(/artifact leakgate-baseline-api: cannot be uploaded: the store answered 401/)
  })

  test('an interrupted recording is not kept', async () => {
    const run = open(PUSH)
    const folder = join(run.env.RUNNER_TEMP!, 'api')
    mkdirSync(folder)
    writeFileSync(join(folder, 'recording.json'), '{"state":"recording"}')
    expect(await saveBaseline(run, undefined, [folder], PASSING, now(11))).toContain('interrupted')
    expect(fake.world.artifacts).toEqual([])
  })

  test('a branch that nobody may write to', async () => {
    fake.troubles.push({ on: /POST .*git\/blobs/, status: 403, times: 1 })
    const saving = saveBaseline(
      open(PUSH, { baselineStore: 'branch' }),
      undefined,
      [recording('healthy')],
      PASSING,
      now(11),
    )
    const error = await saving.catch((thrown) => thrown)
    expect(formatUserError(error)).toMatch(/branch leakgate-baselines: .*403[\s\S]*contents: write/)
  })

  test('eight runs that save to the branch at once: all are kept', async () => {
    fake.jitter = 15
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    await Promise.all(
      keys.map((key) => {
        const run = open(PUSH, { baselineStore: 'branch', key })
        return saveBaseline(run, undefined, [recording('healthy')], PASSING, now(11))
      }),
    )
    const tip = fake.world.gitCommits.get(fake.world.refs.get('refs/heads/leakgate-baselines')!)!
    const paths = fake.world.trees.get(tip.tree)!.map(({ path }) => path.split('/')[0])
    expect(paths.sort()).toEqual(keys)
  })

  test('the branch keeps the last fifty of a key and is begun anew from time to time', {
    timeout: 60_000,
  }, async () => {
    const { rest } = open(PUSH)
    const store = branchStore({ rest, repository: 'acme/orders', keep: 5 })
    const files = new Map([['recordings/0/api/recording.json', Buffer.from('{}')]])
    for (let i = 0; i < 55; i++) {
      const recordedAt = new Date(Date.UTC(2026, 10, 1, i)).toISOString()
      const facts = { commit: sha(`c${i}`), branch: 'main', key: 'api', recordedAt, runId: 1, runAttempt: 1 }
      await store.save({ facts: { ...facts, verdict: 'pass', version: '0.1.0', history: [] }, files })
    }
    const { tree, message } = fake.world.gitCommits.get(fake.world.refs.get('refs/heads/leakgate-baselines')!)!
    expect([fake.world.trees.get(tree)!.length, message]).toEqual([5, 'Baseline of api #5'])
  })

  test('the temporary folder is left clean', async () => {
    const run = open(PUSH)
    await saveBaseline(run, undefined, [recording('healthy')], PASSING, now(11))
    expect(readdirSync(run.env.RUNNER_TEMP!).filter((name) => name.startsWith('leakgate-upload'))).toEqual([])
  })
})

test('a history thins what is long ago to a day each, and a commit recorded again counts once', () => {
  const hour = 3_600_000
  const point = (n: number) => ({
    commit: sha(`c${n}`),
    recordedAt: new Date(Date.UTC(2026, 0, 1) + n * 6 * hour).toISOString(),
    verdict: 'pass',
    services: {},
  })
  let history = [point(0)]
  for (let i = 1; i < 300; i++) history = withPoint(history, point(i))
  // The last hundred, and of the fifty days before the last of each.
  expect(history).toHaveLength(150)
  expect(history[0]!.commit).toBe(sha('c3'))
  expect(withPoint(history, point(299))).toHaveLength(150)
  for (let i = 300; i < 900; i++) history = withPoint(history, point(i))
  expect(history).toHaveLength(MOST_POINTS)
})

test('a history is never larger than what is read of a baseline', () => {
  const services = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`service-${i}`, { goroutines: i }]))
  let history = [] as ReturnType<typeof withPoint>
  for (let i = 0; i < 30; i++) {
    const recordedAt = now(11).toISOString()
    history = withPoint(history, { commit: sha(`c${i}`), recordedAt, verdict: 'pass', services })
  }
  expect(JSON.stringify(history).length).toBeLessThan(2 * 1024 * 1024)
  expect(history.at(-1)!.commit).toBe(sha('c29'))
})

test('small steps add up against a point long ago', () => {
  const series = Array.from({ length: 11 }, (_, i) => {
    return { commit: sha(`c${i}`), recordedAt: now(10 + i).toISOString(), value: Math.round(1e6 * 1.03 ** i) }
  })
  expect(figureBefore(series, { merges: 10 }, now(21))).toBe(series[0])
  expect(figureBefore(series, { days: 5 }, now(21))).toBe(series[6])
  expect(figureBefore(series, { merges: 11 }, now(21))).toBeUndefined()
  expect(series[10]!.value / series[0]!.value).toBeCloseTo(1.34, 2)
})

test('a recording of several runs travels whole, and each of its runs confirms', async () => {
  const repeated = (first: string, again: string): string => {
    const folder = join(mkdtempSync(join(tmpdir(), 'leakgate-runs-')), 'orders')
    cpSync(recording(first), folder, { recursive: true })
    cpSync(recording(again), join(folder, 'runs/2'), { recursive: true })
    return folder
  }
  await saveBaseline(open(PUSH), undefined, [repeated('healthy', 'healthy-again')], PASSING, now(11))
  const { paths } = await prepare(open({ on: 'pull_request', head: 'f1', base: 'm1' }), '.')
  const verdict = (again: string): string => {
    const stacks = new Stacks()
    const base = readSide('the baseline', paths, stacks)
    expect(base[0]!.again).toHaveLength(1)
    const head = readSide('input profiles', [repeated('map-cache', again)], stacks)
    return gate({ base, head, policy: parsePolicy([]), checkout: NO_CHECKOUT, now: now(12) }).verdict
  }
  expect([verdict('map-cache'), verdict('healthy-again')]).toEqual(['fail', 'warn'])
})

test('the page is uploaded as it is and linked, the rest in an archive', async () => {
  const run = open(PUSH)
  const others = new Map([['diff.pb.gz', Buffer.from('x')]])
  const report = await uploadReport(run, PASSING, { page: Buffer.from('<!doctype html>'), others })
  const [rest, page] = fake.world.artifacts
  expect([rest!.name, rest!.mime]).toEqual(['leakgate-report-api', 'application/zip'])
  expect([page!.name, page!.mime, page!.bytes.toString()]).toEqual([
    'leak-report-api.html',
    'text/html',
    '<!doctype html>',
  ])
  expect(report.origin.reportUrl).toBe(
    `https://github.com/acme/orders/actions/runs/${run.context.runId}/artifacts/${page!.id}`,
  )
})

describe('acceptance', () => {
  const labelled = (number = 7): void => {
    const event = {
      event: 'labeled',
      label: { name: 'leak-accepted', color: 'f00' },
      created_at: '2026-11-19T08:30:00Z',
    }
    const events = [
      { ...event, actor: { login: 'rita' } },
      { ...event, label: { name: 'other', color: 'f00' } },
    ]
    const pull = { number, head: sha('f1'), headLabel: 'acme:topic', state: 'open' as const, mergeCommit: sha('m3') }
    fake.world.pulls.set(number, { ...pull, labels: ['leak-accepted'], events })
  }
  const warn = (message: string): never => {
    throw new Error(message)
  }

  test.each<[string, Event]>([
    ['a pull request', { on: 'pull_request', head: 'f1', base: 'm3' }],
    ['a merge queue', { on: 'merge_group', head: 'f1', base: 'm3' }],
    ['the push that merged it', { on: 'push', commit: 'm3' }],
  ])('%s goes on, and who said so is shown', async (_, event) => {
    labelled()
    const { report, acceptance } = await withAcceptance(open(event), FAILING, warn)
    expect(acceptance).toEqual({ label: 'leak-accepted', by: 'rita', at: '2026-11-19T08:30:00Z' })
    expect([report.stops, report.verdict]).toEqual([false, 'fail'])
  })

  test('without the label nothing is accepted, and a verdict that does not stop asks nobody', async () => {
    const run = open({ on: 'pull_request', head: 'f1', base: 'm3' })
    expect((await withAcceptance(run, FAILING, warn)).report.stops).toBe(true)
    fake.calls.length = 0
    await withAcceptance(run, PASSING, warn)
    expect(fake.calls).toEqual([])
  })

  test('a label that was taken off again', async () => {
    labelled()
    fake.world.pulls.get(7)!.labels = []
    const run = open({ on: 'pull_request', head: 'f1', base: 'm3' })
    expect(await findAcceptance(run.rest, run.context, 'leak-accepted')).toBeUndefined()
  })

  test('when the events cannot be read it counts, without a name', async () => {
    labelled()
    fake.troubles.push({ on: /events$/, status: 403, times: 9 })
    const run = open({ on: 'pull_request', head: 'f1', base: 'm3' })
    expect(await findAcceptance(run.rest, run.context, 'leak-accepted')).toEqual({
      ...{ label: 'leak-accepted', by: undefined, at: undefined },
    })
  })

  test('when the labels cannot be read nothing is accepted, and that is told', async () => {
    labelled()
    fake.troubles.push({ on: /labels$/, status: 403, times: 9 })
    const told: string[] = []
    const run = open({ on: 'pull_request', head: 'f1', base: 'm3' })
    const { report } = await withAcceptance(run, FAILING, (message) => void told.push(message))
    expect([report.stops, told]).toEqual([true, [expect.stringMatching(/^The label cannot be looked up: .*403/)]])
  })
})

describe('a policy of another repository', () => {
  const policy = (from: string): Promise<unknown> => fetchPolicy(open(PUSH).rest, from)
  const text = 'preset: strict\n'

  test('at a commit, at a tag', async () => {
    fake.world.contents.set(`policies/leaks.yml@${sha('m2')}`, text)
    fake.world.tags.set('v3', sha('m2'))
    expect(await policy(`acme/orders/policies/leaks.yml@${sha('m2')}`)).toMatchObject({ text })
    expect(await policy('acme/orders/policies/leaks.yml@v3')).toEqual({
      source: 'acme/orders/policies/leaks.yml@v3',
      text,
    })
  })

  test.each([
    ['a branch', 'acme/orders/leaks.yml@main', /has no tag "main".*\n.*a branch is not accepted/],
    ['no ref', 'acme/orders/leaks.yml', /names no file of a repository at a ref/],
    ['a way up', 'acme/orders/../x.yml@v1', /names no file/],
    ['no such file', `acme/orders/none.yml@${sha('m2')}`, /cannot be fetched: .*404[\s\S]*policy-token/],
  ])('%s is refused', async (_, from, message) => {
    const error = await policy(from).catch((thrown: unknown) => thrown)
    expect(formatUserError(error as UserError)).toMatch(message)
  })
})

test('changed lines come with the merge base, in the same call', async () => {
  fake.world.files = [
    { filename: 'a.go', status: 'modified', changes: 2, patch: '@@ -1 +1,2 @@\n one\n+two' },
    { filename: 'big.go', status: 'modified', changes: 9000 },
  ].map((file) => ({
    sha: sha('x'),
    additions: 1,
    deletions: 0,
    blob_url: 'https://x',
    raw_url: 'https://x',
    contents_url: 'https://x',
    ...file,
  }))
  const { lines } = await prepare(open({ on: 'pull_request', head: 'f1', base: 'm3' }), '.')
  expect([lines?.get('a.go')?.has(2), lines?.get('a.go')?.has(1), lines?.get('big.go')?.has(77)]).toEqual([
    true,
    false,
    true,
  ])
})
