import { isAbsolute, relative } from 'node:path'
import { RECORDINGS } from '../collect/artifact.ts'
import type { Recordings } from '../report/base.ts'
import type { Report } from '../report/report.ts'
import { hasArtifacts } from './context.ts'
import type { Prepared } from './prepare.ts'
import { reportName } from './report-files.ts'
import type { GitHubRun } from './run.ts'

/**
 * The report with what the search for the base came to, and where both recordings can be had once `files` are uploaded.
 * `source` is the folder of the Go sources as the workflow names it.
 */
export function withRecordings(
  run: GitHubRun,
  prepared: Prepared | undefined,
  report: Report,
  files: ReadonlyMap<string, Buffer>,
  source: string,
): Report {
  const { context, key, env } = run
  const names = [...files.keys()]
  const uploads = hasArtifacts(context) && names.some((name) => name.startsWith(`${RECORDINGS}/`))
  const head = { runId: context.runId, name: reportName(key, context.runAttempt), diffs: names.filter(isDiff) }
  const recordings: Recordings = {
    base: prepared?.kept,
    head: uploads ? head : undefined,
    source: inRepository(source, env.GITHUB_WORKSPACE ?? ''),
  }
  return { ...report, ...(prepared === undefined ? {} : { base: prepared.base }), recordings }
}

/** As it is when the upload was refused. */
export function withoutHead(report: Report): Report {
  return report.recordings === undefined ? report : { ...report, recordings: { ...report.recordings, head: undefined } }
}

function isDiff(name: string): boolean {
  return !name.includes('/') && name.endsWith('diff.pb.gz')
}

/** Of the clone on another machine; its root where the folder is none of it, or has a name no command should carry. */
function inRepository(source: string, workspace: string): string {
  const path = isAbsolute(source) ? relative(workspace, source) : source
  return /^[\w.@+-][\w.@+ /-]{0,299}$/.test(path) && !path.startsWith('-') && !path.split('/').includes('..')
    ? path
    : '.'
}
