import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exitCodeOf, TROUBLE } from '../src/cli/exit.ts'
import type { Doubt } from '../src/diff/doubts.ts'
import { FINDING_KINDS } from '../src/policy/kinds.ts'
import { recordedDoubtBlocks } from '../src/profile/recorded-doubt.ts'
import { DOUBT_KINDS } from '../src/report/parse/doubts.ts'
import { doubtWords } from '../src/report/words/doubts.ts'
import { FINDING_WORDS, findingPage } from '../src/report/words/findings.ts'
import { expectInDocs } from './docs.ts'
import { ROOT } from './fixtures.ts'
import { EXAMPLES } from './reference-doubts.ts'

const PAGE = 'docs/reference.md'
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
/** Cells are sentences: padding them to one width would make every row as wide as the longest. */
const table = (rows: readonly (readonly string[])[]): string => markdownTable(rows, { alignDelimiters: false })

interface Manifest {
  readonly inputs: Readonly<Record<string, { description: string; default?: string }>>
  readonly outputs?: Readonly<Record<string, { description: string }>>
}

const cell = (words: string): string => words.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')

function inputsTable({ inputs }: Manifest, names: readonly string[] = Object.keys(inputs)): string {
  const rows = names.map((name) => {
    const { description, default: value = '' } = inputs[name]!
    return [`\`${name}\``, cell(description), value === '' ? '' : `\`${value}\``]
  })
  return table([['input', 'what', 'default'], ...rows])
}

function outputsTable({ outputs = {} }: Manifest): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, cell(description)])
  return table([['output', 'what'], ...rows])
}

describe('inputs and outputs', () => {
  const manifest = (path: string): Manifest => parse(text(path))
  const [gate, record, comment] = ['action.yml', 'record/action.yml', 'comment/action.yml'].map(manifest)

  test('of the gate', () => {
    expectInDocs(PAGE, 'inputs', inputsTable(gate!))
    expectInDocs(PAGE, 'outputs', outputsTable(gate!))
  })

  test('of record and comment', () => {
    expectInDocs(PAGE, 'record-inputs', inputsTable(record!))
    expectInDocs(PAGE, 'record-outputs', outputsTable(record!))
    expectInDocs(PAGE, 'comment-inputs', inputsTable(comment!))
    expect(comment!.outputs).toBeUndefined()
  })

  test('the few that most workflows need, in the README', () => {
    const few = ['targets', 'start', 'run', 'operations', 'policy', 'comment']
    expectInDocs('README.md', 'inputs', inputsTable(gate!, few))
  })
})

test('findings', () => {
  const rows = FINDING_KINDS.map((kind) => {
    const { title, fix } = FINDING_WORDS[kind]
    return [`[\`${kind}\`](${findingPage(kind).replace('docs/', '')})`, cell(title), cell(fix)]
  })
  expectInDocs(PAGE, 'findings', table([['kind', 'what', 'fix'], ...rows]))
})

test('doubts', () => {
  const kinds = Object.keys(EXAMPLES)
  expect(kinds.sort()).toEqual([...DOUBT_KINDS].sort())
  const rows = DOUBT_KINDS.flatMap((kind) =>
    EXAMPLES[kind].map((doubt) => {
      const { what, next } = doubtWords(doubt as Doubt, (name) => `\`${name}\``)
      return [`\`${kind}\``, cell(what), cell(next), doubt.blocks ? 'yes' : '']
    }),
  )
  expectInDocs(PAGE, 'doubts', table([['doubt', 'what', 'next step', 'blocks'], ...rows]))
  // Those of the recorder are told apart by its own table; here they must block as they do there.
  for (const doubt of Object.values(EXAMPLES).flat()) {
    const own = doubt as Parameters<typeof recordedDoubtBlocks>[0]
    if ('side' in doubt && RECORDED.has(doubt.kind)) expect(recordedDoubtBlocks(own)).toBe(doubt.blocks)
  }
})

/** The kinds that recorded-doubt.ts declares. */
const RECORDED = new Set(
  [...text('src/profile/recorded-doubt.ts').matchAll(/readonly kind: '([a-z-]+)'/g)].map(([, kind]) => kind),
)

test('exit codes', () => {
  const codes = [...part('## Exit codes').matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code))
  const verdicts = ['pass', 'warn', 'seeding', 'fail', 'inconclusive'] as const
  const returned = verdicts.flatMap((verdict) =>
    [true, false].map((stops) => exitCodeOf({ verdict, stops } as Parameters<typeof exitCodeOf>[0])),
  )
  expect(codes).toEqual([...new Set([...returned, TROUBLE])].sort())
})

/** A section of the page. */
function part(heading: string): string {
  const page = text(PAGE)
  const from = page.indexOf(`\n${heading}\n`)
  expect(from).toBeGreaterThan(0)
  return page.slice(from + heading.length, page.indexOf('\n## ', from + heading.length))
}

/** Sources that run in Node.js, by path; the page's scripts have no environment. */
const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && !file.startsWith('src/report/html/page/'))

/** Variables that GitHub's own packages read for us. */
const BY_PACKAGES = [
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'RUNNER_DEBUG',
]

test('environment variables: those that are read, and no others', () => {
  const NAMES = [
    /\benv\.([A-Z][A-Z0-9_]+)/g,
    /\benv\['([A-Z0-9_]+)'\]/g,
    /\bset\('([A-Z0-9_]+)'\)/g,
    /\b(LEAKGATE_[A-Z]+)/g,
  ]
  const read = SOURCES.flatMap((file) =>
    NAMES.flatMap((name) => [...text(file).matchAll(name)].map((match) => match[1]!)),
  )
  const listed = [...part('## Environment variables').matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, names]) =>
    [...names!.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name!),
  )
  expect(listed.sort()).toEqual([...new Set([...read, ...BY_PACKAGES])].sort())
})

test('environment variables: nothing is read by a name that is not in the source', () => {
  const hidden = SOURCES.filter((file) =>
    /\benv\[(?!'[A-Z0-9_]+'\])|process\['env'\]|\{[^}\n]*\} = process\.env\b/.test(text(file)),
  )
  // `set('NAME')`, which the test above reads.
  expect(hidden).toEqual(['src/cli/terminal.ts'])
})

test.each(['record', 'compare', 'show', 'accept'])('%s --help names every option that is parsed', (command) => {
  const source = text(`src/cli/${command}.ts`)
  const parsed = [...source.matchAll(/^\s+'?([a-z-]+)'?: \{ type: '(?:string|boolean)'/gm)].map(([, name]) => name!)
  const help = /_HELP = `([\s\S]*?)(?<!\\)`$/m.exec(source)![1]!
  const named = [...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(2)
  expect([...named, 'help'].sort()).toEqual(parsed.sort())
})
