import type { Finding } from '../../policy/finding.ts'
import { acceptCommands, ignoreSnippet } from '../accept.ts'
import { plainText, shellWord } from '../escape.ts'
import type { Report, ServiceReport } from '../report.ts'
import { type BaseSentence, baseSentences } from '../words/base.ts'
import { doubtWords } from '../words/doubts.ts'
import { countText } from '../words/figures.ts'
import { numberedFindings, numberOf } from '../words/numbers.ts'
import {
  comparedSentence,
  stopsSentence,
  unseenSentence,
  verdictSentence,
  verdictTitle,
  worstFindings,
  worstServicesFirst,
} from '../words/sentence.ts'
import { courseLines, creptOf } from './course.ts'
import { suspectLines } from './suspects.ts'
import { figureTable, seriesLines } from './table.ts'
import { badge, labelled, paint, spelled, type TerminalOptions, unquoted, wrap } from './text.ts'

const MOST_SUSPECTS = 5
const MOST_SERVICES = 10

/** The report for a terminal of at least 60 columns: the verdict, the lines to fix, the figures, what is in doubt. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const told = worstFindings(report)
    .map(({ finding }) => finding)
    .slice(0, MOST_SUSPECTS)
  const numbers = new Map(numberedFindings(report).map(({ finding, number }) => [finding, number]))
  const parts: string[][] = [header(report, options)]
  const several = report.services.length > 1
  const services = worstServicesFirst(report.services)
  const wanting = several ? services.filter(({ verdict }) => verdict !== 'pass') : services
  for (const service of wanting.slice(0, MOST_SERVICES)) {
    if (several) parts.push(serviceHeading(service, options))
    parts.push(...serviceParts(service, told, numbers, options), courseLines(service, report, options))
  }
  if (several) {
    const fine = services.filter((service) => !wanting.includes(service))
    parts.push(others(services, wanting, options), creptOf(fine, report, options))
  }
  parts.push(foot(report, told, options))
  const text = parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')
  return `${text.replace(/[ ]+$/gm, '')}\n`
}

function header(report: Report, options: TerminalOptions): string[] {
  const mark = badge(report.verdict, options)
  const indent = ' '.repeat(report.verdict.length + 3)
  const room = options.width - indent.length
  const sentence = wrap(spelled(unquoted(verdictSentence(report)), options), room)
  const compared = wrap(
    spelled(
      comparedSentence(report, plainText, (sha) => plainText(sha).slice(0, 7)),
      options,
    ),
    room,
  )
  return [
    ...beside(mark, verdictTitle(report), room, indent, options),
    ...sentence.map((line) => `${indent}${line}`),
    ...compared.map((line) => `${indent}${paint(line, options, 'dim')}`),
    ...aboutBase(report).flatMap((text) =>
      wrap(spelled(text, options), room).map((line) => `${indent}${paint(line, options, 'dim')}`),
    ),
  ]
}

/** What else there is to say of the base: why not a nearer one, or why there is none. */
function aboutBase({ base, judgedAt }: Report): string[] {
  if (base === undefined) return []
  const plain = (text: string): string => plainText(text, 500)
  const marks = { quote: plain, words: plain, run: plain, commit: (sha: string) => plain(sha).slice(0, 7) }
  const leads: Readonly<Partial<Record<BaseSentence['is'], string>>> = { todo: 'To do: ' }
  return baseSentences(base, judgedAt, marks).flatMap(({ is, text }) =>
    is === 'base' ? [] : `${leads[is] ?? ''}${text}`,
  )
}

function beside(mark: string, title: string, room: number, indent: string, options: TerminalOptions): string[] {
  const lines = wrap(spelled(title, options), room)
  return lines.map((line, i) => `${i === 0 ? `${mark} ` : indent}${paint(line, options, 'bold')}`)
}

function serviceHeading({ service, verdict, ...rest }: ServiceReport, options: TerminalOptions): string[] {
  const title = `${plainText(service, 60)}: ${verdictTitle({ verdict, services: [{ service, verdict, ...rest }] })}`
  const indent = ' '.repeat(verdict.length + 3)
  return beside(badge(verdict, options), title, options.width - indent.length, indent, options)
}

