import { expect, test } from 'vitest'
import { annotationsOf } from '../../src/report/annotations.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import { renderTerminal } from '../../src/report/terminal/terminal.ts'
import { expectGolden } from './golden.ts'
import { FAILING, SAMPLES } from './sample-reports.ts'

const NAMES = Object.keys(SAMPLES)

test.each(NAMES)('%s as a comment', (name) => {
  expectGolden(`${name}.md`, renderMarkdown(SAMPLES[name]!, { for: 'comment' }))
})

test.each(NAMES)('%s in a terminal', (name) => {
  expectGolden(`${name}.txt`, renderTerminal(SAMPLES[name]!, { color: false, width: 80, ascii: false }))
})

test('fail in a terminal without Unicode', () => {
  const text = renderTerminal(FAILING, { color: false, width: 80, ascii: true })
  expect(text).not.toMatch(/[^\x00-\x7e]/)
  expectGolden('fail-ascii.txt', text)
})

test('annotations', () => {
  const lines = NAMES.flatMap((name) => annotationsOf(SAMPLES[name]!).map((one) => ({ sample: name, ...one })))
  expectGolden('annotations.json', `${JSON.stringify(lines, null, 2)}\n`)
})

test.each(NAMES)('%s: lines of a terminal of 80 columns have at most 80', (name) => {
  for (const width of [60, 80, 100]) {
    const text = renderTerminal(SAMPLES[name]!, { color: false, width, ascii: false })
    const long = text
      .split('\n')
      .filter((line) => [...line].length > width && !/^ +(- (any|top): |npx leakgate accept )/.test(line))
    expect(long).toEqual([])
  }
})

test('a summary says the same without the marker', () => {
  const comment = renderMarkdown(FAILING, { for: 'comment', marker: '<!-- mine -->' })
  expect(comment.split('\n')[0]).toBe('<!-- mine -->')
  expect(renderMarkdown(FAILING, { for: 'summary' })).toBe(comment.slice('<!-- mine -->\n'.length))
})
