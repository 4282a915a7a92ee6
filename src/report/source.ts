import type { Place } from '../policy/finding.ts'
import { plainText } from './escape.ts'

export interface SourceLine {
  readonly number: number
  /** Clean, cut, with blanks for the depth it has among its neighbours. */
  readonly text: string
  /** The line to fix. */
  readonly marked: boolean
}

/** Blanks of a tab, as GitHub shows Go. */
const TAB = '    '
const MOST = 20

/** The line to fix among those around it, or alone; nothing where its text is unknown. Lines are cut to `max`. */
export function sourceLines({ line, text, around }: Place, max: number): SourceLine[] {
  const { first, lines } = around ?? { first: line, lines: text === undefined ? [] : [text] }
  const shown = lines
    .slice(0, MOST)
    .map((one) => one.slice(0, max * 4).replace(/^\s+/, (blank) => blank.replaceAll('\t', TAB)))
  const depth = Math.min(...shown.filter((one) => one.trim() !== '').map((one) => depthOf(one)))
  return shown.map((one, i) => {
    const indent = ' '.repeat(Math.max(0, Math.min(max / 2, depthOf(one) - depth)))
    return { number: first + i, text: `${indent}${plainText(one, max - indent.length)}`, marked: first + i === line }
  })
}

/** A goroutine may stay at the line that started it. */
export function isSameLine(a: Place, b: Place): boolean {
  return a.file === b.file && a.line === b.line
}

function depthOf(text: string): number {
  return /^ */.exec(text)![0].length
}
