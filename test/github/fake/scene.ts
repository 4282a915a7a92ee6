import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { artifactName } from '../../../src/baseline/artifact-store.ts'
import { packBaseline } from '../../../src/baseline/stored.ts'
import type { GitHubInputs } from '../../../src/github/run-inputs.ts'
import type { FakeGitHub } from './server.ts'
import { type FakeArtifact, hour, sha, sha256, type World } from './world.ts'

/** What the workflow step of these tests says. */
export const INPUTS: GitHubInputs = {
  token: 'ghs_test',
  key: 'api',
  matrix: '',
  baselineStore: '',
  baselineBranches: [],
  baselineWorkflow: '',
  comment: 'auto',
  commentKey: '',
  commentAuthor: 'github-actions[bot]',
  acceptLabel: 'leak-accepted',
  policyFrom: '',
  policyToken: '',
}

export const WORKFLOW = '.github/workflows/leaks.yml'

export interface Baselined {
  readonly commit: string
  readonly key?: string
  readonly event?: string
  readonly branch?: string
  readonly workflow?: string
  readonly repositoryId?: number
  readonly attempt?: number
  readonly verdict?: string
  readonly at?: string
  readonly interrupted?: boolean
  readonly runId?: number
  /** What the archive says, where that is not the truth. */
  readonly claims?: string
  /** Instead of a baseline. */
  readonly bytes?: Buffer
}

/** A run on a branch that left a baseline behind. */
export function baselined(world: World, given: Baselined): FakeArtifact {
  const { commit, key = 'api', event = 'push', branch = 'main', attempt = 1, repositoryId = world.repositoryId } = given
  const runId = given.runId ?? world.nextId++
  const createdAt = given.at ?? later(world.commits.get(sha(commit))?.date ?? hour(0))
  world.runs.set(runId, {
    ...{ id: runId, event, head_branch: branch, head_sha: sha(commit), path: given.workflow ?? WORKFLOW, attempt },
    headRepositoryId: repositoryId,
  })
  const facts = {
    ...{ commit: given.claims ?? sha(commit), branch, key, recordedAt: createdAt, runId, runAttempt: attempt },
    ...{ verdict: given.verdict ?? 'pass', version: '0.1.0', history: [] },
  }
  const recording = { schema: 'leakgate/recording@1', service: 'api', snapshots: [] }
  const state = given.interrupted === true ? { state: 'recording' } : {}
  const json = Buffer.from(JSON.stringify({ ...recording, ...state, commit: sha(commit) }))
  const bytes = given.bytes ?? packBaseline({ facts, files: new Map([['recordings/0/api/recording.json', json]]) })
  const artifact = {
    ...{ id: world.nextId++, name: artifactName(key), runId, attempt, createdAt, bytes, expired: false },
    ...{ mime: 'application/zip', digest: sha256(bytes) },
  }
  world.artifacts.push(artifact)
  return artifact
}

/** Ten minutes after the commit. */
function later(time: string): string {
  return new Date(Date.parse(time) + 600_000).toISOString().replace('.000', '')
}

export type Event =
  | { readonly on: 'push'; readonly commit: string; readonly branch?: string; readonly tag?: string }
  | { readonly on: 'schedule' | 'workflow_dispatch'; readonly commit: string }
  | {
      readonly on: 'pull_request'
      readonly head: string
      readonly base: string
      readonly baseBranch?: string
      readonly fork?: boolean | 'deleted'
      readonly sender?: string
      /** The merge commit is what was checked out. */
      readonly merge?: string
      readonly number?: number
    }
  | { readonly on: 'merge_group'; readonly head: string; readonly base: string; readonly headRef?: string }

