import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/github/comment.ts'
import { type Prepared, prepare } from '../../src/github/prepare.ts'
import { type GitHubRun, openRun } from '../../src/github/run.ts'
import type { GitHubInputs } from '../../src/github/run-inputs.ts'
import { comment, partOf, uploadPart } from '../../src/github/tell.ts'
import type { Report } from '../../src/report/report.ts'
import { FAILING, PASSING, SEEDING } from '../report/sample-reports.ts'
import { quiet } from './fake/quiet.ts'
import { baselined, environment, INPUTS, WORKFLOW } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { commits, sha } from './fake/world.ts'

quiet()

const NUMBER = 7
let fake: FakeGitHub
let warnings: string[]

beforeEach(async () => {
  fake = await fakeGitHub()
  warnings = []
  commits(fake.world, ['m1'], ['m2', 'm1'], ['f1', 'm2'])
  baselined(fake.world, { commit: 'm2' })
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

interface Leg {
  readonly push?: number
  readonly attempt?: number
  readonly key?: string
  readonly report?: Report
  readonly inputs?: Partial<GitHubInputs>
  readonly prepared?: Prepared
  readonly fork?: boolean
}

function open({ push = 1, attempt = 1, key = 'api', inputs = {}, fork = false }: Leg): GitHubRun {
  const event = { on: 'pull_request', head: 'f1', base: 'm2', fork } as const
  const env = environment(fake, event, { runId: 5000 + push, attempt })
  // The artifact client reads the process's own environment.
  for (const name of ['ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN']) process.env[name] = env[name]
  return openRun(env, { ...INPUTS, key, ...inputs }, { wait: async () => {}, timeout: 60_000 })!
}

/** One leg from its verdict on. */
async function leg(given: Leg): Promise<Outcome | undefined> {
  const run = open(given)
  const warn = (message: string): void => void warnings.push(message)
  const report = given.report ?? FAILING
  const base = given.prepared?.base
  const part = partOf(run, base === undefined ? report : { ...report, base }, undefined)
  await uploadPart(run, part, warn)
  return comment(run, part, warn)
}

function own(): string[] {
  return fake.world.comments.filter(({ body }) => body.startsWith('<!-- leakgate:v1')).map(({ body }) => body)
}

function others(count: number): void {
  for (let i = 0; i < count; i++) {
    fake.world.comments.push({ id: fake.world.nextId++, issue: NUMBER, body: `Comment ${i}`, login: 'alice' })
  }
}

describe('one comment', () => {
  test('opened by the first alert, left alone, brought to resolved, and quiet about a pull request without any', async () => {
    expect(await leg({ push: 1, report: PASSING })).toBe('not-needed')
    expect(own()).toEqual([])
    expect(await leg({ push: 2, report: FAILING })).toBe('created')
    expect(own()[0]).toContain('Memory leak')
    fake.calls.length = 0
    expect(await leg({ push: 3, report: PASSING })).toBe('updated')
    expect(own()).toHaveLength(1)
    expect(own()[0]).toMatch(/No leak found[\s\S]*\*\*Resolved:\*\* what was reported at `[0-9a-f]{7}` is gone/)
    expect(fake.calls.some((call) => call.startsWith('POST'))).toBe(false)
    const writes = fake.calls.length
    expect(await leg({ push: 3, attempt: 1, key: 'api', report: PASSING })).toBe('unchanged')
    expect(fake.calls.slice(writes).some((call) => call.startsWith('PATCH'))).toBe(false)
    expect(warnings).toEqual([expect.stringMatching(/another job of this run has uploaded the same.*own key/)])
  })

  test('always: also without an alert; never: not at all', async () => {
    expect(await leg({ push: 1, report: PASSING, inputs: { comment: 'never' } })).toBeUndefined()
    expect(await leg({ push: 2, report: PASSING, inputs: { comment: 'always' } })).toBe('created')
    expect(own()[0]).not.toContain('Resolved')
  })

  test('nothing to compare with yet opens one too: it says what is missing on main', async () => {
    fake.world.artifacts.length = 0
    const prepared = await prepare(open({}), '.')
    expect(await leg({ report: SEEDING, prepared })).toBe('created')
    expect(own()[0]).toMatch(/\*\*No baseline\.\*\* No run on main has recorded a baseline with the key api yet/)
    expect(own()[0]).toContain('`on: { push: { branches: [main] } }`')
  })

  test('says which baseline, how far away, and why not a nearer one', async () => {
    baselined(fake.world, { commit: 'm1', verdict: 'fail' })
    fake.world.artifacts[0]!.expired = true
    const prepared = await prepare(open({}), '.')
    await leg({ prepared })
    // The sample is no commit of this repository: which one it is, is told by what the search came to.
    expect(own()[0]).toMatch(
      /compared with `main` at .*, 1 commit before the merge base, \[recorded\]\(.*\/runs\/\d+\)/,
    )
    expect(own()[0]).toMatch(/Nearer ones passed over: \[`\w{7}`\].*\(its artifact has expired\)/)
    expect(own()[0]).toContain('That baseline itself was judged FAIL')
  })

  test('a marker that somebody else wrote is not ours', async () => {
    await leg({})
    const stolen = fake.world.comments.splice(0)[0]!.body
    fake.world.comments.push({ id: 1, issue: NUMBER, body: stolen, login: 'mallory' })
    expect(await leg({ push: 2 })).toBe('created')
    expect(fake.world.comments[0]).toMatchObject({ login: 'mallory', body: stolen })
  })

  test('a token of another app finds its own comment again', async () => {
    fake.world.author = 'acme-bot[bot]'
    const inputs = { commentAuthor: 'acme-bot[bot]' }
    expect(await leg({ inputs })).toBe('created')
    expect(await leg({ push: 2, inputs })).toBe('updated')
    // Without being told whose it is, it converges by the name on what it wrote.
    expect(await leg({ push: 3 })).toBe('created')
    expect(own()).toHaveLength(1)
  })

  test('a refused comment is told and changes nothing', async () => {
    fake.troubles.push({ on: /POST .*comments/, status: 403, times: 9 })
    expect(await leg({})).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringMatching(/^No comment: POST .*: 403 trouble\. The job may lack a permission/),
    ])
  })

  test('the pull request of a fork is not even tried', async () => {
    fake.calls.length = 0
    expect(await leg({ fork: true })).toBeUndefined()
    expect(fake.calls).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/a fork can only read.*workflow_run/)])
  })

  test('deleted while it was being updated: opened again', async () => {
    await leg({})
    fake.troubles.push({ on: /PATCH/, status: 404, times: 1 })
    expect(await leg({ push: 2 })).toBe('updated')
    expect(own()).toHaveLength(1)
  })

  test('an older run that ends late leaves it alone', async () => {
    await leg({ push: 5, report: PASSING, inputs: { comment: 'always' } })
    const [before] = own()
    expect(await leg({ push: 4, report: FAILING })).toBe('superseded')
    expect(own()).toEqual([before])
  })

  test('a failed leg that is run again takes its own place, the others stay', async () => {
    for (const key of ['a', 'b', 'c']) await leg({ key, report: key === 'b' ? FAILING : PASSING })
    expect(await leg({ key: 'b', attempt: 2, report: PASSING })).toBe('updated')
    expect(own()[0]).toMatch(/No leak found[\s\S]*Resolved[\s\S]*Attempt 2/)
    for (const key of ['a', 'b', 'c']) expect(own()[0]).toContain(`${key} / `)
  })

  test('at most twelve calls in a whole run, comment and all', async () => {
    for (const push of [1, 2]) {
      fake.calls.length = 0
      await leg({ push, prepared: await prepare(open({ push }), '.') })
      expect(fake.calls.length).toBeLessThanOrEqual(12)
    }
  })
})

