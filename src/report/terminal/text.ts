import type { Outcome, Verdict } from '../../policy/finding.ts'

/** What the terminal can show; src/cli/terminal.ts decides it. */
export interface TerminalOptions {
  readonly color: boolean
  readonly width: number
  readonly ascii: boolean
}

/** The sixteen colours a user's theme defines, bold and dim; none of them means anything by itself. */
const CODES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const
type Paint = keyof typeof CODES

export function paint(text: string, options: TerminalOptions, ...paints: readonly Paint[]): string {
  if (!options.color || text === '' || paints.length === 0) return text
  return `\u001b[${paints.map((one) => CODES[one]).join(';')}m${text}\u001b[0m`
}

const VERDICT_PAINT: Readonly<Record<Verdict, Paint>> = {
  fail: 'red',
  warn: 'yellow',
  inconclusive: 'yellow',
  seeding: 'cyan',
  pass: 'green',
}

/** The verdict in capitals, inverse where there is colour. */
export function badge(verdict: Verdict, options: TerminalOptions): string {
  const text = ` ${verdict.toUpperCase()} `
  return options.color ? `\u001b[1;7;${CODES[VERDICT_PAINT[verdict]]}m${text}\u001b[0m` : text
}

export const OUTCOME_PAINT: Readonly<Record<Outcome, Paint>> = {
  fail: 'red',
  warn: 'yellow',
  unclear: 'yellow',
  ok: 'green',
  'not-judged': 'dim',
}

const ASCII: Readonly<Record<string, string>> = {
  '→': '->',
  '−': '-',
  '–': '-',
  '±': '+/-',
  '…': '...',
  '·': '-',
  '│': '|',
  '✖': 'x',
  '✔': 'ok',
  µ: 'u',
}

/** The text in what the terminal has; must be done before anything is aligned. */
export function spelled(text: string, { ascii }: TerminalOptions): string {
  return ascii ? text.replace(/[^\u0000-\u007e]/gu, (one) => ASCII[one] ?? '?') : text
}

/** Columns of the text without its colours. Wide scripts are not measured. */
export function widthOf(text: string): number {
  return [...text.replace(/\u001b\[[\d;]*m/g, '')].length
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

/** The words on lines of at most `width`; a word that is longer is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').filter((one) => one !== '')) {
    for (const piece of pieces(word, width)) {
      if (line === '') line = piece
      else if (widthOf(line) + 1 + widthOf(piece) <= width) line += ` ${piece}`
      else {
        lines.push(line)
        line = piece
      }
    }
  }
  return line === '' ? lines : [...lines, line]
}

function pieces(word: string, width: number): string[] {
  const characters = [...word]
  if (characters.length <= width) return [word]
  const parts: string[] = []
  for (let i = 0; i < characters.length; i += width) parts.push(characters.slice(i, i + width).join(''))
  return parts
}

/** A label and its text, wrapped beside it. */
export function labelled(label: string, text: string, indent: number, options: TerminalOptions): string[] {
  const pad = ' '.repeat(indent)
  const space = ' '.repeat(indent + label.length + 2)
  return wrap(spelled(text, options), Math.max(20, options.width - space.length)).map((line, i) =>
    i === 0 ? `${pad}${paint(label, options, 'dim')}  ${line}` : `${space}${line}`,
  )
}

/** Our own words mark code with backticks, which a terminal has no need of. */
export function unquoted(text: string): string {
  return text.replaceAll('`', '')
}
