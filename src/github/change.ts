import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commitOf, listOf, objectOf, textOf } from '../baseline/json.ts'
import { LINEAGE_LENGTH, type Lineage, readLineage } from '../baseline/lineage.ts'
import { type Rest, RestError } from '../baseline/rest.ts'
import type { RunContext } from './context.ts'
import { addedLines, EVERY_LINE } from './patch.ts'

/** Where the code under test left the branch it goes to, and what it changes. */
export interface Change {
  readonly start: string
  /** Why the start is not the merge base, when it is not. */
  readonly note: string | undefined
  /** Added lines by path; undefined where there is no telling. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>> | undefined
}

/** GitHub lists no more files of a comparison. */
const MOST_FILES = 300

/**
 * The merge base of the target branch and what was built, in one call together with the changed lines. What is built by
 * default is the merge commit, which holds all of the target branch: its merge base is that branch's tip, and only a
 * build of the head itself is older.
 */
export async function findChange(rest: Rest, context: RunContext, workspace: string): Promise<Change> {
  const { pull, queue, repository, sha, ref, defaultBranch } = context
  const tip = pull?.base ?? queue?.base ?? (ref === `refs/heads/${defaultBranch}` ? undefined : defaultBranch)
  if (tip === undefined || tip === '') return { start: sha, note: undefined, lines: undefined }
  const built = pull === undefined ? (queue?.head ?? sha) : (builtCommit(workspace, sha) ?? pull.head)
  try {
    const path = `/repos/${repository}/compare/${encodeURIComponent(tip)}...${built}`
    const answer = objectOf(await rest.get(path, { per_page: 1 }))
    const start = commitOf(objectOf(answer.merge_base_commit).sha)
    if (start !== undefined) return { start, note: undefined, lines: changedLines(answer.files) }
    return { start: pull?.base ?? built, note: 'no merge base is known', lines: undefined }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    // A force-push may have taken the commit away. The tip of the branch is the next best, and it is told.
    const start = pull?.base ?? queue?.base ?? built
    return { start, note: `the merge base is unknown (${error.message})`, lines: undefined }
  }
}

/** What a baseline may be recorded at, in one call. */
export async function findLineage(rest: Rest, repository: string, start: string): Promise<Lineage> {
  try {
    const query = { sha: start, per_page: LINEAGE_LENGTH }
    return readLineage(start, await rest.get(`/repos/${repository}/commits`, query))
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { start, commits: [{ commit: start, parents: [], time: 0 }], complete: false }
  }
}

/** The merge commit, if that is what is checked out; a detached HEAD holds its id, even in a shallow clone. */
function builtCommit(workspace: string, merge: string): string | undefined {
  try {
    return readFileSync(join(workspace, '.git/HEAD'), 'utf8').trim() === merge ? merge : undefined
  } catch {
    return undefined
  }
}

function changedLines(files: unknown): Change['lines'] {
  const listed = listOf(files)
  // Beyond that GitHub leaves files out, and "not changed" would be said of lines that are.
  if (!Array.isArray(files) || listed.length >= MOST_FILES) return undefined
  const lines = new Map<string, ReadonlySet<number>>()
  for (const item of listed) {
    const { filename, patch, changes } = objectOf(item)
    const path = textOf(filename)
    if (path === undefined) continue
    const text = textOf(patch)
    lines.set(path, text !== undefined ? addedLines(text) : changes === 0 ? new Set() : EVERY_LINE)
  }
  return lines
}
