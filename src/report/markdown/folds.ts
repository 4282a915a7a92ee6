import type { Finding } from '../../policy/finding.ts'
import { acceptCommands, ignoreSnippet } from '../accept.ts'
import { codeBlock, codeHtml, codeSpan } from '../escape.ts'
import type { Report, ServiceReport } from '../report.ts'
import { type Reproduction, reproduction } from '../reproduce.ts'
import { doubtWords } from '../words/doubts.ts'
import { countText, splitRows } from '../words/figures.ts'
import { unseenSentence } from '../words/sentence.ts'
import type { Block } from './budget.ts'
import { courseBlocks } from './course.ts'
import { stackBlocks, suspectLine } from './suspects.ts'
import { ignoredTable, judgementTable, policyTable } from './tables.ts'

/** What is left out first when the page is too long, in this order. Suspects and sections rank above. */
export const RANK = {
  policy: 1,
  accepted: 2,
  figures: 3,
  course: 3.5,
  more: 4,
  doubts: 5,
  stacks: 6,
  reproduce: 7,
  accept: 8,
  source: 100,
  suspect: 200,
  section: 400,
} as const

/** Markdown inside needs the empty lines; an alert or a chart must not stand inside. */
export function fold(summary: string, text: string): string {
  return text === '' ? '' : `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`
}

/** The folded parts of one service. `title` names it where there are several. */
export function serviceFolds(
  service: ServiceReport,
  suspects: readonly Finding[],
  several: boolean,
  report: Report,
): Block[] {
  const of = several ? ` of ${codeHtml(service.service)}` : ''
  const { folded } = splitRows(service.judgements)
  const doubts = service.doubts.filter((doubt) => !doubt.blocks || service.verdict !== 'inconclusive')
  const listed = doubts.slice(0, 20).map((doubt) => {
    const { what, next } = doubtWords(doubt, codeSpan)
    return `- ${what} ${next}`
  })
  const course = courseBlocks(service, report, (over) => `On the base branch${of}: ${over}`, fold, {
    line: RANK.suspect,
    table: RANK.course,
  })
  return [
    ...course,
    {
      name: 'stacks',
      rank: RANK.stacks,
      text: fold(
        `${suspects.some(({ culprit }) => culprit?.around) ? 'Source and stacks' : 'Stacks'}${of}, innermost call first`,
        stackBlocks(suspects),
      ),
    },
    {
      name: 'figures within their limits',
      rank: RANK.figures,
      text: fold(`${countText(folded.length, 'more figure')}${of}, none over its limit`, judgementTable(folded)),
    },
    {
      name: 'doubts',
      rank: RANK.doubts,
      text: fold(
        `${countText(doubts.length, 'doubt')} about ${several ? codeHtml(service.service) : 'this comparison'}`,
        listed.join('\n'),
      ),
    },
    {
      name: 'accepted growth',
      rank: RANK.accepted,
      text:
        service.ignored.length === 0
          ? ''
          : fold(`${countText(service.ignored.length, 'stack')} accepted${of}`, ignoredTable(service.ignored)),
    },
  ]
}

/** Places beyond those shown, a line each. */
export function moreFold(findings: readonly Finding[], report: Report, most: number): Block {
  const lines = findings.slice(0, most).map((finding) => `- ${suspectLine(finding, report.origin)}`)
  if (findings.length > most) lines.push(`- … and ${findings.length - most} more in report.json`)
  const summary = `${countText(findings.length, 'more finding')}`
  return { name: 'more findings', rank: RANK.more, text: fold(summary, lines.join('\n')) }
}

export function policyFold(report: Report): Block {
  const { policy } = report
  const expired = policy.expired
    .slice(0, 20)
    .map(({ name, expires, reason }) => `- ${codeSpan(name)} expired ${codeSpan(expires, 10)}: ${codeSpan(reason)}`)
  const parts = [
    `Preset \`${policy.preset}\`; an inconclusive result ${policy.inconclusive === 'fail' && policy.preset !== 'watch' ? 'fails' : 'does not fail'} the build.`,
    policy.limits.length === 0 ? '' : policyTable(policy),
    expired.length === 0
      ? ''
      : `Ignore entries past their last day, which accept nothing any more:\n\n${expired.join('\n')}`,
    unseenSentence(report, codeSpan),
  ]
  const late = expired.length === 0 ? '' : `, ${countText(policy.expired.length, 'expired exception')}`
  return {
    name: 'policy',
    rank: RANK.policy,
    text: fold(`Policy in force${late}`, parts.filter((part) => part !== '').join('\n\n')),
  }
}

/** The same verdict on the reader's machine. */
export function reproduceFold(report: Report): Block {
  const found = reproduction(report)
  return { name: 'how to reproduce', rank: RANK.reproduce, text: found === undefined ? '' : reproduceText(found) }
}

function reproduceText({ job, intro, lines, look, notes }: Reproduction): string {
  const parts = [
    intro,
    codeBlock('sh', lines, 800),
    look.length === 0 ? '' : `Head minus base, in the browser:\n\n${codeBlock('sh', look, 800)}`,
    ...notes,
  ]
  const of = job === undefined ? '' : ` ${codeHtml(job, 80)}`
  return fold(`Reproduce${of} on your machine`, parts.filter((part) => part !== '').join('\n\n'))
}

/** How to say that growth is meant. */
export function acceptFold(findings: readonly Finding[], report: Report): Block {
  const lines = ignoreSnippet(findings, report)
  const run = acceptCommands(findings, report)
  const commands =
    run.length === 0
      ? ''
      : `Run this, with a reason of yours, and commit what it writes, so that a reviewer sees it:\n\n${codeBlock('sh', run, 800)}`
  const text =
    lines.length === 0
      ? ''
      : [commands, `${commands === '' ? 'Add' : 'Or add it'} to the policy by hand:`, codeBlock('yaml', lines, 400)]
          .filter((part) => part !== '')
          .join('\n\n')
  return { name: 'how to accept', rank: RANK.accept, text: fold('This growth is meant: accept it', text) }
}
