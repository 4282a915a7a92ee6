// Puts what an experiment found into docs/detection.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { EXPERIMENTS } from './go.ts'

/** The toolchain that experiments run with unless told otherwise. */
export const USUAL_GO = 'go1.26.8'
/** Longer tables are of single cases: with another toolchain than the usual one their sums are enough. */
const LONGEST = 12

/** `heap-shapes`, or `heap-shapes-go1.27` with another toolchain than the usual one. */
export function partOf({ name, go }: Pick<Outcome, 'name' | 'go'>): string {
  return go === USUAL_GO ? name : `${name}-${/^go\d+\.\d+/.exec(go)?.[0] ?? go}`
}

export const PAGE = join(EXPERIMENTS, '../docs/detection.md')

export interface Outcome {
  /** Name of the marks on the page. */
  readonly name: string
  readonly command: string
  readonly go: string
  /** What was run, in one or two sentences. */
  readonly ran: string
  readonly tables: readonly (readonly (readonly string[])[])[]
  readonly notes?: readonly string[]
}

export function describeOutcome({ command: usual, go, ran, tables: all, notes = [] }: Outcome, now: Date): string {
  const tables = go === USUAL_GO ? all : all.filter((rows) => rows.length <= LONGEST)
  const command = go === USUAL_GO ? usual : `${usual}${usual.includes(' -- ') ? '' : ' --'} --go ${go}`
  const versions = `${go}, Node ${process.versions.node}, ${cpus().length} cores`
  const parts = [
    `\`${command}\` · ${now.toISOString().slice(0, 10)} · ${versions}. ${ran}`,
    ...tables.map((rows) => markdownTable(rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|'))))),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ]
  return parts.join('\n\n')
}

/** Replaces the part of a page between `<!-- name -->` and `<!-- /name -->`. */
export function replacePart(page: string, name: string, text: string): string {
  const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!marked.test(page)) throw new Error(`the page has no part marked ${name}`)
  return page.replace(marked, (_, open: string, close: string) => `${open}\n${text}\n\n${close}`)
}

/** Prints the outcome, and puts it on the page where it is of the whole experiment. */
export function publish(outcome: Outcome, whole: boolean): void {
  const text = describeOutcome(outcome, new Date())
  console.log(text)
  if (whole) writeFileSync(PAGE, replacePart(readFileSync(PAGE, 'utf8'), partOf(outcome), text))
}
