import { readFileSync } from 'node:fs'
import { commitOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import { UserError } from '../errors.ts'

/** The run this step is part of, from the runner's environment and the event's payload. */
export interface RunContext {
  readonly event: string
  /** `owner/name` */
  readonly repository: string
  readonly repositoryId: number
  readonly defaultBranch: string
  /** `https://github.com` */
  readonly server: string
  readonly api: string
  readonly runId: number
  readonly runAttempt: number
  /** `.github/workflows/leaks.yml` */
  readonly workflow: string
  readonly job: string
  /** GITHUB_SHA; for a pull request the merge commit. */
  readonly sha: string
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge` */
  readonly ref: string
  readonly pull: PullContext | undefined
  readonly queue: QueueContext | undefined
}

export interface PullContext {
  readonly number: number
  readonly head: string
  /** The branch it comes from, in whichever repository that is. */
  readonly headBranch: string
  readonly base: string
  readonly baseBranch: string
  /** Whether the token can only read: a fork's pull request, or Dependabot's. */
  readonly readOnly: 'fork' | 'dependabot' | undefined
}

/** A merge queue's group of pull requests. */
export interface QueueContext {
  readonly head: string
  readonly base: string
  /** Read off the name of the queue's branch; undefined when it is named otherwise. */
  readonly pullNumber: number | undefined
}

export type Env = Readonly<Record<string, string | undefined>>

/** undefined outside of GitHub Actions. */
export function readContext(env: Env): RunContext | undefined {
  const repository = env.GITHUB_REPOSITORY ?? ''
  const runId = Number(env.GITHUB_RUN_ID ?? Number.NaN)
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !Number.isSafeInteger(runId)) return undefined
  const event = env.GITHUB_EVENT_NAME ?? ''
  if (event === 'pull_request_target') throw targetRefused()
  const payload = readPayload(env)
  const ref = env.GITHUB_REF ?? ''
  return {
    event,
    repository,
    repositoryId: Number(env.GITHUB_REPOSITORY_ID ?? objectOf(payload.repository).id ?? 0),
    defaultBranch: defaultBranchOf(payload, event, ref),
    server: env.GITHUB_SERVER_URL || 'https://github.com',
    api: env.GITHUB_API_URL || 'https://api.github.com',
    runId,
    runAttempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1) || 1,
    workflow: workflowPath(env.GITHUB_WORKFLOW_REF ?? '', repository),
    job: env.GITHUB_JOB ?? '',
    sha: env.GITHUB_SHA ?? '',
    ref,
    pull: readPull(payload),
    queue: readQueue(payload),
  }
}

/** A page about the run. */
export function runUrl({ server, repository, runId, runAttempt }: RunContext): string {
  const attempt = runAttempt > 1 ? `/attempts/${runAttempt}` : ''
  return `${server}/${repository}/actions/runs/${runId}${attempt}`
}

/** The commit whose code is under test: of a pull request its own head, not the merge commit nobody can look up. */
export function commitUnderTest({ pull, queue, sha }: RunContext): string {
  return pull?.head ?? queue?.head ?? sha
}

/** The artifact service of github.com is not there on GitHub Enterprise Server. The client looks at the same. */
export function hasArtifacts({ server }: Pick<RunContext, 'server'>): boolean {
  const host = new URL(server).hostname.toUpperCase()
  return host === 'GITHUB.COM' || host.endsWith('.GHE.COM') || host.endsWith('.LOCALHOST')
}

function targetRefused(): UserError {
  return new UserError('this event runs with write access while the code of a stranger is measured', {
    where: 'event pull_request_target',
    hint: 'Use pull_request; for comments on pull requests from forks add the comment/ action in a workflow_run workflow (docs/github.md).',
  })
}

function readPayload(env: Env): Readonly<Record<string, unknown>> {
  const file = env.GITHUB_EVENT_PATH ?? ''
  if (file === '') return {}
  try {
    return objectOf(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new UserError('the event payload cannot be read', { where: file, cause: error })
  }
}

/** A schedule's payload does not name it, but it only ever runs there. */
function defaultBranchOf(payload: Readonly<Record<string, unknown>>, event: string, ref: string): string {
  const named = textOf(objectOf(payload.repository).default_branch)
  return named ?? (event === 'schedule' ? ref.replace(/^refs\/heads\//, '') : '')
}

/** `owner/name/.github/workflows/leaks.yml@refs/heads/main` */
function workflowPath(ref: string, repository: string): string {
  return ref.replace(/@.*$/, '').replace(`${repository}/`, '')
}

function readPull(payload: Readonly<Record<string, unknown>>): PullContext | undefined {
  const pull = objectOf(payload.pull_request)
  const [head, base] = [objectOf(pull.head), objectOf(pull.base)]
  const number = naturalOf(pull.number)
  const [headCommit, baseCommit] = [commitOf(head.sha), commitOf(base.sha)]
  if (number === undefined || headCommit === undefined || baseCommit === undefined) return undefined
  // The repository of the head is null when the fork was deleted.
  const fork = naturalOf(objectOf(head.repo).id) !== naturalOf(objectOf(base.repo).id)
  const dependabot = textOf(objectOf(payload.sender).login) === 'dependabot[bot]'
  return {
    number,
    head: headCommit,
    headBranch: textOf(head.ref) ?? '',
    base: baseCommit,
    baseBranch: textOf(base.ref) ?? '',
    readOnly: fork ? 'fork' : dependabot ? 'dependabot' : undefined,
  }
}

function readQueue(payload: Readonly<Record<string, unknown>>): QueueContext | undefined {
  const group = objectOf(payload.merge_group)
  const [head, base] = [commitOf(group.head_sha), commitOf(group.base_sha)]
  if (head === undefined || base === undefined) return undefined
  const number = Number(/\/pr-(\d+)-/.exec(textOf(group.head_ref) ?? '')?.[1] ?? Number.NaN)
  return { head, base, pullNumber: Number.isSafeInteger(number) ? number : undefined }
}
