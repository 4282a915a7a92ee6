import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from '../fixtures.ts'

export interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | number | boolean>>
  readonly env?: Readonly<Record<string, string>>
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'runs-on'?: unknown
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> }
  readonly environment?: unknown
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly name?: string
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly on: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

/** Complete workflows that the docs hand out, by path. */
export const RECIPES: readonly string[] = filesOf('docs/recipes')

/** This project's own. */
export const OWN: readonly string[] = filesOf('.github/workflows')

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => `${folder}/${file}`)
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function workflowOf(text: string): Workflow {
  return parse(text) as Workflow
}

/** Workflows that stand in Markdown: fenced YAML with `jobs:` at its left edge. */
export function workflowsIn(markdown: string): string[] {
  return fencesOf(markdown, 'yaml').filter((text) => /^jobs:/m.test(text) && /^on:/m.test(text))
}

/** The texts of a page's fenced blocks of one language, in the order of the page. */
export function fencesOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!)
}

export function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap((job) => job.steps)
}

/** `''` for the gate, `record`, `comment`; undefined for actions of others. */
export function ourAction({ uses = '' }: Step): '' | 'record' | 'comment' | undefined {
  const match = /^(?:OWNER\/leakgate(?:\/(record|comment))?@v1|\.\/(record|comment)?)$/.exec(uses)
  return match === null ? undefined : ((match[1] ?? match[2] ?? '') as '' | 'record' | 'comment')
}
