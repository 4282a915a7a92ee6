import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCheckout } from '../../src/collect/checkout.ts'
import { placeOf, surrounded } from '../../src/policy/place.ts'
import { sourceLines } from '../../src/report/source.ts'
import { place } from './sample-parts.ts'

const ROOT = mkdtempSync(join(tmpdir(), 'leakgate-source-'))
writeFileSync(join(ROOT, 'go.mod'), 'module example.com/a\n')

/** The lines around line `line` of a file with this text. */
function around(text: string, line: number, file = 'a.go') {
  writeFileSync(join(ROOT, file), text)
  const checkout = openCheckout(ROOT)
  return surrounded(placeOf({ function: 'a.f', file: `example.com/a/${file}`, line }, checkout), checkout)
}

test('two lines before and two after; none beyond the ends of the file, no blank ones outside', () => {
  expect(around('1\n2\n3\n4\n5\n6\n', 3).around).toEqual({ first: 1, lines: ['1', '2', '3', '4', '5'] })
  expect(around('1\n2\n3', 1).around).toEqual({ first: 1, lines: ['1', '2', '3'] })
  expect(around('1\n\n3\n4\n\n', 3).around).toEqual({ first: 1, lines: ['1', '', '3', '4'] })
  expect(around('\n\n3\n\n\n', 3).around).toBeUndefined()
})

test('nothing of a file that is no source, is too large, or has no such line', () => {
  expect(around('a\nb\0\nc\n', 2)).toMatchObject({ text: undefined })
  expect(around(`${'x'.repeat(4 * 1024 * 1024)}\nb\nc\n`, 2)).toMatchObject({ text: undefined })
  expect(around('a\n', 9)).toMatchObject({ text: undefined })
  for (const [text, line] of [
    ['a\nb\0\nc\n', 2],
    ['a\n', 9],
  ] as const)
    expect(around(text, line).around).toBeUndefined()
  expect(around('a\nb\nc\n', 2, 'secret.txt')).toMatchObject({ path: undefined, text: undefined })
})

test('a line is cut before it gets into the report', () => {
  const { lines } = around(`a\n${'y'.repeat(100_000)}\nc\n`, 1).around!
  expect(lines[1]).toHaveLength(400)
})

const lines = (all: readonly string[], line = 2) =>
  sourceLines(place('f', 'a.go', line, { text: all[line - 1]!, around: { first: 1, lines: all } }), 40)

test('what all lines are indented by goes, what some are stays', () => {
  expect(lines(['\t\tif x {', '\t\t\tm[k] = v', '', '\t\t}'])).toEqual([
    { number: 1, text: 'if x {', marked: false },
    { number: 2, text: '    m[k] = v', marked: true },
    { number: 3, text: '', marked: false },
    { number: 4, text: '}', marked: false },
  ])
})

test('long lines, deep ones and what hides are cut', () => {
  const [deep, plain] = lines([`${'\t'.repeat(500)}deep`, `\u202e\u001b[31m${'z'.repeat(500)}`])
  expect(deep!.text.length).toBeLessThanOrEqual(40)
  expect(plain!.text).toMatch(/^z{39}…$/)
})

test('alone where nothing is known around it', () => {
  expect(sourceLines(place('f', 'a.go', 7, { text: '\tx()' }), 40)).toEqual([{ number: 7, text: 'x()', marked: true }])
})
