import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commitUnderTest, hasArtifacts, type RunContext, readContext, runUrl } from '../../src/github/context.ts'
import { keyOf, slug } from '../../src/github/key.ts'
import { isNewer, markerOf, readState, stateLine } from '../../src/github/marker.ts'
import { addedLines, EVERY_LINE } from '../../src/github/patch.ts'
import { retryAfter } from '../../src/github/retry.ts'
import { savesBaseline } from '../../src/github/save.ts'
import { webhook } from './fake/webhooks.ts'
import { sha } from './fake/world.ts'

function context(event: string, payload: Record<string, unknown>, env: Record<string, string> = {}): RunContext {
  const file = join(mkdtempSync(join(tmpdir(), 'leakgate-context-')), 'event.json')
  writeFileSync(file, JSON.stringify(payload))
  return readContext({
    ...{ GITHUB_REPOSITORY: 'acme/orders', GITHUB_RUN_ID: '5', GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: file },
    ...{ GITHUB_SHA: sha('m1'), GITHUB_REF: 'refs/heads/main', GITHUB_REPOSITORY_ID: '4242' },
    GITHUB_WORKFLOW_REF: 'acme/orders/.github/workflows/leaks.yml@refs/heads/main',
    ...env,
  })!
}

const REPOSITORY = { id: 4242, default_branch: 'main' }

describe('the run this is', () => {
  test('outside of GitHub Actions there is none', () => {
    expect(readContext({})).toBeUndefined()
  })

  test('a pull request, as GitHub sends it', () => {
    const payload = webhook('pull_request$synchronize')
    const { pull, workflow, defaultBranch } = context('pull_request', payload)
    const { number, head, base } = payload.pull_request as Record<string, { sha: string; ref: string }>
    expect(pull).toEqual({
      ...{ number, head: head!.sha, headBranch: head!.ref, base: base!.sha, baseBranch: base!.ref },
      readOnly: undefined,
    })
    expect([workflow, defaultBranch]).toEqual(['.github/workflows/leaks.yml', 'master'])
  })

  const pull = (head: unknown, sender = 'alice'): RunContext => {
    const refs = { head: { sha: sha('f1'), repo: head }, base: { sha: sha('m1'), ref: 'main', repo: REPOSITORY } }
    return context('pull_request', {
      repository: REPOSITORY,
      sender: { login: sender },
      pull_request: { number: 7, ...refs },
    })
  }

  test.each([
    ['a fork', { id: 1 }, 'alice', 'fork'],
    ['a fork that was deleted', null, 'alice', 'fork'],
    ['Dependabot', REPOSITORY, 'dependabot[bot]', 'dependabot'],
    ['a branch of ours', REPOSITORY, 'alice', undefined],
  ])('%s', (_, repo, sender, readOnly) => {
    expect(pull(repo, sender).pull?.readOnly).toBe(readOnly)
    expect(commitUnderTest(pull(repo, sender))).toBe(sha('f1'))
  })

  test('pull_request_target is refused, with the way to go', () => {
    expect(() => context('pull_request_target', {})).toThrow('this event runs with write access')
  })

  test('a merge queue', () => {
    const head_ref = 'refs/heads/gh-readonly-queue/main/pr-123-abc'
    const merge_group = { head_sha: sha('q'), base_sha: sha('m1'), head_ref }
    const { queue } = context('merge_group', { repository: REPOSITORY, merge_group })
    expect(queue).toEqual({ head: sha('q'), base: sha('m1'), pullNumber: 123 })
  })

  test('a re-run has a page of its own', () => {
    expect(runUrl(context('push', {}, { GITHUB_RUN_ATTEMPT: '2' }))).toMatch(
      /acme\/orders\/actions\/runs\/5\/attempts\/2$/,
    )
  })

  test.each([
    ['https://github.com', true],
    ['https://acme.ghe.com', true],
    ['https://github.example.com', false],
  ])('artifacts on %s: %s', (server, has) => {
    expect(hasArtifacts({ server })).toBe(has)
  })
})

