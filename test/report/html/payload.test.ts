import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergedTree } from '../../../src/diff/tree.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { ColumnReader, ColumnWriter } from '../../../src/report/html/columns.ts'
import { graphData } from '../../../src/report/html/encode.ts'
import type { FlameGraph } from '../../../src/report/html/graphs.ts'
import { GraphModel } from '../../../src/report/html/page/model.ts'
import { packGraph, unpackGraph } from '../../../src/report/html/payload.ts'
import { heap } from './heap.ts'

test('columns come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), fc.array(fc.integer({ min: 0, max: 1 << 20 })), (large, small) => {
      const out = new ColumnWriter()
      out.unsigned(large)
      out.deltas(small)
      out.raw(Uint8Array.of(1, 2, 3))
      const read = new ColumnReader(out.bytes)
      expect([...read.doubles(large.length)]).toEqual(large)
      expect([...read.deltas(small.length)]).toEqual(small)
      expect([...read.raw()]).toEqual([1, 2, 3])
    }),
  )
})

test('what a column cannot hold becomes zero or the nearest whole number', () => {
  const out = new ColumnWriter()
  out.unsigned([-5, Number.NaN, 2.6, Number.POSITIVE_INFINITY])
  expect([...new ColumnReader(out.bytes).doubles(4)]).toEqual([0, 0, 3, Number.MAX_SAFE_INTEGER])
})

/** A tree of `width` callers with `width` leaves each; leaf i below caller c holds more the smaller both are. */
function wide(width: number): FlameGraph {
  const stacks = new Stacks()
  const entries = Array.from({ length: width * width }, (_, i): [string[], number] => [
    [`leaf${i}:1`, `caller${Math.floor(i / width)}:1`, 'main:1'],
    10 * (width * width - i),
  ])
  const tree = mergedTree(undefined, heap(stacks, ...entries), ['inuse_space'], stacks)!
  return {
    service: 's',
    profile: 'heap',
    tree,
    places: tree.functions.map(() => ({ party: 'first', path: undefined })),
  }
}

test('a small graph travels whole', () => {
  const graph = wide(5)
  const data = unpackGraph(
    packGraph(graphData(graph, { pins: [], path: new Uint8Array(graph.tree.count) }, { sampling: 8 })),
  )
  expect(data.head).toMatchObject({ frames: graph.tree.count, folded: 0, service: 's', sampling: 8 })
  const model = new GraphModel(data)
  const names = Array.from({ length: model.count }, (_, i) => model.name(i))
  expect(names.slice(0, 4)).toEqual(['all', 'main', 'caller0', 'leaf0'])
  expect(model.weights(0).head[0]).toBe(graph.tree.head.total[0]![0])
  expect(model.place(3)).toBe('leaf0.go:1')
})

test('a large graph keeps its largest frames, its sums and every frame of a finding', () => {
  const graph = wide(40)
  const { tree } = graph
  const last = tree.count - 1
  const path = new Uint8Array(tree.count)
  for (let node = last; node > 0; node = tree.parent[node]!) path[node] = 1
  const data = graphData(graph, { pins: [[last, 7]], path }, { sampling: undefined, mostFrames: 200 })
  const model = new GraphModel(unpackGraph(packGraph(data)))
  expect(model.count).toBeLessThan(210)
  const [[pin, finding]] = data.head.pins as [[number, number]]
  expect([model.name(pin), finding]).toEqual(['leaf1599', 7])
  expect(model.weights(0).head[0]).toBe(tree.head.total[0]![0])
  const names = Array.from({ length: model.count }, (_, i) => model.name(i))
  expect(names).toContain('leaf0')
  const folded = names.flatMap((name) => /^(\d+) small frames?, folded$/.exec(name)?.[1] ?? []).map(Number)
  expect(folded.reduce((sum, one) => sum + one, 0)).toBe(data.head.folded)
  expect(data.head.folded + model.count - folded.length).toBe(tree.count)
})
