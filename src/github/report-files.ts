import type { Report } from '../report/report.ts'
import { hasArtifacts } from './context.ts'
import type { GitHubRun } from './run.ts'
import { type Uploaded, uploadArtifact } from './upload.ts'

/** What people open: the page as it is, so that it opens in the browser, and the rest in an archive. */
export interface ReportFiles {
  readonly page: Buffer | undefined
  /** By name: `report.json`, `diff.pb.gz`. */
  readonly others: ReadonlyMap<string, Buffer>
}

/** Of the archive: the recording, what was made of it, and the report for machines. */
export function reportName(key: string, attempt: number): string {
  return `leakgate-report-${key}${attempt > 1 ? `-a${attempt}` : ''}`
}

/** Uploads them, where that is possible, and returns the report with the address of the page in it. */
export async function uploadReport(run: GitHubRun, report: Report, files: ReportFiles): Promise<Report> {
  const { env, context, key } = run
  if (!hasArtifacts(context)) return report
  const attempt = context.runAttempt > 1 ? `-a${context.runAttempt}` : ''
  let uploaded: Uploaded | undefined
  if (files.others.size > 0)
    uploaded = await uploadArtifact(env, context, reportName(key, context.runAttempt), files.others)
  if (files.page !== undefined) {
    const name = `leak-report-${key}${attempt}.html`
    uploaded = await uploadArtifact(env, context, name, new Map([[name, files.page]]), { plain: true })
  }
  if (uploaded === undefined) return report
  const reportUrl = `${run.repositoryUrl}/actions/runs/${context.runId}/artifacts/${uploaded.id}`
  return { ...report, origin: { ...report.origin, reportUrl } }
}
