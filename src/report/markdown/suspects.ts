import type { Finding, Place } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { codeBlock, codeSpan, cutLeft, link, permalink, plainText, safeUrl } from '../escape.ts'
import type { ReportOrigin } from '../report.ts'
import { isSameLine, sourceLines } from '../source.ts'
import { sparklines } from '../sparkline.ts'
import { contributionText, contributorsTitle } from '../words/contributors.ts'
import { changeText, errorText, perHourText, perOperationText, valueText } from '../words/figures.ts'
import {
  amountOf,
  capital,
  drawable,
  FINDING_WORDS,
  findingPage,
  headline,
  lowered,
  ratedOf,
  sureness,
  titleOf,
} from '../words/findings.ts'
import type { Block } from './budget.ts'

/** `internal/notify/dispatcher.go:53`, linked where repository and commit are known. */
export function placeLink(place: Place, origin: ReportOrigin): string {
  const path = place.path ?? place.file
  const name = codeSpan(`${cutLeft(plainText(path), 120)}:${place.line}`)
  if (place.path === undefined) return name
  return link(name, permalink(origin.repository, origin.headCommit, place.path, place.line))
}

/** One line of a list: where, what, how much. */
export function suspectLine(finding: Finding, origin: ReportOrigin): string {
  const where = finding.culprit === undefined ? '' : `${placeLink(finding.culprit, origin)} `
  return `${where}${lowered(titleOf(finding))}, ${amountOf(finding)}`
}

/** The lines behind a figure, as a list below its own item. */
export function contributorLines({ contributors }: Finding, origin: ReportOrigin): string[] {
  if (contributors === undefined) return []
  const lines = contributors.lines.map((line) => {
    const text = line.place.text?.trim()
    const code = text === undefined || text === '' ? '' : `: ${codeSpan(text, 100)}`
    return `  - ${placeLink(line.place, origin)} ${contributionText(line, contributors)}${code}`
  })
  return [`  **${contributorsTitle(contributors)}:**`, ...lines]
}

export interface SuspectOptions {
  readonly number: number
  readonly origin: ReportOrigin
  /** The page has told the headline already. */
  readonly told: boolean
  /** Rank of the first suspect; later ones are left out earlier. */
  readonly rank: number
}

/** A suspect: where, the line, why, what to do, how fast. */
export function suspectBlocks(finding: Finding, { number, origin, told, rank }: SuspectOptions): Block[] {
  const words = FINDING_WORDS[finding.kind]
  const { culprit } = finding
  const where = culprit === undefined ? '' : `, ${placeLink(culprit, origin)}`
  const code = sourceOf(finding)
  const says = told ? '' : `${capital(headline(finding, codeSpan))}.`
  const cause = [says, words.why, sureness(finding)].filter((sentence) => sentence !== '').join(' ')
  const text = [cause, `**Fix:** ${words.fix}${pageLink(finding, origin)}`, growthLine(finding)].filter(
    (line) => line !== '',
  )
  return [
    { text: `#### ${number}. ${titleOf(finding)}${where}`, name: 'places', rank },
    { text: code, name: 'source lines', rank: rank - 100 },
    // Two blanks at the end of a line are a line break in summaries, where a newline alone is none.
    { text: text.join('  \n'), name: 'places', rank },
  ]
}

/** To leakgate's page about the kind, where its own address is known. */
function pageLink({ kind }: Finding, { docsUrl }: ReportOrigin): string {
  const url = docsUrl === undefined ? undefined : safeUrl(`${docsUrl.replace(/\/+$/, '')}/${findingPage(kind)}`)
  return url === undefined ? '' : ` ${link('What this means', url)}`
}

