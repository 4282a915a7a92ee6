import { listOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import { type Rest, RestError } from '../baseline/rest.ts'
import { composeComment } from './compose.ts'
import { isNewer, isSame, readState } from './marker.ts'
import type { Part } from './part.ts'

export interface CommentOptions {
  readonly rest: Rest
  readonly repository: string
  readonly number: number
  readonly marker: string
  /** Who writes with this token, `github-actions[bot]`. */
  readonly author: string
  /** Whether a pull request without an alert gets a comment too. */
  readonly always: boolean
  /** Leave a comment alone that tells of this very run: whoever ran in it knew more. */
  readonly yields?: boolean
  /** What the comment is to say. */
  readonly telling: Telling
  /** What a later run on the same pull request has to say by now. Asked after a comment was overwritten. */
  readonly later: (than: Telling) => Promise<Telling | undefined>
  /** Whether a later run has begun that nobody but itself could tell of; asked before a comment is overwritten. */
  readonly overtaken?: () => Promise<boolean>
}

/** A run and what it has found. */
export interface Telling {
  readonly runId: number
  readonly runAttempt: number
  /** All parts of the run so far. Asked again after writing, since other legs write at the same time. */
  readonly parts: () => Promise<readonly Part[]>
}

export type Outcome = 'created' | 'updated' | 'unchanged' | 'not-needed' | 'superseded'

interface Comment {
  readonly id: number
  readonly body: string
}

const PER_PAGE = 100
const MOST_PAGES = 30
const MOST_ROUNDS = 30

/**
 * Brings the one comment to what all parts say. Legs that run at the same time converge without a lock: each puts its
 * part where all can see it before it looks, and looks again after it wrote. So the last one to write has seen every
 * part, and of two comments the older one stays.
 *
 * GitHub cannot write on condition, so what is overwritten may have been the text of a later run. Whoever overwrote
 * asks what later runs have handed on, and goes on in their name. A later run that has handed nothing on yet will look
 * after that, and write over it.
 */
export async function upsertComment(options: CommentOptions): Promise<Outcome> {
  const { rest, repository, number, always } = options
  const base = `/repos/${repository}/issues`
  let { telling, author } = options
  let outcome: Outcome = 'unchanged'
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const [comment, ...twins] = await ownComments(options, author)
    for (const twin of twins) await forgiving(() => rest.send('DELETE', `${base}/comments/${twin.id}`))
    const before = comment === undefined ? undefined : readState(comment.body)
    if (before !== undefined && isNewer(before, telling)) return 'superseded'
    if (options.yields === true && before !== undefined && isSame(before, telling)) return outcome
    const parts = await telling.parts()
    const { body, alert } = composeComment(parts, { ...options, before })
    if (comment === undefined && !alert && !always) return 'not-needed'
    if (comment !== undefined && sameText(comment.body, body)) return outcome
    if (comment === undefined) {
      const created = objectOf(await rest.send('POST', `${base}/${number}/comments`, { body }))
      // A token of another app writes under its own name: what it wrote is told by that from here on.
      author = textOf(objectOf(created.user).login) ?? author
      outcome = 'created'
      // Nothing was overwritten: a comment of a later run is older than this one, and stays.
      continue
    }
    if (before !== undefined && !isSame(before, telling) && (await options.overtaken?.()) === true) return 'superseded'
    const written = await forgiving(() => rest.send('PATCH', `${base}/comments/${comment.id}`, { body }))
    if (outcome !== 'created') outcome = 'updated'
    // Deleted in between: look again.
    if (!written) continue
    const later = await options.later(telling)
    if (later !== undefined) telling = later
    // A lone leg has nobody to overtake it.
    else if (parts.length === 1 && (await telling.parts()).length === 1) return outcome
  }
  return outcome
}

/** Comments with our marker that we wrote, oldest first. Anybody can write the marker; nobody can write as us. */
async function ownComments({ rest, repository, number, marker }: CommentOptions, author: string): Promise<Comment[]> {
  const own: Comment[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const path = `/repos/${repository}/issues/${number}/comments`
    const listed = listOf(await rest.get(path, { per_page: PER_PAGE, page }))
    for (const item of listed) {
      const { id, body, user } = objectOf(item)
      const [known, text] = [naturalOf(id), textOf(body)]
      const ours = textOf(objectOf(user).login) === author && text?.startsWith(marker) === true
      if (known !== undefined && ours) own.push({ id: known, body: text })
    }
    if (listed.length < PER_PAGE) break
  }
  return own.sort((a, b) => a.id - b.id)
}

/** False when it is gone already. */
async function forgiving(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send()
    return true
  } catch (error) {
    if (error instanceof RestError && error.fault === 'not-found') return false
    throw error
  }
}

/** GitHub may give line ends back as it likes. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd()
  return plain(a) === plain(b)
}
