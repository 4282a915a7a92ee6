import { codeSpan, link, plainText } from '../report/escape.ts'
import { ageText, countText } from '../report/words/figures.ts'
import type { BaseReport } from './base.ts'

const MOST_LISTED = 5

/** Which baseline, how far away, and why not a nearer one. Everything in it is treated as hostile. */
export function baseMarkdown(report: BaseReport, now: string, repositoryUrl: string): string {
  const { base, note, missing, advice, yaml } = report
  const commit = (id: string): string =>
    link(codeSpan(id.slice(0, 7)), /^[0-9a-f]{40,64}$/.test(id) ? `${repositoryUrl}/commit/${id}` : undefined)
  const lines: string[] = []
  if (base === undefined) {
    const code = yaml === undefined ? '' : ` ${codeSpan(yaml, 300)}`
    lines.push(`🌱 **No baseline.** ${prose(missing ?? '')}`)
    lines.push(advice === undefined ? '' : `**To do:** ${prose(advice)}${code}`)
  } else {
    const age = ageText(base.recordedAt, now)
    const recorded = base.runUrl === undefined ? 'recorded' : link('recorded', base.runUrl)
    lines.push(
      `Base: ${commit(base.commit)} of ${codeSpan(base.branch, 80)}, ${distanceText(base.away)}${age === '' ? '' : `, ${recorded} ${age}`}.`,
    )
    if (base.verdict === 'fail' || base.verdict === 'unjudged') {
      const words = base.verdict === 'fail' ? 'was judged FAIL' : 'could not be judged'
      lines.push(`⚠️ That baseline itself ${words} on its branch: what leaks there already does not count as new here.`)
    }
  }
  if (note !== undefined) lines.push(`The search began at ${commit(report.start)}: ${prose(note)}.`)
  lines.push(passedOver(report, commit))
  return lines.filter((line) => line !== '').join('  \n')
}

/** The same in one line for the log. */
export function baseText({ base, start, note, missing, advice, yaml, passedOver }: BaseReport): string {
  const from = note === undefined ? '' : ` Searched from ${start.slice(0, 7)}: ${note}.`
  const over = passedOver.map(({ commit, why }) => `${commit.slice(0, 7)}: ${why}`).join('; ')
  const skipped = over === '' ? '' : ` Passed over: ${over}.`
  if (base === undefined)
    return plainText(`No baseline. ${missing ?? ''} ${advice ?? ''} ${yaml ?? ''}${from}${skipped}`, 2000)
  const { commit, branch, away, recordedAt, verdict } = base
  const judged = verdict === 'fail' ? ' It was judged FAIL itself.' : ''
  const text = `Baseline ${commit.slice(0, 7)} of ${branch}, ${distanceText(away)}, recorded ${recordedAt}.${judged}${from}${skipped}`
  return plainText(text, 2000)
}

/** Behind the commit the change is built on. */
export function distanceText(away: number): string {
  return away === 0 ? 'the merge base itself' : `${countText(away, 'commit')} before the merge base`
}

function passedOver(report: BaseReport, commit: (id: string) => string): string {
  if (report.passedOver.length === 0) return ''
  const listed = report.passedOver.slice(0, MOST_LISTED).map(({ commit: id, why }) => `${commit(id)} (${prose(why)})`)
  const more = report.passedOver.length - listed.length
  const nearer = report.base === undefined ? 'Passed over' : 'Nearer ones passed over'
  return `${nearer}: ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

/** Our own words, with names in them that are not: as code where anything but plain words is in it. */
function prose(text: string): string {
  return plainText(text, 500)
    .split(' ')
    .map((word) => (/^[\w,.;:()'’-]*$/.test(word) && !/__|@/.test(word) ? word : codeSpan(word, 200)))
    .join(' ')
}
