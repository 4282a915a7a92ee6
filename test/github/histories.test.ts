import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Prepared, prepare } from '../../src/github/prepare.ts'
import { openRun } from '../../src/github/run.ts'
import type { GitHubInputs } from '../../src/github/run-inputs.ts'
import { baseText } from '../../src/report/words/base.ts'
import { baselined, type Event, environment, INPUTS } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { commits, sha, type World } from './fake/world.ts'

let fake: FakeGitHub

beforeEach(async () => {
  fake = await fakeGitHub()
  // main: m1 … m8; a branch left it at m5.
  commits(fake.world, ['m1'], ...['m2', 'm3', 'm4', 'm5'].map((name, i) => [name, `m${i + 1}`]))
  commits(fake.world, ['f1', 'm5'], ['f2', 'f1'], ['m6', 'm5'], ['m7', 'm6'], ['m8', 'm7'], ['merge', 'm8', 'f2'])
  fake.world.refs.set('refs/heads/main', sha('m8'))
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

const PULL: Event = { on: 'pull_request', head: 'f2', base: 'm8' }

async function searched(
  event: Event,
  inputs: Partial<GitHubInputs> = {},
  { server = 'https://github.com', timeout = 20_000 } = {},
): Promise<Prepared> {
  const env = environment(fake, event, { server })
  const run = openRun(env, { ...INPUTS, ...inputs }, { wait: async () => {}, timeout })!
  return prepare(run, env.GITHUB_WORKSPACE!)
}

/** The commit of the baseline by its short name, or the reason there is none. */
function chosen({ base }: Prepared): string {
  if (base.base === undefined) return `none: ${base.missing}`
  const names = [...fake.world.commits.keys()]
  const known = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'f1', 'f2', 's1', 'x1', 'old', 'far', 'b1', 'b2']
  expect(names).toContain(base.base.commit)
  return `${known.find((name) => sha(name) === base.base!.commit)} ${base.base.away}`
}

interface History {
  readonly name: string
  readonly given: (world: World) => void
  readonly event?: Event
  readonly inputs?: Partial<GitHubInputs>
  readonly server?: string
  readonly timeout?: number
  readonly choice: string
  /** In the sentence for the log. */
  readonly told?: RegExp
  readonly notTold?: RegExp
}

const onMain = (world: World, ...names: readonly string[]): void => {
  for (const commit of names) baselined(world, { commit })
}

const HISTORIES: readonly History[] = [
  {
    name: 'the merge base in the middle of main, not its tip',
    given: (world) => onMain(world, 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'),
    choice: 'm5 0',
    told: /the merge base itself/,
  },
  {
    name: 'the merge commit was built, which holds all of main',
    given: (world) => onMain(world, 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'),
    event: { on: 'pull_request', head: 'f2', base: 'm8', merge: 'merge' },
    choice: 'm8 0',
  },
  {
    name: 'the nearest ancestor when the merge base has none',
    given: (world) => onMain(world, 'm2', 'm3', 'm7'),
    choice: 'm3 2',
    told: /2 commits before the merge base/,
  },
  {
    name: 'an interrupted run left nothing: the one before',
    given: (world) => {
      onMain(world, 'm4')
      world.runs.set(1, {
        ...{ id: 1, event: 'push', head_branch: 'main', path: 'x', attempt: 1 },
        head_sha: sha('m5'),
        headRepositoryId: 4242,
      })
    },
    choice: 'm4 1',
  },
  {
    name: 'an interrupted recording is passed over',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', interrupted: true })
    },
    choice: 'm4 1',
    told: /ones passed over: \w{7} \(the recording was interrupted\)/,
  },
  {
    name: 'expired',
    given: (world) => {
      onMain(world, 'm3')
      baselined(world, { commit: 'm5' }).expired = true
    },
    choice: 'm3 2',
    told: /its artifact has expired/,
  },
  {
    name: 'expired between the list and the download',
    given: (world) => {
      onMain(world, 'm3')
      const { id } = baselined(world, { commit: 'm5' })
      fake.troubles.push({ on: new RegExp(`artifacts/${id}/zip`), status: 410, times: 1 })
    },
    choice: 'm3 2',
    told: /its artifact has expired/,
  },
  {
    name: 'deleted between the list and the download',
    given: (world) => {
      onMain(world, 'm3')
      baselined(world, { commit: 'm5' }).deleted = true
    },
    choice: 'm3 2',
    told: /it was deleted meanwhile/,
  },
  {
    name: 'all expired: no baseline, and what to do',
    given: (world) => {
      baselined(world, { commit: 'm5' }).expired = true
      baselined(world, { commit: 'm4' }).expired = true
    },
    choice: 'none: No baseline with the key api can be used: see what was passed over.',
    told: /schedule.*Passed over: .*expired\), .*expired\)/,
  },
  {
    name: 'a fork whose branch is called main',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', repositoryId: 999 })
    },
    choice: 'm4 1',
    told: /it was made by a fork/,
  },
  {
    name: 'a fork that opens a pull request from its main',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', repositoryId: 999, event: 'pull_request' })
    },
    event: { ...PULL, fork: true },
    choice: 'm4 1',
  },
  {
    name: 'a run of a pull request that bears the name of main',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', event: 'pull_request' })
    },
    choice: 'm4 1',
    told: /it was made by event "pull_request"/,
  },
  {
    name: 'the same name from another workflow',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', workflow: '.github/workflows/evil.yml' })
    },
    choice: 'm4 1',
    told: /it was made by workflow "\.github\/workflows\/evil\.yml"/,
  },
  {
    name: 'another workflow that is named as the one to take',
    given: (world) => baselined(world, { commit: 'm5', workflow: '.github/workflows/main.yml@refs/heads/main' }),
    inputs: { baselineWorkflow: '.github/workflows/main.yml' },
    choice: 'm5 0',
  },
  {
    name: 'another key',
    given: (world) => {
      onMain(world, 'm3')
      baselined(world, { commit: 'm5', key: 'worker' })
    },
    choice: 'm3 2',
  },
  {
    name: 'no digest',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5' }).digest = undefined
    },
    choice: 'm4 1',
    told: /no digest/,
  },
  {
    name: 'a digest that does not fit',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5' }).digest = '0'.repeat(64)
    },
    choice: 'm4 1',
    told: /digest differs/,
  },
  {
    name: 'a schema of a later version',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', bytes: Buffer.from('no archive') })
    },
    choice: 'm4 1',
    told: /is no ZIP archive/,
  },
  {
    name: 'an archive that says it holds another commit',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', claims: sha('m1') })
    },
    choice: 'm4 1',
    told: /it says that it holds commit/,
  },
  {
    name: 'squash: the commits of the merged branch are no ancestors',
    given: (world) => {
      commits(world, ['s1', 'm8'], ['x1', 's1'])
      onMain(world, 'm8')
      baselined(world, { commit: 'f2', branch: 'topic' })
    },
    event: { on: 'pull_request', head: 'x1', base: 's1' },
    choice: 'm8 1',
  },
  {
    name: 'a stacked pull request: the base branch has none, main below it has',
    given: (world) => {
      commits(world, ['s1', 'f2'])
      onMain(world, 'm4', 'm5', 'm8')
    },
    event: { on: 'pull_request', head: 's1', base: 'f2', baseBranch: 'topic' },
    choice: 'm5 2',
  },
  {
    name: 'a stacked pull request whose base took main in: the newest of main in it',
    given: (world) => {
      commits(world, ['b1', 'f2', 'm7'], ['b2', 'b1'])
      onMain(world, 'm5', 'm6', 'm7')
    },
    event: { on: 'pull_request', head: 'b2', base: 'b1', baseBranch: 'topic' },
    choice: 'm7 1',
  },
  {
    name: 'a force-push took the head away: the tip of the branch, and it is told',
    given: (world) => onMain(world, 'm5', 'm8'),
    event: { on: 'pull_request', head: 'gone', base: 'm8' },
    choice: 'm8 0',
    told: /the merge base is unknown .*404/,
  },
  {
    name: 'main itself was force-pushed: what is no ancestor any more is not taken',
    given: (world) => {
      commits(world, ['x1', 'm6'])
      onMain(world, 'm6', 'm7', 'm8')
    },
    event: { on: 'push', commit: 'x1' },
    choice: 'm6 1',
  },
  {
    name: 'run again: of one commit the newest attempt',
    given: (world) => {
      baselined(world, { commit: 'm5', verdict: 'fail', runId: 77 })
      baselined(world, { commit: 'm5', verdict: 'pass', runId: 77, attempt: 2 })
    },
    choice: 'm5 0',
    notTold: /judged FAIL/,
  },
  {
    name: 'a red main is no reason to skip it, but it is told',
    given: (world) => baselined(world, { commit: 'm5', verdict: 'fail' }),
    choice: 'm5 0',
    told: /That baseline itself was judged FAIL/,
  },
  {
    name: 'on main the commit before, not itself',
    given: (world) => onMain(world, 'm6', 'm7', 'm8'),
    event: { on: 'push', commit: 'm8' },
    choice: 'm7 1',
  },
  {
    name: 'a scheduled run is not held against its own commit',
    given: (world) => onMain(world, 'm7', 'm8'),
    event: { on: 'schedule', commit: 'm8' },
    choice: 'm7 1',
  },
  {
    name: 'a recording of a scheduled run and of one by hand are baselines too',
    given: (world) => {
      baselined(world, { commit: 'm4', event: 'workflow_dispatch' })
      baselined(world, { commit: 'm5', event: 'schedule' })
    },
    choice: 'm5 0',
  },
  {
    name: 'a push to another branch: where it left main',
    given: (world) => onMain(world, 'm4', 'm5', 'm8'),
    event: { on: 'push', commit: 'f2', branch: 'topic' },
    choice: 'm5 0',
  },
  {
    name: 'a tag: the commit before on main',
    given: (world) => onMain(world, 'm4', 'm6', 'm8'),
    event: { on: 'push', commit: 'm6', tag: 'v1' },
    choice: 'm4 2',
  },
  {
    name: 'a merge queue: what the group is built on',
    given: (world) => onMain(world, 'm5', 'm7', 'm8'),
    event: { on: 'merge_group', head: 'merge', base: 'm8' },
    choice: 'm8 0',
  },
  {
    name: 'a release branch that keeps baselines of its own',
    given: (world) => {
      onMain(world, 'm4')
      baselined(world, { commit: 'm5', branch: 'release/1.2' })
    },
    inputs: { baselineBranches: ['main', 'release/*'] },
    choice: 'm5 0',
  },
  {
    name: '300 artifacts: the right one is on the third page',
    given: (world) => {
      onMain(world, 'm5')
      for (let i = 0; i < 299; i++) baselined(world, { commit: 'm8', at: `2026-11-1${i % 10}T00:00:00Z` })
    },
    choice: 'm5 0',
  },
  {
    name: 'a nearer one on a later page, since an old run was run again',
    given: (world) => {
      onMain(world, 'm5')
      baselined(world, { commit: 'm2', at: '2026-11-19T00:00:00Z' })
      for (let i = 0; i < 120; i++) baselined(world, { commit: 'm8', at: '2026-11-18T00:00:00Z' })
    },
    choice: 'm5 0',
  },
  {
    name: 'further away than a page of commits goes',
    given: (world) => {
      commits(world, ['far'])
      for (let i = 1; i <= 150; i++) commits(world, [`l${i}`, i === 1 ? 'far' : `l${i - 1}`])
      baselined(world, { commit: 'far' })
    },
    event: { on: 'pull_request', head: 'l150', base: 'l150' },
    choice: 'far 150',
  },
  {
    name: 'another root: no ancestor at all',
    given: (world) => {
      commits(world, ['old'])
      baselined(world, { commit: 'old' })
    },
    choice: 'none: No baseline with the key api was recorded at a commit this change is built on.',
    told: /Bring the branch up to date/,
  },
  {
    name: 'a first run',
    given: () => {},
    choice: 'none: No run on main has recorded a baseline with the key api yet.',
    told: /Let \.github\/workflows\/leaks\.yml run on main too: on: \{ push: \{ branches: \[main\] \} \}/,
  },
  {
    name: 'a permission is missing',
    given: () => {
      fake.troubles.push({ on: /GET .*\/actions\/artifacts$/, status: 403, times: 9 })
    },
    choice: 'none: The baselines could not be looked up: GET /api/v3/repos/acme/orders/actions/artifacts: 403 trouble.',
    told: /permissions: \{ contents: read, actions: read \}/,
  },
  {
    name: 'told to wait, and then answered',
    given: (world) => {
      onMain(world, 'm5')
      fake.troubles.push({ on: /artifacts$/, status: 429, headers: { 'retry-after': '2' }, times: 2 })
      fake.troubles.push({
        on: /\/zip$/,
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
        times: 1,
      })
      fake.troubles.push({ on: /\/runs\//, status: 503, times: 2 })
      fake.troubles.push({ on: /\/compare\//, cut: true, times: 1 })
    },
    choice: 'm5 0',
  },
  {
    name: 'told to wait for an hour: nobody does',
    given: (world) => {
      onMain(world, 'm5')
      fake.troubles.push({ on: /artifacts$/, status: 429, headers: { 'retry-after': '3600' }, times: 9 })
    },
    choice:
      'none: The baselines could not be looked up: GET /api/v3/repos/acme/orders/actions/artifacts: 429 rate limit exceeded.',
    told: /Run the job again/,
  },
  {
    name: 'one that cannot be downloaded: the one before',
    given: (world) => {
      onMain(world, 'm4')
      const { id } = baselined(world, { commit: 'm5' })
      fake.troubles.push({ on: new RegExp(`/blob/${id}`), status: 500, times: 9 })
    },
    choice: 'm4 1',
    told: /\/blob\/\d+: 500/,
    notTold: /sig=/,
  },
  {
    name: 'no answer in time',
    given: (world) => {
      onMain(world, 'm4')
      const { id } = baselined(world, { commit: 'm5' })
      fake.troubles.push({ on: new RegExp(`/blob/${id}`), delay: 900, times: 9 })
    },
    timeout: 500,
    choice: 'm4 1',
    told: /no answer within 0\.5 seconds/,
  },
  {
    name: 'the commits cannot be listed: the merge base alone',
    given: (world) => {
      onMain(world, 'm5')
      fake.troubles.push({ on: /\/commits$/, status: 500, times: 9 })
    },
    choice: 'm5 0',
  },
  {
    name: 'GitHub Enterprise Server: no artifacts, so a branch is looked at',
    given: (world) => onMain(world, 'm5'),
    server: 'https://github.example.com',
    choice: 'none: No run on main has recorded a baseline with the key api yet.',
  },
]

describe('the baseline that is chosen', () => {
  test.each(HISTORIES)('$name', async ({ given, event = PULL, inputs, choice, told, notTold, ...rest }) => {
    given(fake.world)
    const prepared = await searched(event, inputs, rest)
    expect(chosen(prepared)).toBe(choice)
    const text = baseText(prepared.base, '2026-11-20T12:00:00Z')
    if (told !== undefined) expect(text).toMatch(told)
    if (notTold !== undefined) expect(text).not.toMatch(notTold)
    expect(prepared.paths.length).toBe(choice.startsWith('none') ? 0 : 1)
    // However bad the history, the calls stay few.
    expect(fake.calls.length).toBeLessThanOrEqual(24)
  })

  test('there are enough of them', () => {
    expect(HISTORIES.length).toBeGreaterThanOrEqual(25)
  })

  test('five calls in the usual case', async () => {
    onMain(fake.world, 'm4', 'm5', 'm8')
    await searched(PULL)
    expect(fake.calls.map((call) => call.replace(/\?.*|[0-9a-f]{40}|\/\d+/g, ''))).toEqual([
      'GET /repos/acme/orders/compare/...',
      'GET /repos/acme/orders/commits',
      'GET /repos/acme/orders/actions/artifacts',
      'GET /repos/acme/orders/actions/runs',
      'GET /repos/acme/orders/actions/artifacts/zip',
    ])
  })
})
