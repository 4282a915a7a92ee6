import { formatUserError, UserError } from '../errors.ts'
import type { PolicyText } from '../policy/parse.ts'
import type { Report, ReportOrigin } from '../report/report.ts'
import { baseText } from '../report/words/base.ts'
import { openClient } from './client.ts'
import { acceptanceMarkdown } from './compose.ts'
import type { Env } from './context.ts'
import { fetchPolicy } from './org-policy.ts'
import { originOf, type Prepared, prepare } from './prepare.ts'
import { withoutHead } from './recordings.ts'
import { type ReportFiles, uploadReport } from './report-files.ts'
import { type GitHubRun, openRun } from './run.ts'
import type { GitHubInputs } from './run-inputs.ts'
import { saveBaseline } from './save.ts'
import { comment, partOf, uploadPart, withAcceptance } from './tell.ts'

/** Where the step's words go. */
export interface Tell {
  readonly info: (message: string) => void
  readonly warn: (message: string) => void
}

/** The step on GitHub, between its beginning and its end. */
export interface Begun {
  readonly run: GitHubRun
  /** undefined where the base was given as a folder. */
  readonly prepared: Prepared | undefined
  readonly origin: Partial<ReportOrigin>
}

/** Before anything is judged: finds the baseline. undefined outside of GitHub Actions. */
export async function begin(env: Env, inputs: GitHubInputs, search: boolean, tell: Tell): Promise<Begun | undefined> {
  const run = openRun(env, inputs)
  if (run === undefined || inputs.token === '') return undefined
  const prepared = search ? await prepare(run, env.GITHUB_WORKSPACE || '.') : undefined
  if (prepared !== undefined)
    (prepared.unreachable ? tell.warn : tell.info)(baseText(prepared.base, new Date().toISOString()))
  return { run, prepared, origin: originOf(run, prepared) }
}

/** The organisation's policy, which the repository's own is read over. */
export async function organisationPolicy(env: Env, inputs: GitHubInputs): Promise<PolicyText[]> {
  if (inputs.policyFrom === '') return []
  const api = env.GITHUB_API_URL || 'https://api.github.com'
  return [await fetchPolicy(openClient({ api, token: inputs.policyToken || inputs.token }), inputs.policyFrom)]
}

/**
 * Keeps the recording as a baseline, where this run makes one. To be called whatever judging came to, and before the
 * verdict can end the step. A baseline that cannot be kept is an error of the run on main, told without ending it.
 */
export async function keep(
  begun: Begun | undefined,
  profiles: readonly string[],
  report: Report | undefined,
  tell: Tell,
): Promise<void> {
  if (begun === undefined) return
  try {
    const told = await saveBaseline(begun.run, begun.prepared, profiles, report, new Date())
    if (told !== undefined) tell.info(told)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    tell.warn(`No baseline was kept. ${formatUserError(error)}`)
  }
}

export interface Finished {
  readonly report: Report
  /** Markdown to put under the summary. */
  readonly notes: string
  readonly accepted: boolean
}

/** After judging: the label, what is uploaded, the comment. None of it can make the verdict worse. */
export async function finish(
  begun: Begun | undefined,
  judged: Report,
  files: ReportFiles,
  tell: Tell,
): Promise<Finished> {
  if (begun === undefined) return { report: judged, notes: '', accepted: false }
  const { run } = begun
  const { report: counted, acceptance } = await withAcceptance(run, judged, tell.warn)
  const report = await uploaded(run, counted, files, tell)
  const part = partOf(run, report, acceptance)
  const handedOn = run.context.pull !== undefined && (await uploadPart(run, part, tell.warn))
  if (run.context.pull !== undefined) {
    const outcome = await comment(run, part, tell.warn)
    if (outcome !== undefined) tell.info(`Comment: ${outcome}${handedOn ? '' : ', of this job alone'}.`)
  }
  const notes = acceptance === undefined ? '' : acceptanceMarkdown(acceptance)
  return { report, notes, accepted: acceptance !== undefined }
}

async function uploaded(run: GitHubRun, report: Report, files: ReportFiles, tell: Tell): Promise<Report> {
  try {
    return await uploadReport(run, report, files)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    tell.warn(`The report is not uploaded. ${formatUserError(error)}`)
    return withoutHead(report)
  }
}
