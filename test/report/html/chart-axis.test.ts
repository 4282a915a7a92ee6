import { expect, test } from 'vitest'
import type { SideTimeline, Timeline } from '../../../src/diff/timeline.ts'
import { axisOf } from '../../../src/report/html/chart-axis.ts'
import { trendChart } from '../../../src/report/html/trend-chart.ts'

const side = (more: Partial<SideTimeline>): SideTimeline => ({ operations: [], seconds: [], load: [], ...more })
const both = (more: Partial<SideTimeline>): Timeline => ({ base: side(more), head: side(more) })
const COUNTS = { base: 4, head: 4 }

test('operations where both sides counted them', () => {
  const axis = axisOf(both({ operations: [400, 800, 1200, 1600], seconds: [1, 2, 3, 4] }), COUNTS, 10)
  expect([axis.title, axis.column]).toEqual(['operations, in 4 rounds', 'Operations'])
  expect(axis.ticks.map(({ text }) => text)).toEqual(['0', '500', '1,000', '1,500'])
  expect([-1, 0, 1.5, 3].map((place) => axis.at('head', place))).toEqual([0, 25, 62.5, 100])
  expect(axis.text('head', 2)).toBe('1,200')
})

test.each([
  [[0, 60, 120, 160], 'seconds since the first snapshot, in 4 rounds'],
  [[0, 240, 500, 900], 'minutes since the first snapshot, in 4 rounds'],
  [[0, 7200, 18_000, 36_000], 'hours since the first snapshot, in 4 rounds'],
])('else the time: %j', (seconds, title) => {
  const axis = axisOf(both({ seconds }), COUNTS, 10)
  expect(axis.title).toBe(title)
  expect(axis.at('base', 3)).toBe(100)
  expect(axis.ticks.every(({ at }) => at >= 0 && at <= 100.1)).toBe(true)
})

test.each<[string, Timeline | undefined]>([
  ['reports that do not tell', undefined],
  ['a side without either', { base: side({}), head: side({ seconds: [0, 1, 2, 3] }) }],
  ['a count that does not fit', both({ operations: [1, 2] })],
])('else the rounds: %s', (_, timeline) => {
  const axis = axisOf(timeline, COUNTS, 10)
  expect([axis.title, axis.ticks.map(({ text }) => text)]).toEqual(['rounds', ['1', '2', '3', '4']])
  expect([axis.at('head', 0), axis.at('base', 3)]).toEqual([0, 100])
})

test('each side lies at its own operations; one without a base at all at the head’s', () => {
  const timeline = { base: side({ operations: [100, 200] }), head: side({ operations: [100, 400] }) }
  const axis = axisOf(timeline, { base: 2, head: 2 }, 10)
  expect([axis.at('base', 1), axis.at('head', 1)]).toEqual([50, 100])
  expect(axisOf({ ...timeline, base: side({}) }, { base: 0, head: 2 }, 10).at('head', 1)).toBe(100)
})

const trend = (load: SideTimeline['load']) =>
  trendChart({
    metric: 'heap.inuse',
    title: 'Heap',
    base: [],
    head: [1e6, 1.1e6, 1.2e6],
    from: 1,
    to: 3,
    timeline: { base: side({}), head: side({ operations: [10, 20, 30], load }) },
    underLoad: ({ heap }) => heap,
  }).text

test('what was read under load lies beside the line, and is told in words', () => {
  const sample = { at: 0.5, heap: 90e6, objects: undefined, goroutines: undefined }
  const page = trend([sample])
  expect(page).toContain('under load up to 85.8 MiB')
  // From the first snapshot up, cut at the top of the axis, and down to the second.
  expect(page).toMatch(/<path class="load head" d="M333\.33 \S+L500 0"\/>/)
  expect(page).toMatch(/<path class="load drain head" d="M500 0L666\.67 \S+"\/>/)
  expect(page).toContain('drain: last sample to rest')
  expect(trend([])).not.toContain('load')
})
