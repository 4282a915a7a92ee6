import { commitOf, listOf, objectOf, timeOf } from './json.ts'

/** The commits a baseline may come from: the start and what it is built on, newest first, as git log lists them. */
export interface Lineage {
  readonly start: string
  readonly commits: readonly Ancestor[]
  /** Whether the list goes back to the first commit of the repository. */
  readonly complete: boolean
}

export interface Ancestor {
  readonly commit: string
  readonly parents: readonly string[]
  /** When it was committed, milliseconds since 1970. */
  readonly time: number
}

/** How many are asked for; what is further away is looked up one by one. */
export const LINEAGE_LENGTH = 100

/** From `GET /repos/{owner}/{repo}/commits?sha=`. */
export function readLineage(start: string, answer: unknown): Lineage {
  const commits = listOf(answer).flatMap((item): Ancestor[] => {
    const { sha, parents, commit } = objectOf(item)
    const id = commitOf(sha)
    if (id === undefined) return []
    const time = timeOf(objectOf(objectOf(commit).committer).date) ?? 0
    return [{ commit: id, parents: listOf(parents).flatMap((one) => commitOf(objectOf(one).sha) ?? []), time }]
  })
  return { start, commits, complete: listOf(answer).length < LINEAGE_LENGTH }
}

/** Commits between the start and an ancestor as the branch counts them: a merge is one step. */
export function distanceTo(lineage: Lineage, commit: string): number {
  const byId = new Map(lineage.commits.map((one) => [one.commit, one]))
  let at: string | undefined = lineage.start
  for (let steps = 0; at !== undefined; steps++) {
    if (at === commit) return steps
    at = byId.get(at)?.parents[0]
  }
  return lineage.commits.findIndex((one) => one.commit === commit)
}
