import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { expectInDocs } from './docs.ts'
import { ROOT } from './fixtures.ts'

const PAGE = 'docs/how-it-decides.md'
const DETECTION = readFileSync(join(ROOT, 'docs/detection.md'), 'utf8')

/** The rows of all tables in a generated part of detection.md, as cells. */
function rowsOf(part: string): string[][] {
  const text = new RegExp(`<!-- ${part} -->([\\s\\S]*?)<!-- /${part} -->`).exec(DETECTION)?.[1]
  if (text === undefined) throw new Error(`detection.md has no part ${part}`)
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** A figure of a part: where the row begins with this and the column is called that. */
function figure(part: string, row: string, column: string): string {
  const rows = rowsOf(part)
  const at = rows.findIndex(([first]) => first === row)
  const header = rows.slice(0, at).findLastIndex((cells) => cells.includes(column))
  const found = at === -1 || header === -1 ? undefined : rows[at]![rows[header]!.indexOf(column)]
  if (found === undefined || found === '')
    throw new Error(`${part}: no ${JSON.stringify(column)} of ${JSON.stringify(row)}`)
  return found
}

const HAPPENED = 'FAIL, of those whose leak happened at all'
const GO_TREE = rowsOf('goker')
  .map(([first]) => first!)
  .filter((first) => first.startsWith("Go's tree"))

test('the rates are those of detection.md', () => {
  const rows: [string, string, string][] = [
    ...GO_TREE.map((row): [string, string, string] => [
      `goroutine leaks found: ${row.replace(/^Go's tree/, "kernels of Go's own tree")}`,
      figure('goker', row, HAPPENED),
      'goker',
    ]),
    ['goroutine leaks: fixed twins that FAIL', figure('goker', fixedTwins(), 'FAIL'), 'goker'],
    ['heap leaks found: forty shapes, three sizes', figure('heap-shapes', 'all', 'leak: FAIL'), 'heap-shapes'],
    ['the marked line named first, of those', figure('heap-shapes', 'all', 'right line first'), 'heap-shapes'],
    [
      'twelve shapes the rules had not seen: found',
      figure('heap-shapes-holdout', 'all', 'leak: FAIL'),
      'heap-shapes -- --holdout',
    ],
    [
      'the marked line named first, of those',
      figure('heap-shapes-holdout', 'all', 'right line first'),
      'heap-shapes -- --holdout',
    ],
    ['heap leaks: fixed twins that FAIL', figure('heap-shapes', 'all', 'fixed twin: FAIL'), 'heap-shapes'],
    [`false alarms: ${services()} services against themselves`, figure('same-code', 'all', 'FAIL'), 'same-code'],
    ['the same, WARN', figure('same-code', 'all', 'WARN'), 'same-code'],
    [
      'the same, WARN for GC pauses alone (busy machine)',
      figure('same-code', 'all', 'WARN for GC pauses alone'),
      'same-code',
    ],
    ['a leak that main has too, and the change does not add', figure('same-code', 'leak on main', 'FAIL'), 'same-code'],
    ['one long load instead of rounds: false alarms', figure('long-loads', 'all', 'FAIL'), 'long-loads'],
  ]
  const scripts: Readonly<Record<string, string>> = packageJson.scripts
  for (const [, , bench] of rows) expect(scripts).toHaveProperty([`bench:${bench.split(' ')[0]}`])
  const cells = rows.map(([what, measured, bench]) => [what, measured, `\`npm run bench:${bench}\``])
  expectInDocs(PAGE, 'measured', markdownTable([['', 'measured', 'again with'], ...cells]))
})

/** How many services are held against themselves; the leak on main stands below them. */
function services(): number {
  return rowsOf('same-code').findIndex(([first]) => first === 'all') - 2
}

function fixedTwins(): string {
  const rows = rowsOf('goker')
  return rows[rows.findIndex(([first]) => first === 'fixed twins') + 2]![0]!
}

test('the smallest leaks are those of detection.md', () => {
  const rows = rowsOf('slow-leaks')
  const loads = rows.filter(([first, ...rest]) => /^[\d,]+ operations$/.test(first!) && rest.length === 2)
  expect(loads.length).toBeGreaterThan(2)
  expectInDocs(PAGE, 'smallest', markdownTable([rows[0]!, ...loads]))
})

test('what the page says of them is still so', () => {
  const page = readFileSync(join(ROOT, PAGE), 'utf8').replace(/\s+/g, ' ')
  if (page.includes('No false alarm was seen at rest')) expect(figure('same-code', 'all', 'FAIL')).toMatch(/^0 of /)
  const smallest = 'about 150 KB to one line, or three or four goroutines to one stack'
  expect(page).toContain(smallest)
  expect(DETECTION.replace(/\s+/g, ' ')).toContain(smallest)
})

test('no measured figure stands outside of the parts that are written from detection.md', () => {
  const page = readFileSync(join(ROOT, PAGE), 'utf8')
  const own = page.replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, '').replace(/^```console[\s\S]*?^```$/gm, '')
  expect(own.match(/\d+ of \d+|\d[\d.]* %/g)).toEqual(['5 %', '95 %'])
  expect(page.split('\n').length).toBeLessThan(180)
})
