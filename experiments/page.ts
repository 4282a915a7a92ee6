// Puts what an experiment found into docs/detection.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { EXPERIMENTS } from './go.ts'

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

export function describeOutcome({ command, go, ran, tables, notes = [] }: Outcome, now: Date): string {
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
  if (whole) writeFileSync(PAGE, replacePart(readFileSync(PAGE, 'utf8'), outcome.name, text))
}
