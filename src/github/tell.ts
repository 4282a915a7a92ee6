import { RestError } from '../baseline/rest.ts'
import { UserError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import { findAcceptance } from './accept.ts'
import { type Outcome, upsertComment } from './comment.ts'
import { commitUnderTest, hasArtifacts } from './context.ts'
import type { Acceptance, Part } from './part.ts'
import { PART_FILE, serializePart } from './part.ts'
import { listParts, partName, readPart } from './parts.ts'
import type { Prepared } from './prepare.ts'
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

export function partOf(
  run: GitHubRun,
  report: Report,
  prepared: Prepared | undefined,
  acceptance: Acceptance | undefined,
): Part {
  const { runId, runAttempt } = run.context
  return {
    key: run.key,
    runId,
    runAttempt,
    head: commitUnderTest(run.context),
    report,
    base: prepared?.base,
    acceptance,
  }
}

/** Brings the pull request's comment up to date; undefined when there is none to write or it was refused. */
export async function comment(run: GitHubRun, own: Part, warn: Warn): Promise<Outcome | undefined> {
  const { context, inputs, rest, marker, repositoryUrl } = run
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
  const parts = gatherParts(run, own, warn)
  const options = { rest, repository, repositoryUrl, number: pull.number, marker, author: inputs.commentAuthor }
  return besides('No comment', warn, () => upsertComment({ ...options, always, runId, runAttempt, parts }))
}

/** All parts of the run: our own, and of the other legs what is there by now. */
function gatherParts(run: GitHubRun, own: Part, warn: Warn): () => Promise<readonly Part[]> {
  const { rest, context } = run
  const known = new Map<number, Part | undefined>()
  return async () => {
    if (!hasArtifacts(context)) return [own]
    const listed = await besides('Results of other jobs cannot be listed', warn, () =>
      listParts(rest, context.repository, context.runId),
    )
    const parts = new Map([[own.key, own]])
    for (const artifact of listed ?? []) {
      if (artifact.key === own.key) continue
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
