import { readFileSync } from 'node:fs'
import { artifactName } from '../baseline/artifact-store.ts'
import { BASELINE_EVENTS, readRun } from '../baseline/artifacts.ts'
import { BASELINE_BRANCH } from '../baseline/branch-store.ts'
import { commitOf, listOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import { type Rest, RestError } from '../baseline/rest.ts'
import { UserError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import { type Outcome, type Telling, upsertComment } from './comment.ts'
import type { Env } from './context.ts'
import { listLaterRuns } from './later.ts'
import { markerOf } from './marker.ts'
import type { Part } from './part.ts'
import { listParts, type PartArtifact, readPart } from './parts.ts'
import { reportName } from './report-files.ts'
import type { Warn } from './tell.ts'

/** The run that ended, as GitHub itself tells; nothing of it comes from an artifact. */
export interface EndedRun {
  readonly id: number
  readonly attempt: number
  readonly url: string
  readonly workflow: string
  readonly head: string
  readonly headBranch: string
  readonly headOwner: string
  readonly headRepositoryId: number | undefined
  readonly repositoryId: number
  /** Pull requests GitHub names itself; often none for forks. */
  readonly pulls: readonly { readonly number: number; readonly head: string; readonly repositoryId: number }[]
}

export interface CompanionOptions {
  readonly rest: Rest
  readonly repository: string
  readonly repositoryUrl: string
  readonly author: string
  readonly commentKey: string
  readonly always: boolean
  readonly warn: Warn
}

/** From the event's payload; undefined when it is a run that has no pull request to comment on. */
export function readEndedRun(env: Env): EndedRun | undefined {
  if (env.GITHUB_EVENT_NAME !== 'workflow_run') {
    throw new UserError(`cannot comment on event ${JSON.stringify(env.GITHUB_EVENT_NAME ?? '')}`, {
      where: 'comment/',
      hint: 'Use it in a workflow with on: { workflow_run: { workflows: [...], types: [completed] } }.',
    })
  }
  const payload = objectOf(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8')))
  const run = objectOf(payload.workflow_run)
  // pull_request_target runs on the base: its head is not the pull request's.
  if (run.event !== 'pull_request') return undefined
  const need = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw new UserError(`workflow_run.${name} is missing`, { where: 'the event payload' })
    return value
  }
  const headRepository = objectOf(run.head_repository)
  return {
    id: need('id', naturalOf(run.id)),
    attempt: naturalOf(run.run_attempt) ?? 1,
    url: need('html_url', textOf(run.html_url)),
    workflow: need('path', textOf(run.path)).replace(/@.*$/, ''),
    head: need('head_sha', commitOf(run.head_sha)),
    headBranch: need('head_branch', textOf(run.head_branch)),
    headOwner: textOf(objectOf(headRepository.owner).login) ?? '',
    headRepositoryId: naturalOf(headRepository.id),
    repositoryId: need('repository.id', naturalOf(objectOf(payload.repository).id)),
    pulls: listOf(run.pull_requests).flatMap((item) => {
      const { number, head, base } = objectOf(item)
      const id = naturalOf(objectOf(objectOf(base).repo).id)
      const [known, commit] = [naturalOf(number), commitOf(objectOf(head).sha)]
      return known === undefined || commit === undefined || id === undefined
        ? []
        : [{ number: known, head: commit, repositoryId: id }]
    }),
  }
}

/** Comments with what the run left behind. `undefined`: there is nobody to tell. */
export async function commentLater(run: EndedRun, options: CompanionOptions): Promise<Outcome | undefined> {
  const { rest, repository, author, always, warn } = options
  const artifacts = await listParts(rest, repository, run.id)
  if (artifacts.length === 0) return undefined
  const number = await findPull(rest, repository, run)
  if (number === undefined) {
    warn(`No open pull request has ${run.head.slice(0, 7)} as its head: it was closed or pushed to meanwhile.`)
    return undefined
  }
  const parts = await readParts(rest, repository, artifacts, run, options)
  const marker = markerOf(run.workflow, options.commentKey)
  const target = { rest, repository, number, marker, author, always }
  const telling = { runId: run.id, runAttempt: run.attempt, parts: async () => parts }
  return upsertComment({
    ...target,
    telling,
    yields: true,
    later: ({ runId }) => laterEnded(run, runId, number, options),
  })
}

/** A later run on the same pull request that has ended too: one that has not has a companion of its own to come. */
async function laterEnded(
  run: EndedRun,
  than: number,
  number: number,
  options: CompanionOptions,
): Promise<Telling | undefined> {
  const { rest, repository, repositoryUrl } = options
  const { headRepositoryId, headBranch, workflow } = run
  if (headRepositoryId === undefined) return undefined
  const of = { event: 'pull_request', workflow, headBranch, headRepositoryId }
  for (const { id, attempt, head, completed } of await listLaterRuns(rest, repository, of, than)) {
    if (!completed) continue
    const later = { ...run, id, attempt, head, pulls: [], url: `${repositoryUrl}/actions/runs/${id}` }
    if ((await findPull(rest, repository, later)) !== number) continue
    const artifacts = await listParts(rest, repository, id)
    if (artifacts.length === 0) continue
    const parts = await readParts(rest, repository, artifacts, later, options)
    return { runId: id, runAttempt: attempt, parts: async () => parts }
  }
  return undefined
}

/**
 * The one open pull request whose head is the commit that ran. The number is never taken from an artifact: whoever
 * wrote that would choose where we comment.
 */
export async function findPull(rest: Rest, repository: string, run: EndedRun): Promise<number | undefined> {
  const [named, ...more] = run.pulls.filter(
    ({ head, repositoryId }) => head === run.head && repositoryId === run.repositoryId,
  )
  const listed =
    named !== undefined && more.length === 0
      ? [await rest.get(`/repos/${repository}/pulls/${named.number}`)]
      : listOf(
          await rest.get(`/repos/${repository}/pulls`, {
            state: 'open',
            head: `${run.headOwner}:${run.headBranch}`,
            per_page: 100,
          }),
        )
  const numbers = listed.flatMap((item) => {
    const { number, state, head, base } = objectOf(item)
    const ours = naturalOf(objectOf(objectOf(base).repo).id) === run.repositoryId
    return state === 'open' && ours && objectOf(head).sha === run.head ? (naturalOf(number) ?? []) : []
  })
  return numbers.length === 1 ? numbers[0] : undefined
}

/** A part that is not what it should be is told and left out; without any there is an error. */
async function readParts(
  rest: Rest,
  repository: string,
  artifacts: readonly PartArtifact[],
  run: EndedRun,
  { repositoryUrl, warn }: CompanionOptions,
): Promise<Part[]> {
  const parts: Part[] = []
  let last: UserError | undefined
  for (const artifact of artifacts) {
    try {
      const part = disarmed(await readPart(rest, repository, artifact), artifact, run, repositoryUrl)
      parts.push({ ...part, report: await vouched(part.report, artifact.key, run, rest, repository) })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      last = error
      warn(`${error.where ?? 'a result'} is left out: ${error.message}`)
    }
  }
  if (parts.length === 0 && last !== undefined) throw last
  return parts
}

/** What GitHub tells of the run takes the place of what the artifact says of itself. */
function disarmed(part: Part, artifact: PartArtifact, run: EndedRun, repositoryUrl: string): Part {
  const runUrl = `${repositoryUrl}/actions/runs/${run.id}`
  const { report } = part
  // Of the page only its number is taken: it can lead to nothing but what this run has uploaded.
  const page = /\/artifacts\/(\d{1,15})$/.exec(report.origin.reportUrl ?? '')?.[1]
  const { recordings } = report
  const head = { runId: run.id, name: reportName(artifact.key, artifact.attempt) }
  return {
    key: artifact.key,
    runId: run.id,
    runAttempt: run.attempt,
    head: run.head,
    pull: undefined,
    // Who accepted what is not for the run of a stranger to say.
    acceptance: undefined,
    report: {
      ...report,
      ...(recordings?.head === undefined
        ? {}
        : { recordings: { ...recordings, head: { ...head, diffs: recordings.head.diffs } } }),
      origin: {
        ...report.origin,
        docsUrl: undefined,
        repository: repositoryUrl,
        headCommit: run.head,
        runUrl,
        reportUrl: page === undefined ? undefined : `${runUrl}/artifacts/${page}`,
      },
    },
  }
}

/**
 * The report with nothing said of the base's run but what GitHub says too: readers are sent there, and download from
 * it. A run of this repository that no pull request started is one that only who can push could make.
 */
async function vouched(
  report: Report,
  key: string,
  { repositoryId }: EndedRun,
  rest: Rest,
  repository: string,
): Promise<Report> {
  const { base, recordings } = report
  const kept = recordings?.base
  const runId = kept?.in === 'artifact' ? kept.runId : base?.base?.runId
  const known = runId !== undefined && (await isOurs(rest, repository, repositoryId, runId, base?.base?.commit))
  const place =
    kept?.in === 'artifact' && known ? ({ in: 'artifact', runId, name: artifactName(key) } as const) : undefined
  const { base: _, recordings: __, ...others } = report
  return {
    ...others,
    ...(base === undefined
      ? {}
      : { base: { ...base, base: base.base && { ...base.base, runId: known ? runId : undefined } } }),
    // Without the base there is nothing to compare again; a branch of ours holds only what we put there.
    ...(recordings === undefined || (kept?.in !== 'branch' && place === undefined)
      ? {}
      : { recordings: { ...recordings, base: kept?.in === 'branch' ? { ...kept, branch: BASELINE_BRANCH } : place } }),
  }
}

async function isOurs(
  rest: Rest,
  repository: string,
  repositoryId: number,
  runId: number,
  commit: string | undefined,
): Promise<boolean> {
  try {
    const run = readRun(await rest.get(`/repos/${repository}/actions/runs/${runId}`))
    const here = run.repositoryId === repositoryId && run.headRepositoryId === repositoryId
    return here && run.commit === commit && BASELINE_EVENTS.includes(run.event ?? '')
  } catch (error) {
    if (error instanceof RestError) return false
    throw error
  }
}
