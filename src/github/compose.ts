import { worstVerdict } from '../policy/verdict.ts'
import { codeSpan, link } from '../report/escape.ts'
import { baseMarkdown } from '../report/markdown/base.ts'
import { fold } from '../report/markdown/folds.ts'
import { renderMarkdown } from '../report/markdown/markdown.ts'
import type { Report } from '../report/report.ts'
import { countText } from '../report/words/figures.ts'
import { type CommentState, stateLine } from './marker.ts'
import type { Acceptance, Part } from './part.ts'

/** GitHub refuses 65,536 characters; names may take several bytes each. */
const BUDGET = 60_000
const MOST_NOTES = 12_000

/** The comment of all parts of a run. `before`: what the comment said until now. */
export function composeComment(
  parts: readonly Part[],
  options: { readonly marker: string; readonly before: CommentState | undefined },
): { readonly body: string; readonly alert: boolean } {
  const { marker, before } = options
  const report = mergeReports(parts)
  const alert = report.verdict !== 'pass'
  const newest = parts.reduce((a, b) => (b.runAttempt > a.runAttempt ? b : a))
  const state: CommentState = { ...newest, alert: alert ? newest.head : before?.alert }
  const notes = notesOf(parts, state, report)
  const budget = BUDGET - Buffer.byteLength(notes) - 2
  const body = renderMarkdown(report, { for: 'comment', marker: `${marker}\n${stateLine(state)}`, budget })
  return { body: `${body.trimEnd()}\n${notes === '' ? '' : `\n${notes}\n`}`, alert }
}

/** One report of several legs: every service of each, named with its leg where there are several. */
export function mergeReports(parts: readonly Part[]): Report {
  const [first, ...others] = parts
  if (first === undefined) throw new Error('no part to merge')
  if (others.length === 0) return first.report
  const verdict = worstVerdict(parts.map(({ report }) => report.verdict))
  const { key: job, report: lead } = parts.find(({ report }) => report.verdict === verdict)!
  const { base, recordings, ...rest } = lead
  return {
    ...rest,
    // Bases that differ are told job by job.
    ...(base !== undefined && haveOneBase(parts) ? { base } : {}),
    ...(recordings === undefined ? {} : { recordings: { ...recordings, job } }),
    verdict,
    stops: parts.some(({ report }) => report.stops),
    services: parts.flatMap(({ key, report }) =>
      report.services.map((service) => ({ ...service, service: `${key} / ${service.service}` })),
    ),
    origin: { ...lead.origin, reportUrl: undefined },
  }
}

function haveOneBase(parts: readonly Part[]): boolean {
  return new Set(parts.map(({ report: { base } }) => JSON.stringify(base))).size === 1
}

function notesOf(parts: readonly Part[], state: CommentState, report: Report): string {
  const notes: string[] = []
  if (report.verdict === 'pass' && state.alert !== undefined) {
    notes.push(`✅ **Resolved:** what was reported at ${codeSpan(state.alert.slice(0, 7))} is gone.`)
  }
  const accepted = parts.flatMap(({ acceptance }) => acceptance ?? [])[0]
  if (accepted !== undefined) notes.push(acceptanceMarkdown(accepted))
  if (!haveOneBase(parts)) {
    const bases = parts.flatMap(({ key, report: one }) => {
      const text = baseMarkdown(one, true)
      return text === '' ? [] : `**${codeSpan(key, 80)}**  \n${text}`
    })
    notes.push(fold(`Baselines of ${countText(bases.length, 'job')}`, bases.join('\n\n')))
  }
  const urls = parts.length < 2 ? [] : parts.filter(({ report: { origin } }) => origin.reportUrl !== undefined)
  const reports = urls.map(({ key, report: { origin } }) => link(codeSpan(key, 80), origin.reportUrl))
  if (reports.length > 0) notes.push(`Reports: ${reports.join(' · ')}`)
  if (state.runAttempt > 1) notes.push(`<sub>Attempt ${state.runAttempt} of the run.</sub>`)
  return fittedNotes(notes)
}

/** Whole notes only, first ones first. */
function fittedNotes(notes: readonly string[]): string {
  const kept: string[] = []
  let size = 0
  for (const note of notes) {
    size += Buffer.byteLength(note) + 2
    if (size > MOST_NOTES) continue
    kept.push(note)
  }
  return kept.join('\n\n')
}

/** Who said so, without calling them: a mention would notify. */
export function acceptanceMarkdown({ label, by, at }: Acceptance): string {
  const who = by === undefined ? '' : ` by ${codeSpan(by, 60)}`
  const when = at === undefined ? '' : ` on ${codeSpan(at.slice(0, 16).replace('T', ' '), 20)}`
  return `☑️ **Accepted:** the label ${codeSpan(label, 60)} was put on this pull request${who}${when}. The build goes on.`
}
