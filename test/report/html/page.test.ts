import { expect, test } from 'vitest'
import { mergedTree } from '../../../src/diff/tree.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { scaleOf } from '../../../src/report/html/chart-scale.ts'
import { graphData } from '../../../src/report/html/encode.ts'
import { Layout } from '../../../src/report/html/page/layout.ts'
import { GraphModel } from '../../../src/report/html/page/model.ts'
import { matcher, search } from '../../../src/report/html/page/search.ts'
import { rowsOf, sorted } from '../../../src/report/html/page/table-rows.ts'
import { heap } from './heap.ts'

const stacks = new Stacks()
const base = heap(stacks, [['b:1', 'a:1'], 4000], [['c:1', 'a:1'], 3000], [['d:1'], 500])
const head = heap(stacks, [['b:1', 'a:1'], 4000], [['c:1', 'a:1'], 9000], [['(*T).new:1', 'a:1'], 1000])
const tree = mergedTree(base, head, ['inuse_space'], stacks)!
const places = tree.functions.map(() => ({ party: 'first' as const, path: undefined }))
const graph = { service: 's', profile: 'heap' as const, tree, places }
const data = graphData(graph, { pins: [], path: new Uint8Array(tree.count) }, { sampling: 1 })
const model = new GraphModel(data)
const weights = model.weights(0)
const frame = (name: string): number => Array.from({ length: model.count }, (_, i) => model.name(i)).indexOf(name)

test('all frames: children side by side, widest first, as wide as the larger side', () => {
  const layout = new Layout(model, weights, 'all')
  expect(Array.from(layout.children(frame('a')), (child) => model.name(child))).toEqual(['c', 'b', '(*T).new'])
  expect(layout.width[0]).toBe(4000 + 9000 + 1000 + 500)
  expect(layout.sibling(frame('c'), 1)).toBe(frame('b'))
  expect(layout.sibling(frame('c'), -1)).toBe(frame('c'))
  expect(layout.at(0, 2, 9500)).toBe(frame('b'))
  expect(layout.at(0, 2, 14_400)).toBe(-1)
})

test('only growth: what did not grow has no width', () => {
  const layout = new Layout(model, weights, 'growth')
  expect(Array.from(layout.children(frame('a')), (child) => model.name(child))).toEqual(['c', '(*T).new'])
  expect(layout.width[frame('a')]).toBe(7000)
  expect(layout.width[frame('d')]).toBe(0)
})

test('growth within the sampling noise is no growth', () => {
  const noisy = new GraphModel({ ...data, head: { ...data.head, sampling: 100_000 } })
  expect(noisy.weights(0).noise[frame('c')]).toBe(1)
  expect(noisy.weights(0).growth[0]).toBe(0)
})

test('the search takes regular expressions and falls back to the text', () => {
  expect(matcher('^net/.*Serve$')('net/http.(*Server).Serve')).toBe(true)
  expect(matcher('(*T')('pkg.(*T).new')).toBe(true)
  expect(matcher('(*T).NEW')('pkg.(*T).new')).toBe(true)
  expect(matcher('a.(*T).new')('a.(*T).new')).toBe(true)
  expect(matcher('[')('slice[...]')).toBe(true)
  expect(search(model, weights, '')).toBeUndefined()
  const found = search(model, weights, 'a|c')!
  // What lies below a match is not counted again.
  expect(found).toMatchObject({ frames: 2, change: 7000, tops: [frame('a')] })
})

test('rows sort by every column', () => {
  const names = (...by: Parameters<typeof sorted> extends [unknown, ...infer R] ? R : never): string[] =>
    sorted(rowsOf(model, 0, false), ...by).map(({ name }) => name)
  expect(names('flat', true)).toEqual(['c', '(*T).new', 'a', 'b', 'd'])
  expect(names('cum', true)[0]).toBe('a')
  expect(names('cum', false)[0]).toBe('d')
  expect(names('name', false)).toEqual(['(*T).new', 'a', 'b', 'c', 'd'])
})

test.each([
  [78.5 * 1024 ** 2, 'bytes', [0, 20, 40, 60, 80].map((mib) => mib * 1024 ** 2)],
  [11, 'count', [0, 5, 10, 15]],
  [2, 'count', [0, 1, 2]],
  [0, 'count', [0, 1]],
] as const)('an axis up to %d %s', (highest, unit, ticks) => {
  expect(scaleOf(highest, unit).ticks).toEqual(ticks)
})