/** The environment of a step, as the runner makes it. */
export function environment(
  fake: FakeGitHub,
  event: Event,
  { runId = 5000, attempt = 1, server = 'https://github.com' } = {},
): Record<string, string> {
  const temp = mkdtempSync(join(tmpdir(), 'leakgate-scene-'))
  const payload = join(temp, 'event.json')
  writeFileSync(payload, JSON.stringify(payloadOf(fake.world, event)))
  const workspace = join(temp, 'workspace')
  mkdirSync(join(workspace, '.git'), { recursive: true })
  const built = builtCommit(event)
  writeFileSync(join(workspace, '.git/HEAD'), `${built}\n`)
  const scope = `Actions.Results:${runId}-${attempt}:1`
  const claims = Buffer.from(JSON.stringify({ scp: scope, exp: 4_000_000_000 })).toString('base64url')
  return {
    ...{ RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, GITHUB_EVENT_PATH: payload, GITHUB_EVENT_NAME: event.on },
    ...{ GITHUB_REPOSITORY: fake.world.repository, GITHUB_REPOSITORY_ID: String(fake.world.repositoryId) },
    ...{ GITHUB_SERVER_URL: server, GITHUB_API_URL: fake.api, GITHUB_RUN_ID: String(runId), GITHUB_JOB: 'gate' },
    ...{
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_SHA: built,
      GITHUB_REF: refOf(event),
      GITHUB_ACTIONS: 'true',
    },
    GITHUB_WORKFLOW_REF: `${fake.world.repository}/${WORKFLOW}@${refOf(event)}`,
    ACTIONS_RESULTS_URL: `${fake.origin}/`,
    ACTIONS_RUNTIME_TOKEN: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.x`,
  }
}

/** What is checked out, GITHUB_SHA. */
function builtCommit(event: Event): string {
  return sha(event.on === 'pull_request' ? (event.merge ?? event.head) : headCommit(event))
}

/** What a run is listed under. */
function headCommit(event: Event): string {
  return sha('commit' in event ? event.commit : event.head)
}

/** A run of the workflow that has begun. */
export function startRun(world: World, event: Event, runId: number): void {
  world.runs.set(runId, {
    ...{ id: runId, event: event.on, head_branch: 'main', head_sha: headCommit(event), path: WORKFLOW, attempt: 1 },
    headRepositoryId: world.repositoryId,
  })
}

function refOf(event: Event): string {
  switch (event.on) {
    case 'push':
      return event.tag === undefined ? `refs/heads/${event.branch ?? 'main'}` : `refs/tags/${event.tag}`
    case 'pull_request':
      return `refs/pull/${event.number ?? 7}/merge`
    case 'merge_group':
      return 'refs/heads/gh-readonly-queue/main/pr-7-x'
    default:
      return 'refs/heads/main'
  }
}

/** The event as GitHub tells it, as far as anybody here reads it. */
export function payloadOf(world: World, event: Event): Record<string, unknown> {
  const repo = { id: world.repositoryId, default_branch: 'main', full_name: world.repository }
  return { repository: repo, ...detailsOf(event, repo) }
}

function detailsOf(event: Event, repo: { readonly id: number }): Record<string, unknown> {
  switch (event.on) {
    case 'push':
      return { ref: refOf(event), after: sha(event.commit), deleted: false }
    case 'pull_request': {
      const { head, base, baseBranch = 'main', fork, sender = 'alice', number = 7 } = event
      const headRepo = fork === 'deleted' ? null : fork === true ? { id: 999 } : repo
      return {
        number,
        sender: { login: sender },
        pull_request: {
          number,
          head: { sha: sha(head), ref: 'topic', repo: headRepo },
          base: { sha: sha(base), ref: baseBranch, repo },
        },
      }
    }
    case 'merge_group': {
      const head_ref = event.headRef ?? `refs/heads/gh-readonly-queue/main/pr-7-${sha(event.base)}`
      return {
        merge_group: { head_sha: sha(event.head), base_sha: sha(event.base), base_ref: 'refs/heads/main', head_ref },
      }
    }
    default:
      return {}
  }
}
