import { BASELINE_EVENTS, isBaselineBranch } from '../baseline/artifacts.ts'
import { collectFiles } from '../baseline/files.ts'
import { withPoint } from '../baseline/history.ts'
import { isInterrupted } from '../baseline/stored.ts'
import { type HistoryPoint, loadFigures } from '../diff/history.ts'
import type { Report } from '../report/report.ts'
import { VERSION } from '../version.ts'
import type { Prepared } from './prepare.ts'
import type { GitHubRun } from './run.ts'

/** Whether this run's recording becomes a baseline: of the main branch, and not of a pull request that bears its name. */
export function savesBaseline({ context, branches }: GitHubRun): boolean {
  const branch = /^refs\/heads\/(.+)$/.exec(context.ref)?.[1]
  return BASELINE_EVENTS.includes(context.event) && isBaselineBranch(branch, branches)
}

/**
 * Keeps the recording for later comparisons, whatever the verdict: a red main must not freeze the baseline. The verdict
 * goes with it, so that later comparisons tell. `report` is undefined when judging went wrong. Says what it did.
 */
export async function saveBaseline(
  run: GitHubRun,
  prepared: Prepared | undefined,
  profiles: readonly string[],
  report: Report | undefined,
  now: Date,
): Promise<string | undefined> {
  if (!savesBaseline(run)) return undefined
  const { context, key } = run
  const files = collectFiles(profiles)
  if (isInterrupted(files)) return 'The recording was interrupted, so it is not kept as a baseline.'
  const recordedAt = now.toISOString()
  const commit = context.sha
  const verdict = report?.verdict ?? 'unjudged'
  const before = prepared?.history ?? []
  const history = report === undefined ? [...before] : withPoint(before, pointOf(report, commit, recordedAt))
  const branch = context.ref.replace(/^refs\/heads\//, '')
  const facts = { commit, branch, key, recordedAt, verdict, version: VERSION, history }
  await run.store.save({ facts: { ...facts, runId: context.runId, runAttempt: context.runAttempt }, files })
  return `The recording of ${commit.slice(0, 7)} is kept as a baseline (${key}, ${verdict}).`
}

/** The figures of the head and the load they depend on, service by service. */
export function pointOf(report: Report, commit: string, recordedAt: string): HistoryPoint {
  const services = report.services.map(({ service, judgements, rounds, operations }) => {
    const figures = judgements.flatMap(({ metric, head }) => (head === undefined ? [] : [[metric, head]]))
    return [service, { ...Object.fromEntries(figures), ...loadFigures({ rounds: rounds.to, operations }) }]
  })
  return { commit, recordedAt, verdict: report.verdict, services: Object.fromEntries(services) }
}
