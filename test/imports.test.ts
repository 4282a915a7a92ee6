import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

/** Who may import whom: dependencies run one way, the edges import the core, the core imports nothing of the edges. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'version.ts': [],
  profile: ['errors.ts'],
  diff: ['profile', 'errors.ts'],
  policy: ['profile', 'diff', 'errors.ts'],
  report: ['profile', 'diff', 'policy', 'errors.ts', 'version.ts'],
  'gate.ts': ['profile', 'diff', 'policy', 'report', 'version.ts'],
  collect: ['profile', 'policy', 'errors.ts', 'version.ts'],
  baseline: ['profile', 'diff', 'collect', 'errors.ts'],
  cli: ['profile', 'diff', 'policy', 'report', 'collect', 'baseline', 'gate.ts', 'errors.ts', 'version.ts'],
  github: ['profile', 'diff', 'policy', 'report', 'collect', 'baseline', 'errors.ts', 'version.ts'],
  'cli.ts': ['cli', 'errors.ts', 'version.ts'],
  'main.ts': ['profile', 'policy', 'report', 'collect', 'baseline', 'github', 'gate.ts', 'errors.ts', 'version.ts'],
  'comment.ts': ['github', 'baseline', 'report', 'errors.ts', 'version.ts'],
  'record.ts': ['collect', 'github', 'profile', 'errors.ts', 'version.ts'],
}

/** What the pure folders may take from outside: nothing that reads a clock, a file or the network. */
const PURE = ['profile', 'diff', 'policy', 'report', 'gate.ts', 'errors.ts', 'version.ts']
const PURE_MAY_USE = /^(node:zlib|node:crypto|yaml|markdown-table|pako|pprof-format|virtual:.*)$/

interface Import {
  readonly file: string
  readonly from: string
  readonly to: string
}

const imports: Import[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'))
  .flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8')
    return [...text.matchAll(/(?:^|\s)from '([^'\n]+)'|\bimport\('([^'\n]+)'\)/g)].map(([, a, b]) => ({
      file,
      from: roomOf(file),
      to: (a ?? b)!,
    }))
  })

test('every import goes where the table allows', () => {
  const wrong = imports.filter(({ file, from, to }) => {
    if (!to.startsWith('.')) return false
    const target = roomOf(posix.normalize(posix.join(posix.dirname(file), to)))
    return target !== from && !MAY_IMPORT[from]?.includes(target)
  })
  expect(wrong).toEqual([])
  expect(imports.length).toBeGreaterThan(50)
})

test('the core touches nothing but its input', () => {
  // Page code is a program of its own that runs in the reader's browser.
  const core = imports.filter(({ file, from }) => PURE.includes(from) && !file.startsWith('report/html/page/'))
  expect(core.filter(({ to }) => !to.startsWith('.') && !PURE_MAY_USE.test(to))).toEqual([])
})

test('every folder and root file is in the table', () => {
  expect([...new Set(imports.map(({ from }) => from))].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([])
})

function roomOf(file: string): string {
  return file.split('/')[0]!
}
