import type { Evidence, Finding, Place } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { shortName } from '../../profile/symbol.ts'
import { cut, cutLeft, plainText } from '../escape.ts'
import { sparklines } from '../sparkline.ts'
import { contributionText, contributorsTitle, fixOf, isRepeated, whyOf } from '../words/contributors.ts'
import { changeText, errorText, perHourText, perOperationText, valueText } from '../words/figures.ts'
import { capital, drawable, headline, lowered, ratedOf, sureness, titleOf } from '../words/findings.ts'
import { labelled, padStart, paint, spelled, type TerminalOptions, unquoted, wrap } from './text.ts'

/** A suspect: the place and what it is; what happened, the lines, the growth, the fix, the way there. Lines that one of those `before` named are not told again. */
export function suspectLines(
  finding: Finding,
  label: string,
  told: boolean,
  options: TerminalOptions,
  before: readonly Finding[] = [],
): string[] {
  const indent = 3
  const title = spelled(lowered(titleOf(finding)), options)
  const lines = [headingLine(finding, label, title, options)]
  const say = [told ? '' : `${capital(headline(finding))}.`, unquoted(whyOf(finding)), sureness(finding)]
  const room = options.width - indent
  lines.push(...wrap(spelled(say.filter((one) => one !== '').join(' '), options), room).map((line) => `   ${line}`))
  lines.push(...sourceLines(finding, options))
  const first = drawable(finding)
  if (first !== undefined) lines.push(...growthLines(first, finding, options))
  if (!isRepeated(finding, before)) lines.push(...contributorLines(finding, options))
  lines.push(...labelled('fix', unquoted(fixOf(finding)), indent, options))
  const via = wayTo(finding)
  if (via !== '') lines.push(...labelled('via', via, indent, options))
  if (finding.culprit?.changed !== undefined) {
    lines.push(
      ...labelled(
        'diff',
        finding.culprit.changed ? 'this change touches the line' : 'this change does not touch the line',
        indent,
        options,
      ),
    )
  }
  return lines
}

function headingLine({ culprit }: Finding, label: string, title: string, options: TerminalOptions): string {
  if (culprit === undefined) return `${label}  ${paint(title, options, 'bold')}`
  const line = `:${culprit.line}`
  const room = Math.max(20, options.width - label.length - 2 - 2 - title.length - line.length)
  const path = spelled(cutLeft(plainText(culprit.path ?? culprit.file), room), options)
  return `${paint(label, options, 'bold')}  ${paint(path + line, options, 'bold', 'cyan')}  ${title}`
}

function sourceLines({ culprit, startedAt }: Finding, options: TerminalOptions): string[] {
  const places = [startedAt, culprit].filter((place): place is Place => place?.text !== undefined)
  const shown = places.filter((place, i) => i === 0 || place.file !== places[0]!.file || place.line !== places[0]!.line)
  const width = Math.max(5, ...shown.map((place) => String(place.line).length + 3))
  return shown.map((place) => {
    const number = `${padStart(String(place.line), width)} ${spelled('│', options)} `
    const text = spelled(cut(plainText(place.text ?? '', 200), Math.max(10, options.width - number.length)), options)
    return `${paint(number, options, 'dim')}${place === culprit ? paint(text, options, 'bold') : text}`
  })
}

/** The lines behind a figure: where, how much, and the code. */
function contributorLines({ contributors }: Finding, options: TerminalOptions): string[] {
  if (contributors === undefined) return []
  const room = Math.max(20, options.width - 7)
  const lines = contributors.lines.flatMap((line) => {
    const at = `:${line.place.line}`
    const path = `${cutLeft(plainText(line.place.path ?? line.place.file), room - at.length)}${at}`
    const text = plainText(line.place.text?.trim() ?? '', 200)
    return [
      `     ${paint(spelled(path, options), options, 'cyan')}`,
      ...wrap(spelled(contributionText(line, contributors), options), room).map((one) => `       ${one}`),
      ...(text === '' ? [] : [`       ${paint(spelled(cut(text, room), options), options, 'bold')}`]),
    ]
  })
  return [`   ${paint(lowered(contributorsTitle(contributors)), options, 'dim')}`, ...lines]
}

function growthLines(evidence: Evidence, finding: Finding, options: TerminalOptions): string[] {
  const { unit } = METRICS[evidence.metric]
  const { base, head } = evidence.series
  const rated = ratedOf(finding) ?? evidence
  const rates = [perOperationText(rated), perHourText(rated)].filter((rate) => rate !== undefined).join(', ')
  if (head.length < 2) {
    const change = [changeText(evidence.growth.value, unit), errorText(evidence.growth, unit), rates]
    return labelled('grew', change.filter((part) => part !== '').join(' '), 3, options)
  }
  const drawn = sparklines(evidence.series, options.ascii)
  const line = (label: string, drawing: string, values: readonly number[]): string =>
    `   ${paint(label, options, 'dim')}  ${drawing}  ${spelled(`${valueText(values[0], unit)} → ${valueText(values.at(-1), unit)}`, options)}`
  const headLine = line('head', paint(drawn.head, options, 'red'), head)
  return [
    ...(base.length > 1 ? [line('base', drawn.base, base)] : []),
    headLine,
    ...(rates === '' ? [] : labelled('rate', rates, 3, options)),
  ]
}

const MOST_STEPS = 5

/** The user's own functions from the caller to the leak. */
function wayTo(finding: Finding): string {
  const stack = finding.evidence.find((one) => one.stack.some((place) => place.party === 'first'))?.stack ?? []
  const own = stack.filter((place) => place.party === 'first').map((place) => place.function)
  if (finding.startedAt !== undefined) own.push(finding.startedAt.function)
  const steps = [...new Set(own)].slice(0, MOST_STEPS).reverse()
  return steps.length < 2 ? '' : steps.map((name) => plainText(shortName(name), 60)).join(' → ')
}
