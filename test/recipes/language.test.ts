import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { describe, expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { ROOT } from '../fixtures.ts'
import { OWN, RECIPES, textOf, workflowsIn } from './workflows.ts'

type Config = NonNullable<Parameters<typeof validate>[1]>

const PAGES = ['README.md', 'docs/quick-start.md']

/** What GitHub's own language service has to say of a file: schema, expressions, and the inputs of our actions. */
async function complaints(path: string, text: string): Promise<string[]> {
  const document = TextDocument.create(`file:///${path}`, 'yaml', 1, text)
  const actionsMetadataProvider: NonNullable<Config['actionsMetadataProvider']> = {
    fetchActionMetadata: async ({ owner, name, path: folder = '' }) => {
      if (owner === 'OWNER' && name === 'leakgate') {
        return parse(readFileSync(join(ROOT, folder, 'action.yml'), 'utf8'))
      }
      return { name, description: '', inputs: OTHERS[`${owner}/${name}`] ?? {} }
    },
  }
  const found = await validate(document, { actionsMetadataProvider })
  return found.map(({ range, message }) => `${path}:${range.start.line + 1}: ${message}`)
}

const input = (...names: readonly string[]): Record<string, { description: string }> =>
  Object.fromEntries(names.map((name) => [name, { description: '' }]))

/** The inputs the recipes use of actions by others, as their READMEs name them. */
const OTHERS: Readonly<Record<string, Record<string, { description: string }>>> = {
  'actions/checkout': input('persist-credentials', 'fetch-depth', 'ref'),
  'actions/setup-go': input('go-version-file', 'go-version', 'cache'),
  'actions/setup-node': input('node-version', 'registry-url'),
  'actions/upload-artifact': input('name', 'path', 'retention-days', 'if-no-files-found'),
  'actions/download-artifact': input('name', 'pattern', 'path', 'merge-multiple'),
  'actions/attest-build-provenance': input('subject-path'),
  'helm/kind-action': input('cluster_name'),
}

describe('GitHub’s language service has nothing to say against', () => {
  test.each([...RECIPES, ...OWN])('%s', async (path) => {
    expect(await complaints(path, textOf(path))).toEqual([])
  })

  test.each(PAGES)('the workflows in %s', async (page) => {
    const texts = workflowsIn(textOf(page))
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) expect(await complaints(`${page}.yml`, text)).toEqual([])
  })

  test.each(['action.yml', 'record/action.yml', 'comment/action.yml'])('%s', async (path) => {
    expect(await complaints(path, textOf(path))).toEqual([])
  })
})

test('it sees a misspelt input, a wrong type and a wrong expression', async () => {
  const wrong = textOf('docs/recipes/service.yml')
    .replace('operations:', 'operation:')
    .replace('timeout-minutes: 20', 'timeout-minutes: soon')
    .replace('github.run_id', 'github.runid')
  expect((await complaints('docs/recipes/wrong.yml', wrong)).sort()).toEqual([
    expect.stringContaining('runid'),
    expect.stringContaining("'soon'"),
    expect.stringContaining("Invalid action input 'operation'"),
  ])
})
