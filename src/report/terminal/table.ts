import { exactly } from '../../diff/estimate.ts'
import type { Judgement, Outcome } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { plainText } from '../escape.ts'
import type { ServiceReport } from '../report.ts'
import { sparklines } from '../sparkline.ts'
import { acceptedText, growthText, sidesText, splitRows, TO_WARN, valueText } from '../words/figures.ts'
import { OUTCOME_PAINT, padEnd, padStart, paint, spelled, type TerminalOptions, widthOf, wrap } from './text.ts'

/** Narrower terminals get no column for the base. */
const ROOM_FOR_BASE = 72

/**
 * The figures by the names a policy calls them. What is not within its limit says the limit; the error is told where
 * it decides, for figures too noisy to judge.
 */
export function figureTable(rows: readonly Judgement[], options: TerminalOptions): string[] {
  const { shown, folded } = splitRows(rows)
  if (shown.length === 0) return []
  const columns = options.width < ROOM_FOR_BASE ? [0, 2, 3] : [0, 1, 2, 3]
  const pick = (cells: readonly string[]): string[] => columns.map((i) => cells[i]!)
  const cells = shown.map((row) => {
    const { base, head } = sidesText(row)
    return pick([row.metric, base, head, growthOf(row)]).map((cell) => spelled(cell, options))
  })
  const header = pick(['figure', 'base', 'head', 'growth'])
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map((row) => widthOf(row[i]!))))
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (i === 0 ? padEnd(cell, widths[i]!) : padStart(cell, widths[i]!))).join('  ')}`
  const room = options.width - widthOf(line(header)) - 2
  const lines = [paint(line(header), options, 'dim')]
  for (const [i, row] of shown.entries()) {
    const mark = spelled(MARKS[row.outcome], options)
    const limit = spelled(limitText(row), options)
    const painted = paint(mark, options, OUTCOME_PAINT[row.outcome])
    if (widthOf(mark) + 1 + widthOf(limit) <= room) lines.push(`${line(cells[i]!)}  ${painted} ${limit}`)
    else if (widthOf(mark) <= room)
      lines.push(`${line(cells[i]!)}  ${painted}`, ...aside(`limit ${limit}`, widths[0]!, options))
    else lines.push(line(cells[i]!), ...aside(`${mark} ${limit}`, widths[0]!, options))
  }
  if (folded.length === 0) return lines
  const rest = `${folded.length} more, none over its limit: ${folded.map(({ metric }) => metric).join(', ')}`
  return [...lines, ...wrap(rest, options.width - 2).map((one) => `  ${paint(one, options, 'dim')}`)]
}

function growthOf(row: Judgement): string {
  const { growth } = row
  return growthText(row.outcome === 'unclear' || growth === undefined ? row : { ...row, growth: exactly(growth.value) })
}

function aside(text: string, indent: number, options: TerminalOptions): string[] {
  const room = options.width - indent - 4
  return wrap(text, room).map((line) => `${' '.repeat(indent + 4)}${line}`)
}

const MARKS: Readonly<Record<Outcome, string>> = {
  fail: '✖ over',
  warn: '! over',
  unclear: '? unclear',
  ok: '✔ ok',
  'not-judged': '- not judged',
}

/** A limit that is kept needs no words; what it leaves out does. */
function limitText(row: Judgement): string {
  const { outcome, limit } = row
  if (outcome === 'ok' && row.accepted !== undefined) return acceptedText(row)
  if (limit === undefined || outcome === 'ok' || outcome === 'not-judged') return ''
  return `${plainText(limit.text, 60)}${limit.level === 'warn' ? TO_WARN : ''}`
}

/** The service's figures over the rounds, base and head on one scale from zero. */
export function seriesLines({ series }: ServiceReport, options: TerminalOptions): string[] {
  return series
    .filter(({ metric, head }) => metric !== 'heap.objects' && head.length > 1)
    .flatMap(({ metric, base, head }) => {
      const { unit } = METRICS[metric]
      const drawn = sparklines({ base, head }, options.ascii)
      const line = (label: string, side: string, drawing: string, values: readonly number[]): string => {
        const ends = spelled(`${valueText(values[0], unit)} → ${valueText(values.at(-1), unit)}`, options)
        return `  ${padEnd(label, 12)}${paint(side, options, 'dim')}  ${drawing}  ${ends}`
      }
      return base.length > 1
        ? [line(metric, 'base', drawn.base, base), line('', 'head', drawn.head, head)]
        : [line(metric, 'head', drawn.head, head)]
    })
}
