import { expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html/document.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import { parseReport } from '../../src/report/parse/parse.ts'
import { type Course, type Report, serializeReport } from '../../src/report/report.ts'
import { renderTerminal } from '../../src/report/terminal/terminal.ts'
import { report, service, WARN } from './sample-parts.ts'

function course(crept: boolean, text: string = WARN.text): Course {
  const points = Array.from({ length: 12 }, (_, i) => ({
    commit: i.toString(16).padStart(40, '0'),
    recordedAt: new Date(Date.UTC(2026, 10, 1 + i)).toISOString(),
    value: Math.round(10 * 1024 * 1024 * 1.03 ** i),
  }))
  return { metric: 'heap.inuse', points, crept: crept ? { from: 1, limit: { ...WARN, text } } : undefined }
}

const withCourse = (one: Course, more = {}): Report => report({ services: [service({ history: [one] })], ...more })
const SENTENCE =
  /crept up by \+3\.5\d MiB \(\+34%\) over the last 11 recordings since 2026-11-02: no step passed .*\+10% and \+1MiB.*, all together do\./

/** What is seen before anything is opened. */
function visible(page: string): string {
  return page.replace(/<details>[\s\S]*?<\/details>/g, '')
}

test('a course is folded, what crept is a line that is seen', () => {
  const calm = renderMarkdown(withCourse(course(false)), { for: 'comment' })
  expect(calm).toContain('<details><summary>On the base branch: 12 recordings since 2026-11-01</summary>')
  expect(calm).toMatch(
    /\| Heap in use after GC \| `[▁-█]{12}` \| +10 MiB → 13\.8 MiB \| \+3\.84 MiB \(\+38%\) \| +12 \|/,
  )
  expect(visible(calm)).not.toContain('crept')
  const crept = renderMarkdown(withCourse(course(true)), { for: 'comment' })
  expect(visible(crept)).toMatch(SENTENCE)
  const lines = (page: string): number =>
    visible(page)
      .split('\n')
      .filter((line) => line.trim() !== '').length
  expect(lines(crept) - lines(calm)).toBe(1)
})

test('of a service that passes beside one that does not it is seen too', () => {
  const services = [service({ verdict: 'warn' }), service({ service: 'worker', history: [course(true)] })]
  const both = report({ verdict: 'warn', services })
  expect(visible(renderMarkdown(both, { for: 'comment' }))).toMatch(SENTENCE)
  const text = renderTerminal(both, { color: false, width: 100, ascii: false }).replace(/\s+/g, ' ')
  expect(text).toMatch(/On main, worker: heap in use after GC crept up/)
})

test('in the terminal one line, and one for what crept', () => {
  for (const ascii of [false, true]) {
    const text = renderTerminal(withCourse(course(true)), { color: false, width: 80, ascii })
    expect(text.replace(/\s+/g, ' ')).toMatch(SENTENCE)
    expect(text).toContain('on main  heap.inuse ')
    if (ascii) expect(text).not.toMatch(/[^\x00-\x7e]/)
    expect(text.split('\n').filter((line) => [...line].length > 80)).toEqual([])
  }
})

test('in the page a table with pictures that need no script', () => {
  const page = renderHtml(withCourse(course(true)), []).replace(/<script[\s\S]*?<\/script>/g, '')
  expect(page).toMatch(SENTENCE)
  expect(page).toMatch(/<polyline points="0,[\d., ]+160,2"/)
})

test('it comes back as it was; what is too much or wrong is refused', () => {
  const text = serializeReport(withCourse(course(true)))
  expect(parseReport('r', text)).toEqual(withCourse(course(true)))
  const changed = (change: (history: { points: unknown[]; crept: { from: number } }[]) => void): (() => Report) => {
    const json = JSON.parse(text)
    change(json.services[0].history)
    return () => parseReport('r', JSON.stringify(json))
  }
  expect(changed(([one]) => (one!.points = Array(201).fill(0)))).toThrow(/at most 200/)
  expect(changed(([one]) => (one!.crept.from = 12))).toThrow(/the index of a point/)
  expect(changed((history) => history.push(...Array(20).fill(history[0])))).toThrow(/at most 20/)
  expect(changed(([one]) => (one!.points[0] = { commit: 'x', recordedAt: 'soon', value: 1 }))).toThrow(/a time/)
})

test('words of others stay text', () => {
  const evil = '`</details><img src=x> @everyone'
  const page = visible(renderMarkdown(withCourse(course(true, evil)), { for: 'comment' }))
  expect(page.replace(/(`+)[^`](?:[\s\S]*?[^`])?\1(?!`)/g, '')).not.toMatch(/<img|@everyone/)
  expect(renderHtml(withCourse(course(true, evil)), [])).not.toContain('<img')
})
