import { basename } from 'node:path'
import { markdownTable } from 'markdown-table'
import { expect, test } from 'vitest'
import { expectInDocs } from '../docs.ts'
import { RECIPES } from '../recipes/workflows.ts'
import { PLAYED } from './recipes.ts'

test('every recipe is played', () => {
  expect(Object.keys(PLAYED).sort()).toEqual(RECIPES.map((path) => basename(path)).sort())
})

test('the recipes’ page says what is run of each, and what takes the place of what', () => {
  const rows = Object.entries(PLAYED).map(([file, { instead, expected }]) => [
    `[${file}](${file})`,
    expected.runs.map((run) => run.replace(/ \d+: /, ' ').trim()).join(', then '),
    instead,
  ])
  expectInDocs(
    'docs/recipes/README.md',
    'act',
    markdownTable([['recipe', 'runs and their verdicts', 'in place of what a runner has'], ...rows]),
  )
})
