import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecordings } from '../../../src/collect/folder.ts'
import { functionGrowth } from '../../../src/diff/functions.ts'
import { mergedTree } from '../../../src/diff/tree.ts'
import { judgedWindow } from '../../../src/diff/window.ts'
import { sampleTypeIndex } from '../../../src/profile/fold.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { functionRows } from '../../../src/report/html/function-rows.ts'
import { flameGraphs } from '../../../src/report/html/graphs.ts'
import { heap } from './heap.ts'

const RECORDINGS = join(import.meta.dirname, '../../../__fixtures__/recordings')

function pair(name: string) {
  const stacks = new Stacks()
  const base = readRecordings(join(RECORDINGS, 'healthy'), stacks)[0]!
  const head = readRecordings(join(RECORDINGS, name), stacks)[0]!
  return { base, head, stacks }
}

test.each(['map-cache', 'chan-send', 'http-body', 'third-party'])('%s: functions grow as pprof counts them', (name) => {
  const { base, head, stacks } = pair(name)
  const window = judgedWindow(base, head)
  const graphs = flameGraphs(base, head)
  expect(graphs.map(({ profile }) => profile)).toEqual(['heap', 'goroutine'])
  for (const { profile, tree } of graphs) {
    const [folded, baseFolded] = [window.head[window.to - 1]![profile]!, window.base[window.to - 1]![profile]!]
    const rows = functionRows(tree, () => false)
    for (const [t, { type }] of tree.types.entries()) {
      const { rows: expected } = functionGrowth(baseFolded, folded, sampleTypeIndex(folded, type), stacks)
      const { flat, cum } = rows.values[t]!
      const found = new Map(
        Array.from(rows.function, (fn, i) => [
          tree.functions[fn]!.name,
          { flat: flat.head[i]! - flat.base[i]!, cum: cum.head[i]! - cum.base[i]! },
        ]),
      )
      for (const row of expected) {
        // Names with type arguments are merged in the tree.
        if (!/[[%]|-fm$|-range/.test(row.function))
          expect(found.get(row.function)).toEqual({ flat: row.flat, cum: row.cum })
      }
      expect(expected.length).toBeGreaterThan(3)
    }
  }
})

test('base and head meet in one node whatever their lines, and the line is that of the head', () => {
  const stacks = new Stacks()
  const base = heap(stacks, [['leaf:10', 'main:1'], 100])
  const head = heap(stacks, [['leaf:12', 'main:1'], 300], [['leaf:13', 'main:1'], 50], [['main:2'], 7])
  const tree = mergedTree(base, head, ['inuse_space'], stacks)!
  expect(tree.count).toBe(3)
  expect(Array.from(tree.function, (fn) => tree.functions[fn]?.name)).toEqual([undefined, 'main', 'leaf'])
  expect([...tree.line]).toEqual([0, 1, 12])
  expect([...tree.head.total[0]!]).toEqual([357, 357, 350])
  expect([...tree.base.total[0]!]).toEqual([100, 100, 100])
  expect([...tree.head.self[0]!]).toEqual([0, 7, 350])
})

test('recursion counts once towards cum, and own code is charged with what libraries hold', () => {
  const stacks = new Stacks()
  const head = heap(stacks, [['lib.grow:1', 'mine.f:2', 'mine.f:2', 'main.main:1'], 10])
  const tree = mergedTree(undefined, head, ['inuse_space'], stacks)!
  const rows = functionRows(tree, (fn) => !tree.functions[fn]!.name.startsWith('lib'))
  const of = (name: string) => {
    const at = rows.function.findIndex((fn) => tree.functions[fn]!.name === name)
    const { flat, cum, own } = rows.values[0]!
    return [flat.head[at], cum.head[at], own.head[at]]
  }
  expect(of('mine.f')).toEqual([0, 10, 10])
  expect(of('lib.grow')).toEqual([10, 10, 0])
  expect(of('main.main')).toEqual([0, 10, 0])
})

test('stacks that hold nothing, missing sample types and missing sides', () => {
  const stacks = new Stacks()
  const head = heap(stacks, [['gone:1'], 0], [['held:1'], 5])
  expect(mergedTree(undefined, head, ['goroutine'], stacks)).toBeUndefined()
  const tree = mergedTree(undefined, head, ['inuse_space', 'inuse_objects'], stacks)!
  expect(tree.types.map(({ type }) => type)).toEqual(['inuse_space'])
  expect(tree.functions.map(({ name }) => name)).toEqual(['held'])
  const { head: recording } = pair('map-cache')
  expect(flameGraphs(undefined, { ...recording, snapshots: [] })).toEqual([])
})
