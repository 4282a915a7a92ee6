import type { Finding, Verdict } from '../../policy/finding.ts'
import { codeSpan } from '../escape.ts'
import type { Report, ReportOrigin, ServiceReport } from '../report.ts'
import { fixOf, isRepeated, whyOf } from '../words/contributors.ts'
import { splitRows } from '../words/figures.ts'
import { capital, FINDING_WORDS, headline } from '../words/findings.ts'
import { numberOf } from '../words/numbers.ts'
import { verdictSentence, verdictTitle, worstFindings, worstServicesFirst } from '../words/sentence.ts'
import { baseMarkdown } from './base.ts'
import { type Block, fitted } from './budget.ts'
import { creptBlock } from './course.ts'
import { acceptFold, fold, moreFold, policyFold, RANK, reproduceFold, serviceFolds } from './folds.ts'
import { provenance, reportLinks, verdictBlock } from './frame.ts'
import { contributorLines, suspectBlocks } from './suspects.ts'
import { judgementTable } from './tables.ts'

export interface MarkdownOptions {
  readonly for: 'comment' | 'summary'
  /** Most bytes of the page, and so most characters. */
  readonly budget?: number
  /** First line of a comment, by which it is found again. */
  readonly marker?: string
}

const BUDGET = 60_000
const MARKER = '<!-- leakgate:v1 -->'
/** Findings told in full, over all services. */
const MOST_SUSPECTS = 5
const MOST_SERVICES = 10
/** Names of services on one line. */
const MOST_NAMES = 50
const MOST_LISTED = { comment: 20, summary: 200 } as const

const EMOJI: Readonly<Record<Verdict, string>> = {
  fail: '❌',
  warn: '⚠️',
  inconclusive: '❔',
  seeding: '🌱',
  pass: '✅',
}

/**
 * The report as a comment or a job summary. Read from the top: the verdict, the line to fix, the figures; evidence is
 * folded. Over its budget it leaves out, in this order: the policy, accepted growth, figures within their limits,
 * further findings, doubts, stacks, how to reproduce, how to accept, source lines, suspects, services.
 */
export function renderMarkdown(report: Report, options: MarkdownOptions): string {
  const { for: reader, budget = BUDGET, marker = MARKER } = options
  const all = worstFindings(report).map(({ finding }) => finding)
  const told = chosen(all)
  const rest = all.filter((finding) => !told.includes(finding))
  const services =
    report.services.length > 1
      ? sections(report, told)
      : report.services.flatMap((service) => body(service, told, report))
  const blocks: Block[] = [
    {
      name: '',
      text:
        reader === 'comment'
          ? `${marker}\n### ${EMOJI[report.verdict]} ${verdictTitle(report)}`
          : `### ${EMOJI[report.verdict]} ${verdictTitle(report)}`,
    },
    ...verdictBlock(report, told),
    { name: 'the base', rank: RANK.suspect, text: baseMarkdown(report) },
    ...services,
    moreFold(rest, report, MOST_LISTED[reader]),
    policyFold(report),
    reproduceFold(report),
    acceptFold(told, report),
    { name: 'links', text: reportLinks(report) },
    { name: 'provenance', text: provenance(report) },
  ]
  return fitted(blocks, budget)
}

/** Places first: a figure of the whole service is told when there is room. */
function chosen(all: readonly Finding[]): Finding[] {
  const places = all.filter((finding) => finding.culprit !== undefined).slice(0, MOST_SUSPECTS)
  const figures = all.filter((finding) => finding.culprit === undefined).slice(0, MOST_SUSPECTS)
  return [...places, ...figures]
}

/** A section for each service that is not fine; the others on one line. */
function sections(report: Report, told: readonly Finding[]): Block[] {
  const services = worstServicesFirst(report.services)
  const wanting = services.filter((service) => service.verdict !== 'pass')
  const fine = services.filter((service) => service.verdict === 'pass')
  const blocks = wanting.slice(0, MOST_SERVICES).flatMap((service, i): Block[] => {
    const one = { verdict: service.verdict, services: [service] }
    const rank = RANK.section - i
    return [
      {
        name: 'services',
        rank,
        text: `#### ${EMOJI[service.verdict]} ${codeSpan(service.service, 80)}: ${verdictTitle(one)}`,
      },
      { name: 'services', rank, text: i === 0 ? '' : verdictSentence(one, codeSpan) },
      ...body(service, told, report),
    ]
  })
  const unseen = wanting.slice(MOST_SERVICES)
  return [
    ...blocks,
    {
      name: 'services',
      rank: RANK.section - MOST_SERVICES,
      text: unseen.length === 0 ? '' : `Also not fine: ${names(unseen)}.`,
    },
    {
      name: 'services',
      rank: RANK.section - MOST_SERVICES,
      text: fine.length === 0 ? '' : `✅ No leak found in ${names(fine)}.`,
    },
    ...fine.slice(0, MOST_SERVICES).map((service) => creptBlock(service, report, RANK.suspect)),
    ...(wanting.length === 0 ? fine.slice(0, MOST_SERVICES).map(figuresFold) : []),
  ]
}

function names(services: readonly ServiceReport[]): string {
  const shown = services.slice(0, MOST_NAMES).map((service) => codeSpan(service.service, 60))
  const more = services.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function figuresFold({ service, judgements }: ServiceReport): Block {
  return {
    name: 'figures within their limits',
    rank: RANK.figures,
    text: fold(`Figures of ${codeSpan(service, 60)}`, judgementTable(judgements)),
  }
}

/** Figures, suspects and evidence of one service. */
function body(service: ServiceReport, told: readonly Finding[], report: Report): Block[] {
  const several = report.services.length > 1
  const own = told.filter((finding) => service.findings.includes(finding))
  const suspects = own.filter((finding) => finding.culprit !== undefined)
  const table = judgementTable(splitRows(service.judgements).shown)
  return [
    // Under a doubt that blocks the verdict, rows that say "ok" must not catch the eye.
    {
      name: 'figures',
      rank: RANK.section,
      text: service.verdict === 'inconclusive' ? fold('Figures, in doubt', table) : table,
    },
    ...suspects.flatMap((finding) =>
      suspectBlocks(finding, {
        number: numberOf(report, finding),
        origin: report.origin,
        told: finding === told[0],
        rank: RANK.suspect - told.indexOf(finding),
      }),
    ),
    { name: 'figures over their limit', rank: RANK.suspect, text: figureList(own, report.origin) },
    ...serviceFolds(service, suspects, several, report),
  ]
}

function figureList(findings: readonly Finding[], origin: ReportOrigin): string {
  return findings
    .filter((finding) => finding.culprit === undefined)
    .map((finding, i, figures) => {
      const { title } = FINDING_WORDS[finding.kind]
      const lines = [
        `- **${title}.** ${capital(headline(finding, codeSpan))}. ${whyOf(finding)}`,
        `  **To do:** ${fixOf(finding)}`,
        ...(isRepeated(finding, figures.slice(0, i)) ? [] : contributorLines(finding, origin)),
      ]
      return lines.join('\n')
    })
    .join('\n')
}
