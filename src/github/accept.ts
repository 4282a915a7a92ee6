import { commitOf, listOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import { type Rest, RestError } from '../baseline/rest.ts'
import type { RunContext } from './context.ts'
import type { Acceptance } from './part.ts'

const PER_PAGE = 100
const MOST_PAGES = 5

/**
 * Whether the pull request carries the label now, and who put it there. Asked only for a verdict that would stop the
 * build. Only whoever may triage can set labels, so a fork's author cannot accept their own leak.
 */
export async function findAcceptance(rest: Rest, context: RunContext, label: string): Promise<Acceptance | undefined> {
  const number = await pullNumber(rest, context)
  if (label === '' || number === undefined) return undefined
  const issue = `/repos/${context.repository}/issues/${number}`
  const labels = listOf(await rest.get(`${issue}/labels`, { per_page: PER_PAGE }))
  if (!labels.some((one) => objectOf(one).name === label)) return undefined
  try {
    return { label, ...(await whoLabelled(rest, issue, label)) }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { label, by: undefined, at: undefined }
  }
}

/** The last time it was put on; it may have been taken off in between. */
async function whoLabelled(rest: Rest, issue: string, label: string): Promise<Pick<Acceptance, 'by' | 'at'>> {
  let last: Pick<Acceptance, 'by' | 'at'> = { by: undefined, at: undefined }
  for (let page = 1; page <= MOST_PAGES; page++) {
    const events = listOf(await rest.get(`${issue}/events`, { per_page: PER_PAGE, page }))
    for (const item of events) {
      const event = objectOf(item)
      if (event.event !== 'labeled' || objectOf(event.label).name !== label) continue
      last = { by: textOf(objectOf(event.actor).login), at: textOf(event.created_at) }
    }
    if (events.length < PER_PAGE) break
  }
  return last
}

/** Of a merge queue the pull request in the branch's name; of a push the one that was merged by it. */
async function pullNumber(
  rest: Rest,
  { pull, queue, event, repository, sha }: RunContext,
): Promise<number | undefined> {
  if (pull !== undefined) return pull.number
  if (queue !== undefined) return queue.pullNumber
  if (event !== 'push') return undefined
  const pulls = listOf(await rest.get(`/repos/${repository}/commits/${sha}/pulls`))
  const merged = pulls.map(objectOf).filter((one) => commitOf(one.merge_commit_sha) === sha)
  return merged.length === 1 ? naturalOf(merged[0]!.number) : undefined
}
