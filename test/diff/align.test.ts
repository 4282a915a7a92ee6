import { expect, test } from 'vitest'
import { type AlignedLine, alignLines } from '../../src/diff/align.ts'

/** `7: json 100 append 20`, or `7* …` for a line of the change. */
function line(text: string): AlignedLine {
  const [, number, star, rest] = /^(\d+)(\*?): (.*)$/.exec(text)!
  const amounts = new Map([...rest!.matchAll(/(\w+) (\d+)/g)].map(([, name, n]) => [name!, Number(n)]))
  return { line: Number(number), amounts, changed: star === '' ? undefined : true }
}

function aligned(base: readonly string[], head: readonly string[]): string[] {
  const pairs = alignLines(base.map(line), head.map(line))
  return head.map((text) => {
    const number = Number.parseInt(text, 10)
    const found = [...pairs].find(([one]) => one.line === number)
    return `${found === undefined ? 'new' : found[1].line} → ${number}`
  })
}

test('lines that did not move are themselves', () => {
  expect(aligned(['7: a 10', '9: b 10'], ['7: a 11', '9: b 9'])).toEqual(['7 → 7', '9 → 9'])
})

test('what was inserted above moves what is below', () => {
  expect(aligned(['7: a 10', '9: b 10'], ['7: c 50', '8: a 11', '10: b 9'])).toEqual(['new → 7', '7 → 8', '9 → 10'])
})

test('a line between two others is new', () => {
  expect(aligned(['7: a 10', '8: b 10'], ['7: a 10', '8: a 40', '9: b 10'])).toEqual(['7 → 7', 'new → 8', '8 → 9'])
})

test('a line that is gone has no counterpart', () => {
  expect(aligned(['7: a 10', '8: c 30', '9: b 10'], ['7: a 10', '8: b 10'])).toEqual(['7 → 7', '9 → 8'])
})

test('of two that are the same, the one that the change wrote is new', () => {
  expect(aligned(['7: a 10'], ['7*: a 10', '8: a 10'])).toEqual(['new → 7', '7 → 8'])
  expect(aligned(['7: a 10'], ['7: a 10', '8*: a 10'])).toEqual(['7 → 7', 'new → 8'])
})

test('nothing on either side', () => {
  expect(aligned([], ['7: a 10'])).toEqual(['new → 7'])
  expect(aligned(['7: a 10'], [])).toEqual([])
})