/** The `go` statement and the line that leaks, as in the file. */
function sourceOf({ culprit, startedAt }: Finding): string {
  if (culprit?.text === undefined) return ''
  const start = startedAt?.text === undefined || isSameLine(startedAt, culprit) ? undefined : startedAt
  const width = Math.max(...[culprit, start].map((place) => String(place?.line ?? '').length))
  const line = (place: Place): string => `${String(place.line).padStart(width)} │ ${(place.text ?? '').trim()}`
  const lines: string[] = []
  if (start !== undefined) {
    if (start.path !== culprit.path) lines.push(`// ${start.path ?? start.file}`)
    lines.push(line(start))
    if (start.path !== culprit.path) lines.push(`// ${culprit.path ?? culprit.file}`)
  }
  lines.push(line(culprit))
  return codeBlock('go', lines, 120)
}

function growthLine(finding: Finding): string {
  const first = drawable(finding)
  if (first === undefined) return ''
  const { unit } = METRICS[first.metric]
  const parts: string[] = []
  const { head, base } = first.series
  if (head.length > 1) {
    const drawn = sparklines(first.series)
    const from = (values: readonly number[]): string =>
      `${valueText(values[0], unit)} → ${valueText(values.at(-1), unit)}`
    parts.push(`\`${drawn.head}\` ${from(head)}${base.length > 1 ? ` (base \`${drawn.base}\` ${from(base)})` : ''}`)
  } else {
    parts.push([changeText(first.growth.value, unit), errorText(first.growth, unit)].join(' ').trim())
  }
  const rated = ratedOf(finding) ?? first
  parts.push(...[perOperationText(rated), perHourText(rated)].filter((part) => part !== undefined))
  const kept = keptHeap(finding)
  if (kept !== '') parts.push(kept)
  const touched = touchedText(finding)
  if (touched !== '') parts.push(touched)
  return `**Growth:** ${parts.join(' · ')}`
}

/** Heap that the goroutines of a finding keep. */
function keptHeap({ evidence }: Finding): string {
  if (evidence[0]?.metric === 'heap.growth.stack') return ''
  const heap = evidence.filter(({ metric }) => metric === 'heap.growth.stack')
  const sum = heap.reduce((total, { growth }) => total + growth.value, 0)
  return sum > 0 ? `with ${valueText(sum, 'bytes')} of heap` : ''
}

/** Whether the change under test touched the line. */
export function touchedText({ culprit }: Finding): string {
  if (culprit?.changed === undefined) return ''
  return culprit.changed
    ? `this change touches line ${culprit.line}`
    : `this change does not touch line ${culprit.line}`
}

function shortPath(place: Place): string {
  return `${cutLeft(plainText(place.path ?? place.file), 70)}:${place.line}`
}

/** The line to fix among its neighbours. Go has no `▸`: it cannot be taken for code. */
function around({ culprit }: Finding): string {
  if (culprit?.around === undefined) return ''
  const lines = sourceLines(culprit, 160)
  const width = Math.max(...lines.map(({ number }) => String(number).length))
  return codeBlock(
    'go',
    lines.map(({ number, text, marked }) => `${marked ? '▸' : ' '} ${String(number).padStart(width)} │ ${text}`),
    200,
  )
}

const DEEPEST = 24

/** The stacks of the suspects, leaf first, the user's own frames marked. */
export function stackBlocks(findings: readonly Finding[]): string {
  const stacks = findings.flatMap((finding, i) => {
    const stack = finding.evidence.find((one) => one.stack.length > 0)?.stack ?? []
    if (stack.length === 0) return []
    const lines = stack.slice(0, DEEPEST).map((place) => {
      const mark = place.party === 'first' ? '▸' : '·'
      return `${mark} ${plainText(place.function, 100)}  ${shortPath(place)}`
    })
    if (stack.length > DEEPEST) lines.push(`  … ${stack.length - DEEPEST} more frames`)
    const start = finding.startedAt
    if (start !== undefined) lines.push(`  started by ${plainText(start.function, 100)}  ${shortPath(start)}`)
    return [
      [`**${i + 1}. ${titleOf(finding)}**`, around(finding), codeBlock('text', lines, 200)]
        .filter((part) => part !== '')
        .join('\n\n'),
    ]
  })
  return stacks.join('\n\n')
}