function serviceParts(
  service: ServiceReport,
  told: readonly Finding[],
  numbers: ReadonlyMap<Finding, number>,
  options: TerminalOptions,
): string[][] {
  const own = told.filter((finding) => service.findings.includes(finding))
  const places = own.filter(({ culprit }) => culprit !== undefined)
  const figures = own.filter(({ culprit }) => culprit === undefined)
  const more = service.findings.length - own.length
  const doubts = service.doubts.slice(0, 12).flatMap((doubt) => {
    const { what, next } = doubtWords(doubt)
    return labelled(doubt.blocks ? '!' : '?', unquoted(`${what} ${next}`), 2, options)
  })
  const [table, series] = [figureTable(service.judgements, options), seriesLines(service, options)]
  return [
    ...places.map((finding) => suspectLines(finding, String(numbers.get(finding)), finding === told[0], options)),
    ...figures.map((finding, i) => suspectLines(finding, '-', false, options, figures.slice(0, i))),
    more > 0 ? [`   ${countText(more, 'more finding')} in the report`] : [],
    // Where there is no verdict, the doubts are the reason.
    ...(service.verdict === 'inconclusive' ? [doubts, table, series] : [table, series, doubts]),
    acceptedLines(service, options),
  ]
}

const MOST_ACCEPTED = 5

function acceptedLines({ ignored }: ServiceReport, options: TerminalOptions): string[] {
  const lines = ignored.slice(0, MOST_ACCEPTED).flatMap((finding) => {
    const until = finding.ignored?.expires === undefined ? '' : ` (until ${plainText(finding.ignored.expires, 10)})`
    const name = plainText(finding.culprit?.function ?? finding.evidence[0]?.stack[0]?.function ?? '', 100)
    return labelled('accepted', `${name}: ${plainText(finding.ignored?.reason ?? '', 200)}${until}`, 2, options)
  })
  if (ignored.length > MOST_ACCEPTED)
    lines.push(`  and ${countText(ignored.length - MOST_ACCEPTED, 'more stack')} accepted`)
  return lines
}

function others(
  services: readonly ServiceReport[],
  wanting: readonly ServiceReport[],
  options: TerminalOptions,
): string[] {
  const fine = services.filter((service) => !wanting.includes(service)).map(({ service }) => plainText(service, 40))
  const unseen = wanting.slice(MOST_SERVICES).map(({ service }) => plainText(service, 40))
  const list = (names: readonly string[]): string =>
    names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ')
  return [
    ...(unseen.length > 0 ? labelled('also not fine:', list(unseen), 1, options) : []),
    ...(fine.length > 0
      ? beside(badge('pass', options), `No leak found in ${list(fine)}`, options.width - 7, '       ', options)
      : []),
  ]
}

/** Here the report is at hand; from a log of a run the command must do without it. */
function howToAccept(report: Report, told: readonly Finding[]): string[] {
  const snippet = ignoreSnippet(told, report)
  if (snippet.length === 0) return []
  const commands = acceptCommands(told, report)
  const title = '  Is this growth meant? Accept it in the policy:'
  if (commands.length === 0) return [title, ...snippet.map((line) => `    ${line}`)]
  if (report.origin.runUrl !== undefined) return [title, ...commands.map((line) => `    ${line}`)]
  const policy = report.policy.own === undefined ? '' : ` --policy ${shellWord(report.policy.own.source)}`
  return [title, `    leakgate accept ${numberOf(report, told[0]!)} --reason "why it is meant"${policy}`]
}

function foot(report: Report, told: readonly Finding[], options: TerminalOptions): string[] {
  const accept = howToAccept(report, told)
  const expired = report.policy.expired
    .slice(0, 5)
    .flatMap(({ name, expires, reason }) =>
      labelled(
        '!',
        `The exception for ${plainText(name, 100)} expired ${plainText(expires, 10)}: ${plainText(reason, 160)}`,
        2,
        options,
      ),
    )
  const unseen = unseenSentence(report, (name) => plainText(name, 100))
  const stops = stopsSentence(report)
  return [
    ...accept.map((line) => spelled(line, options)),
    ...expired,
    ...(unseen === '' ? [] : labelled('?', unseen, 2, options)),
    ...(stops === '' ? [] : [`  ${unquoted(stops)}`]),
  ]
}
