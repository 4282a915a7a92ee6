import { commitOf, listOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import type { Rest } from '../baseline/rest.ts'

/** Where runs of one pull request come from. */
export interface RunsOf {
  readonly event: string
  /** `.github/workflows/leaks.yml` */
  readonly workflow: string
  readonly headBranch: string
  readonly headRepositoryId: number
}

/** A run as GitHub lists it. */
export interface ListedRun {
  readonly id: number
  readonly attempt: number
  readonly head: string
  readonly completed: boolean
}

const PER_PAGE = 50
/** Whoever is further behind than this is told by the newest of them. */
const MOST = 5

/**
 * Runs of the same workflow for the same branch that began after another, newest first. Two pull requests may come from
 * one branch: which one a run was for, its parts say.
 */
export async function listLaterRuns(rest: Rest, repository: string, of: RunsOf, than: number): Promise<ListedRun[]> {
  const query = { event: of.event, branch: of.headBranch, per_page: PER_PAGE }
  const listed = listOf(objectOf(await rest.get(`/repos/${repository}/actions/runs`, query)).workflow_runs)
  const runs = listed.flatMap((item): ListedRun[] => {
    const run = objectOf(item)
    const [id, head] = [naturalOf(run.id), commitOf(run.head_sha)]
    const same =
      run.event === of.event &&
      run.head_branch === of.headBranch &&
      naturalOf(objectOf(run.head_repository).id) === of.headRepositoryId &&
      textOf(run.path)?.replace(/@.*$/, '') === of.workflow
    if (!same || id === undefined || head === undefined || id <= than) return []
    return [{ id, attempt: naturalOf(run.run_attempt) ?? 1, head, completed: run.status === 'completed' }]
  })
  return runs.sort((a, b) => b.id - a.id).slice(0, MOST)
}
