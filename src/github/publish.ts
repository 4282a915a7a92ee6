import * as core from '@actions/core'
import { type Annotation, annotationsOf } from '../report/annotations.ts'
import { logSafe } from '../report/escape.ts'
import { renderMarkdown } from '../report/markdown/markdown.ts'
import type { Report } from '../report/report.ts'

/** GitHub drops a summary of more than 1 MiB whole; characters may take several bytes. */
const SUMMARY_BUDGET = 250_000

/**
 * Summary, annotations and outputs; `reportFile` is the path of report.json, `notes` Markdown to end the summary with.
 * None of them can change the verdict.
 */
export async function publish(report: Report, reportFile: string, notes = ''): Promise<void> {
  core.setOutput('verdict', report.verdict)
  core.setOutput(
    'findings',
    report.services.reduce((sum, service) => sum + service.findings.length, 0),
  )
  core.setOutput('report', reportFile)
  for (const annotation of annotationsOf(report)) annotate(annotation)
  if ((process.env.GITHUB_STEP_SUMMARY ?? '') === '') return
  const page = renderMarkdown(report, { for: 'summary', budget: SUMMARY_BUDGET })
  await core.summary.addRaw(notes === '' ? page : `${page}\n${notes}\n`).write()
}

function annotate({ level, path, line, title, message }: Annotation): void {
  const properties = { title, ...(path === undefined ? {} : { file: path }), ...(line ? { startLine: line } : {}) }
  const print = { error: core.error, warning: core.warning, notice: core.notice }[level]
  print(logSafe(message), properties)
}
