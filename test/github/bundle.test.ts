import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMENT_INPUT_NAMES } from '../../src/github/run-inputs.ts'
import { ROOT, recording, SERVICES } from '../fixtures.ts'
import { type Event, environment, startRun, WORKFLOW } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { type Ended, runBundle } from './fake/spawn.ts'
import { commits, sha } from './fake/world.ts'

let fake: FakeGitHub
let runs: number

beforeEach(async () => {
  fake = await fakeGitHub()
  runs = 5000
  commits(fake.world, ['m1'], ['m2', 'm1'], ['f1', 'm2'])
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

const PULL: Event = { on: 'pull_request', head: 'f1', base: 'm2' }
const LEAK = { profiles: recording('map-cache'), source: SERVICES, token: 'ghs_x', key: 'api' }
const HEALTHY = { ...LEAK, profiles: recording('healthy') }

function gate(event: Event, inputs: Record<string, string>, runId = runs++): Promise<Ended> {
  startRun(fake.world, event, runId)
  return runBundle('main.js', environment(fake, event, { runId }), inputs)
}

function companion(run: Record<string, unknown>): Promise<Ended> {
  const file = join(mkdtempSync(join(tmpdir(), 'leakgate-event-')), 'event.json')
  const head_repository = { id: 999, owner: { login: 'mallory' } }
  const workflow_run = {
    ...{ event: 'pull_request', run_attempt: 1, html_url: 'https://github.com/acme/orders/actions/runs/5001' },
    ...{ path: WORKFLOW, head_sha: sha('f1'), head_branch: 'topic', head_repository, pull_requests: [], ...run },
  }
  writeFileSync(file, JSON.stringify({ repository: { id: 4242 }, workflow_run }))
  const env = { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_EVENT_PATH: file, GITHUB_API_URL: fake.api }
  return runBundle('comment.js', { ...env, GITHUB_REPOSITORY: 'acme/orders' }, { token: 'ghs_x' })
}

/** The entry is there, and knows GitHub. */
const built = (entry: string, word: string): boolean => {
  const file = join(ROOT, 'dist', entry)
  return existsSync(file) && readFileSync(file, 'utf8').includes(word)
}

test('comment/action.yml declares the inputs that are read', () => {
  const manifest = parse(readFileSync(join(ROOT, 'comment/action.yml'), 'utf8'))
  expect(Object.keys(manifest.inputs).sort()).toEqual([...COMMENT_INPUT_NAMES].sort())
  expect(manifest.runs).toEqual({ using: 'node24', main: '../dist/comment.js' })
})

describe.skipIf(!built('main.js', 'baseline-store'))('the bundles, run as the runner runs them', () => {
  test('a baseline on main, a leak in a pull request, the comment of a fork by the companion', {
    timeout: 60_000,
  }, async () => {
    const main = await gate({ on: 'push', commit: 'm2' }, HEALTHY)
    expect([main.code, main.log]).toEqual([0, expect.stringContaining('is kept as a baseline (api, seeding)')])

    fake.calls.length = 0
    const leak = await gate(PULL, LEAK)
    expect(leak.code).toBe(1)
    expect(fake.calls.length).toBeLessThanOrEqual(12)
    expect(leak.summary).toMatch(/cache\.go:45[\s\S]*the merge base itself/)
    expect(leak.log.trimEnd().split('\n').at(-1)).toMatch(/^::error::/)
    expect(fake.world.comments).toHaveLength(1)
    const uploaded = fake.world.artifacts.map(({ name }) => name)
    expect(uploaded).toEqual(expect.arrayContaining(['leak-report-api.html', 'leakgate-report-api']))
    // The recording of the change is in it: what was judged can be looked into.
    const evidence = fake.world.artifacts.findLast(({ name }) => name === 'leakgate-report-api')!.bytes
    expect(evidence.length).toBeGreaterThan(100_000)
    for (const name of ['report.json', 'diff.pb.gz', 'goroutine-diff.pb.gz']) expect(evidence.includes(name)).toBe(true)

    fake.world.comments.length = 0
    const runId = runs
    const fork = await gate({ ...PULL, fork: true }, LEAK)
    expect([fork.code, fake.world.comments.length]).toEqual([1, 0])
    expect(fork.log).toContain('::warning::No comment: the token of a pull request from a fork can only read')
    const pull = { number: 7, head: sha('f1'), headLabel: 'mallory:topic', labels: [], events: [] }
    fake.world.pulls.set(7, { ...pull, state: 'open' })
    const later = await companion({ id: runId })
    expect([later.code, later.log]).toEqual([0, expect.stringContaining('Comment: created.')])
    expect(fake.world.comments).toHaveLength(1)
    expect(fake.world.comments[0]!.body).toContain('cache.go')
  })

  test('the companion and a run that is none of its business', async () => {
    expect((await companion({ id: 1, event: 'push' })).log).toContain('Nothing to comment on.')
  })

  test('pull_request_target is refused', async () => {
    const env = { ...environment(fake, PULL), GITHUB_EVENT_NAME: 'pull_request_target' }
    const ran = await runBundle('main.js', env, HEALTHY)
    expect([ran.code, ran.log]).toEqual([
      1,
      expect.stringContaining('event pull_request_target: this event runs with write access'),
    ])
  })
})
