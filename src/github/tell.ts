import { RestError } from '../baseline/rest.ts'
import { UserError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import { findAcceptance } from './accept.ts'
import { type CommentOptions, type Outcome, type Telling, upsertComment } from './comment.ts'
import { commitUnderTest, hasArtifacts, type PullContext } from './context.ts'
import { type ListedRun, listLaterRuns } from './later.ts'
import type { Acceptance, Part } from './part.ts'
import { PART_FILE, serializePart } from './part.ts'
import { listParts, partName, readPart } from './parts.ts'
import type { GitHubRun } from './run.ts'
import { uploadArtifact } from './upload.ts'

/** What did not work, in a sentence for the log. It never changes the verdict. */
export type Warn = (message: string) => void

/** The report as it counts when the pull request carries the label. */
export async function withAcceptance(
  run: GitHubRun,
  report: Report,
  warn: Warn,
): Promise<{ readonly report: Report; readonly acceptance: Acceptance | undefined }> {
  if (!report.stops) return { report, acceptance: undefined }
  const acceptance = await besides('The label cannot be looked up', warn, () =>
    findAcceptance(run.rest, run.context, run.inputs.acceptLabel),
  )
  return { report: acceptance === undefined ? report : { ...report, stops: false }, acceptance }
}

/** Puts this leg's part where the others and the companion workflow find it. */
export async function uploadPart(run: GitHubRun, part: Part, warn: Warn): Promise<boolean> {
  const { env, context, key } = run
  if (!hasArtifacts(context)) return false
  const files = new Map([[PART_FILE, Buffer.from(serializePart(part))]])
  const name = partName(key, context.runAttempt)
  const done = await besides('The result cannot be handed on', warn, () =>
    uploadArtifact(env, context, name, files, { days: 7 }),
  )
  return done !== undefined
}

export function partOf(run: GitHubRun, report: Report, acceptance: Acceptance | undefined): Part {
  const { runId, runAttempt } = run.context
  return {
    key: run.key,
    runId,
    runAttempt,
    head: commitUnderTest(run.context),
    pull: run.context.pull?.number,
    report,
    acceptance,
  }
}

/** Brings the pull request's comment up to date; undefined when there is none to write or it was refused. */
export async function comment(run: GitHubRun, own: Part, warn: Warn): Promise<Outcome | undefined> {
  const { context, inputs, rest, marker } = run
  const { pull, repository, runId, runAttempt } = context
  if (pull === undefined || inputs.comment === 'never') return undefined
  if (pull.readOnly !== undefined) {
    const who = pull.readOnly === 'fork' ? 'a fork' : 'Dependabot'
    warn(
      `No comment: the token of a pull request from ${who} can only read. The summary has everything; comment/ in a workflow_run workflow comments later (docs/github.md).`,
    )
    return undefined
  }
  const always = inputs.comment === 'always'
  const telling = { runId, runAttempt, parts: gatherParts(run, runId, own, warn) }
  const target = { rest, repository, number: pull.number, marker, author: inputs.commentAuthor, always }
  return besides('No comment', warn, () => upsertComment({ ...target, telling, ...afterwards(run, pull, warn) }))
}

/** What is known of later runs on the pull request. */
function afterwards(run: GitHubRun, pull: PullContext, warn: Warn): Pick<CommentOptions, 'later' | 'overtaken'> {
  const { rest, context } = run
  const { repository, repositoryId, event, workflow } = context
  // Only runs of this repository comment themselves.
  const of = { event, workflow, headBranch: pull.headBranch, headRepositoryId: repositoryId }
  const list = async (than: number): Promise<readonly ListedRun[]> => {
    const listed = await besides('Later runs cannot be listed', warn, () => listLaterRuns(rest, repository, of, than))
    return listed ?? []
  }
  // Without artifacts nobody can speak for another run: an older one must not write at all.
  if (!hasArtifacts(context)) {
    return { later: async () => undefined, overtaken: async () => (await list(context.runId)).length > 0 }
  }
  const later = async (than: Telling): Promise<Telling | undefined> => {
    for (const { id } of await list(than.runId)) {
      const gather = gatherParts(run, id, undefined, warn)
      const parts = async (): Promise<readonly Part[]> => (await gather()).filter((part) => part.pull === pull.number)
      const found = await parts()
      if (found.length > 0) return { runId: id, runAttempt: Math.max(...found.map((part) => part.runAttempt)), parts }
    }
    return undefined
  }
  return { later }
}

/** All parts of a run: our own if it is our run, and of the other legs what is there by now. */
function gatherParts(run: GitHubRun, runId: number, own: Part | undefined, warn: Warn): () => Promise<readonly Part[]> {
  const { rest, context } = run
  const known = new Map<number, Part | undefined>()
  return async () => {
    const parts = new Map(own === undefined ? [] : [[own.key, own]])
    if (!hasArtifacts(context)) return [...parts.values()]
    const listed = await besides('Results of other jobs cannot be listed', warn, () =>
      listParts(rest, context.repository, runId),
    )
    for (const artifact of listed ?? []) {
      if (artifact.key === own?.key) continue
      if (!known.has(artifact.id)) {
        const read = await besides('The result of another job cannot be read', warn, () =>
          readPart(rest, context.repository, artifact),
        )
        known.set(artifact.id, read)
      }
      const part = known.get(artifact.id)
      if (part !== undefined) parts.set(artifact.key, part)
    }
    return [...parts.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}

/** Something that is good to have: what prevents it is told, and the step goes on. */
async function besides<T>(what: string, warn: Warn, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RestError) && !(error instanceof UserError)) throw error
    const hint = error instanceof RestError ? HINTS[error.fault] : error.hint
    warn(`${what}: ${error.message}.${hint === undefined ? '' : ` ${hint}`}`)
    return undefined
  }
}

const HINTS: Readonly<Partial<Record<RestError['fault'], string>>> = {
  forbidden: 'The job may lack a permission: see docs/github.md.',
}
