import type { Fault } from './fault.ts'
import { commitOf, listOf, naturalOf, objectOf, textOf, timeOf } from './json.ts'

/** What GitHub tells of an artifact, as far as it is needed; absent is undefined. */
export interface Artifact {
  readonly id: number
  readonly size: number
  readonly expired: boolean
  readonly time: number
  readonly digest: string | undefined
  readonly runId: number | undefined
  readonly repositoryId: number | undefined
  readonly headRepositoryId: number | undefined
  readonly branch: string | undefined
  readonly commit: string | undefined
}

/** The run that made it. */
export interface Run {
  readonly event: string | undefined
  readonly branch: string | undefined
  readonly commit: string | undefined
  readonly repositoryId: number | undefined
  readonly headRepositoryId: number | undefined
  /** `.github/workflows/leaks.yml` */
  readonly workflow: string | undefined
}

/** From whom a baseline is taken. */
export interface Origin {
  readonly repositoryId: number
  /** Names of branches; `*` at the end stands for anything. */
  readonly branches: readonly string[]
  /** Path of the workflow that makes baselines; undefined: any of the repository. */
  readonly workflow: string | undefined
}

/** Compressed; inflated it is bounded apart. */
export const MOST_BYTES = 64 * 1024 * 1024
export const PER_PAGE = 100
/** Nobody but whoever can push to the branch starts these. */
export const BASELINE_EVENTS: readonly string[] = ['push', 'schedule', 'workflow_dispatch']

/** From `GET /repos/{owner}/{repo}/actions/artifacts`; what has no id is left out. */
export function readArtifacts(answer: unknown): Artifact[] {
  return listOf(objectOf(answer).artifacts).flatMap((item) => {
    const artifact = objectOf(item)
    const run = objectOf(artifact.workflow_run)
    const id = naturalOf(artifact.id)
    if (id === undefined) return []
    return {
      id,
      size: naturalOf(artifact.size_in_bytes) ?? Number.POSITIVE_INFINITY,
      expired: artifact.expired !== false,
      time: timeOf(artifact.created_at) ?? 0,
      digest: /^sha256:([0-9a-f]{64})$/.exec(textOf(artifact.digest) ?? '')?.[1],
      runId: naturalOf(run.id),
      repositoryId: naturalOf(run.repository_id),
      headRepositoryId: naturalOf(run.head_repository_id),
      branch: textOf(run.head_branch),
      commit: commitOf(run.head_sha),
    }
  })
}

/** From `GET /repos/{owner}/{repo}/actions/runs/{id}`. */
export function readRun(answer: unknown): Run {
  const run = objectOf(answer)
  return {
    event: textOf(run.event),
    branch: textOf(run.head_branch),
    commit: commitOf(run.head_sha),
    repositoryId: naturalOf(objectOf(run.repository).id),
    headRepositoryId: naturalOf(objectOf(run.head_repository).id),
    // A reusable workflow's path may carry the ref it was called at.
    workflow: textOf(run.path)?.replace(/@.*$/, ''),
  }
}

/** What speaks against an artifact before anything is downloaded. All fields are optional in the API: fail closed. */
export function artifactFault(artifact: Artifact, origin: Origin): Fault | undefined {
  if (artifact.runId === undefined || artifact.commit === undefined) return { kind: 'no-run' }
  const fork = artifact.headRepositoryId !== origin.repositoryId || artifact.repositoryId !== origin.repositoryId
  if (fork) return { kind: 'fork' }
  if (!isBaselineBranch(artifact.branch, origin.branches)) return { kind: 'branch', found: artifact.branch ?? '' }
  if (artifact.expired) return { kind: 'expired' }
  if (artifact.digest === undefined) return { kind: 'no-digest' }
  if (artifact.size > MOST_BYTES) return { kind: 'size', bytes: artifact.size }
  return undefined
}

/**
 * The artifact does not say which event made it, so the run is asked. Its conclusion does not matter: a red main must
 * not freeze the baseline.
 */
export function runFault(run: Run, artifact: Artifact, origin: Origin): Fault | undefined {
  const fork = run.headRepositoryId !== origin.repositoryId || run.repositoryId !== origin.repositoryId
  if (fork) return { kind: 'fork' }
  if (run.event === undefined || !BASELINE_EVENTS.includes(run.event)) return { kind: 'event', found: run.event ?? '' }
  if (!isBaselineBranch(run.branch, origin.branches)) return { kind: 'branch', found: run.branch ?? '' }
  if (run.commit !== artifact.commit) return { kind: 'commit', found: run.commit ?? '' }
  const foreign = origin.workflow !== undefined && run.workflow !== origin.workflow
  return foreign ? { kind: 'workflow', found: run.workflow ?? '' } : undefined
}

/** Whether recordings of the branch are baselines. */
export function isBaselineBranch(branch: string | undefined, patterns: readonly string[]): boolean {
  if (branch === undefined) return false
  return patterns.some((one) => (one.endsWith('*') ? branch.startsWith(one.slice(0, -1)) : one === branch))
}