describe('legs that run at the same time', () => {
  const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

  test('20 pushes of 8 legs on a pull request with 250 other comments: exactly one, and no part is lost', {
    timeout: 240_000,
  }, async () => {
    others(250)
    fake.jitter = 12
    for (let push = 1; push <= 20; push++) {
      const bad = KEYS[push % 8]
      await Promise.all(KEYS.map((key) => leg({ push, key, report: key === bad ? FAILING : PASSING })))
      expect(own()).toHaveLength(1)
      const [body] = own()
      expect(body).toContain(`state ${5000 + push}.1`)
      for (const key of KEYS) expect(body).toContain(`${key} / `)
      expect(body).toContain(`\`${bad} / `)
    }
    expect(fake.world.comments).toHaveLength(251)
    expect(warnings).toEqual([])
  })

  test('two pushes that overlap: one comment, of the later', { timeout: 120_000 }, async () => {
    others(120)
    fake.jitter = 20
    const runs = [1, 2].flatMap((push) => KEYS.map((key) => ({ push, key })))
    // The environment of the process is read when an upload begins, so parts go first.
    const ready = []
    for (const { push, key } of runs) {
      const run = open({ push, key })
      const made = { id: 5000 + push, event: 'pull_request', head_branch: 'topic', head_sha: sha('f1'), path: WORKFLOW }
      fake.world.runs.set(made.id, { ...made, headRepositoryId: 4242, attempt: 1 })
      const part = partOf(run, FAILING, undefined)
      await uploadPart(run, part, (message) => void warnings.push(message))
      ready.push({ run, part })
    }
    await Promise.all(ready.map(({ run, part }) => comment(run, part, (message) => void warnings.push(message))))
    expect(own()).toHaveLength(1)
    expect(own()[0]).toContain('state 5002.1')
    for (const key of KEYS) expect(own()[0]).toContain(`${key} / `)
    expect(warnings).toEqual([])
  })
})