describe('whether the recording becomes a baseline', () => {
  test.each<[string, string, Record<string, string>, boolean]>([
    ['a push to main', 'push', {}, true],
    ['a schedule, whose payload names no branch', 'schedule', {}, true],
    ['by hand on main', 'workflow_dispatch', {}, true],
    ['by hand on another branch', 'workflow_dispatch', { GITHUB_REF: 'refs/heads/topic' }, false],
    ['a push to another branch', 'push', { GITHUB_REF: 'refs/heads/topic' }, false],
    ['a tag called main', 'push', { GITHUB_REF: 'refs/tags/main' }, false],
    ['a pull request', 'pull_request', { GITHUB_REF: 'refs/pull/7/merge' }, false],
    ['a merge queue', 'merge_group', { GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-7-x' }, false],
    ['a run after another', 'workflow_run', {}, false],
  ])('%s', (_, event, env, saves) => {
    const payload = event === 'schedule' ? { schedule: '0 3 * * 1' } : { repository: REPOSITORY }
    const run = context(event, payload, env)
    expect(savesBaseline({ context: run, branches: [run.defaultBranch] } as never)).toBe(saves)
  })
})

describe('keys', () => {
  test('a job, with the values of its matrix in the order of their names', () => {
    expect(keyOf('', 'gate', 'null')).toBe('gate')
    expect(keyOf('', 'gate', '{"os":"linux","go":"1.26"}')).toBe('gate-1.26-linux')
    expect(keyOf('api', 'gate', '{"go":"1.26"}')).toBe('api')
  })

  test('what an artifact cannot be called stays apart from what it becomes', () => {
    expect(slug('go1.26/linux')).toMatch(/^go1\.26-linux-[0-9a-f]{6}$/)
    expect(slug('go1.26/linux')).not.toBe(slug('go1.26:linux'))
    expect(slug('x'.repeat(300)).length).toBeLessThan(80)
  })

  test('the state of a comment comes back, and a later run is one', () => {
    const state = { runId: 5, runAttempt: 2, head: sha('f1'), alert: undefined }
    expect(readState(`${markerOf('w', 'k')}\n${stateLine(state)}\n### x`)).toEqual(state)
    expect([isNewer(state, { runId: 5, runAttempt: 1 }), isNewer(state, { runId: 5, runAttempt: 2 })]).toEqual([
      true,
      false,
    ])
    expect(isNewer(state, { runId: 6, runAttempt: 1 })).toBe(false)
  })
})

test('added lines of a patch', () => {
  const patch =
    '@@ -1,3 +1,4 @@ func a()\n one\n+two\n three\n-four\n+five\n@@ -20 +21,2 @@\n+x\n y\n\\ No newline at end of file'
  expect([...addedLines(patch)]).toEqual([2, 4, 21])
  expect(EVERY_LINE.has(123_456)).toBe(true)
})

describe('trying again', () => {
  const now = Date.parse('2026-11-20T00:00:00Z')
  const of = (status: number | undefined, headers = {}, method = 'GET', tries = 1): number | undefined =>
    retryAfter({ method, status, headers, tries, now })

  test.each<[string, number | undefined, number | undefined]>([
    ['after the seconds GitHub says', of(429, { 'retry-after': '7' }), 7000],
    ['at the time GitHub says', of(429, { 'retry-after': 'Fri, 20 Nov 2026 00:00:05 GMT' }), 5000],
    [
      'when the limit is lifted',
      of(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 9) }),
      9000,
    ],
    ['not when that takes an hour', of(429, { 'retry-after': '3600' }), undefined],
    ['not without permission', of(403), undefined],
    ['not what is not there', of(404), undefined],
    ['when the server is down', of(502), 600],
    ['when nobody answers', of(undefined), 600],
    ['not what may have been done already', of(502, {}, 'POST'), undefined],
    ['what was refused before it was done', of(429, { 'retry-after': '1' }, 'POST'), 1000],
    ['not for ever', of(502, {}, 'GET', 4), undefined],
  ])('%s', (_, wait, expected) => {
    expect(wait).toBe(expected)
  })
})
