import type { CallTree } from '../../diff/tree.ts'
import type { SampleType } from '../../profile/profile.ts'
import { plainText } from '../escape.ts'
import { childrenOf, functionRows } from './function-rows.ts'
import type { FlameGraph } from './graphs.ts'
import type { GraphData, GraphHead, GraphType } from './payload.ts'
import type { Pins } from './pins.ts'
import { keptNodes, MOST_FRAMES } from './prune.ts'

export interface EncodeOptions {
  /** Bytes per sample of the head's heap profile. */
  readonly sampling: number | undefined
  readonly mostFrames?: number
}

/** A graph as the page holds it: small frames folded, names cleaned, functions counted. */
export function graphData(graph: FlameGraph, pins: Pins, { sampling, mostFrames }: EncodeOptions): GraphData {
  const { tree, places } = graph
  const frames = framesOf(tree, keptNodes(tree, pins.path, mostFrames ?? MOST_FRAMES))
  const rows = functionRows(tree, (fn) => places[fn]!.party === 'first')
  const names = new Renumbered()
  const frameFunction = frames.function.map((fn) => (fn < 0 ? fn : names.of(fn)))
  const rowFunction = Int32Array.from(rows.function, (fn) => names.of(fn))
  const folded = names.kept.length
  const files = new Map<string, number>()
  const file = names.kept.map((fn) => {
    const path = plainText(places[fn]!.path ?? shortPath(tree.functions[fn]!.file), 300)
    if (!files.has(path)) files.set(path, files.size)
    return files.get(path)!
  })
  const functions = names.kept.map((fn) => plainText(tree.functions[fn]!.name, 400) || '?')
  const own = names.kept.map((fn) => (places[fn]!.party === 'first' ? 1 : 0) + (places[fn]!.path === undefined ? 0 : 2))
  const root = folded + 1
  const head: GraphHead = {
    service: plainText(graph.service, 200),
    profile: graph.profile,
    types: tree.types.map(graphType),
    functions: [...functions, '(folded)', 'all'],
    files: files.size === 0 ? [''] : [...files.keys()],
    frames: frames.function.length,
    folded: frames.folded,
    pins: pins.pins.map(([node, finding]) => [frames.position.get(node) ?? 0, finding] as const),
    sampling: graph.profile === 'heap' ? (sampling ?? 0) : 0,
    foldedFunction: folded,
    rows: rowFunction.length,
  }
  return {
    head,
    own: Int32Array.from([...own, 0, 0]),
    file: Int32Array.from([...file, 0, 0]),
    frameFunction: Int32Array.from(frameFunction, (fn) => (fn === ROOT ? root : fn === FOLDED ? folded : fn)),
    frameDepth: Int32Array.from(frames.depth),
    frameLine: Int32Array.from(frames.line),
    frameBase: frames.base.map((column) => Float64Array.from(column)),
    frameHead: frames.head.map((column) => Float64Array.from(column)),
    rowFunction,
    rowLine: rows.line,
    rowValues: rows.values,
  }
}

const ROOT = -1
const FOLDED = -2

interface Frames {
  /** Function of the tree, or one of the two above. */
  readonly function: number[]
  readonly depth: number[]
  /** Line; of what stands for folded frames, how many they are. */
  readonly line: number[]
  readonly base: number[][]
  readonly head: number[][]
  /** Where a node of the tree went. */
  readonly position: Map<number, number>
  readonly folded: number
}

/** The kept nodes in preorder; in each node what is not kept becomes one frame that stands for all of it. */
function framesOf(tree: CallTree, kept: Uint8Array): Frames {
  const types = tree.types.map((_, t) => t)
  const frames = { function: [], depth: [], line: [], base: types.map(() => []), head: types.map(() => []) } as {
    [K in 'function' | 'depth' | 'line']: number[]
  } & { [K in 'base' | 'head']: number[][] }
  const position = new Map<number, number>()
  const below = new Int32Array(tree.count).fill(1)
  for (let i = tree.count - 1; i > 0; i--) below[tree.parent[i]!]! += below[i]!
  const { start, child } = childrenOf(tree)
  let folded = 0
  const put = (fn: number, depth: number, line: number): number => {
    frames.depth.push(depth)
    frames.line.push(line)
    return frames.function.push(fn) - 1
  }
  const pending: [node: number, depth: number][] = [[0, 0]]
  while (pending.length > 0) {
    const [node, depth] = pending.pop()!
    position.set(node, put(node === 0 ? ROOT : tree.function[node]!, depth, tree.line[node]!))
    for (const t of types) {
      frames.base[t]!.push(tree.base.self[t]![node]!)
      frames.head[t]!.push(tree.head.self[t]![node]!)
    }
    const small: number[] = []
    for (let c = start[node + 1]! - 1; c >= start[node]!; c--) {
      if (kept[child[c]!] === 1) pending.push([child[c]!, depth + 1])
      else small.push(child[c]!)
    }
    if (small.length === 0) continue
    const hidden = small.reduce((sum, one) => sum + below[one]!, 0)
    folded += hidden
    put(FOLDED, depth + 1, hidden)
    for (const t of types) {
      frames.base[t]!.push(small.reduce((sum, one) => sum + tree.base.total[t]![one]!, 0))
      frames.head[t]!.push(small.reduce((sum, one) => sum + tree.head.total[t]![one]!, 0))
    }
  }
  return { ...frames, position, folded }
}

/** Functions in the order they are first used, so that only those in use travel. */
class Renumbered {
  readonly kept: number[] = []
  readonly #to = new Map<number, number>()

  of(fn: number): number {
    let to = this.#to.get(fn)
    if (to === undefined) {
      to = this.kept.push(fn) - 1
      this.#to.set(fn, to)
    }
    return to
  }
}

const TITLES: Readonly<Record<string, string>> = {
  inuse_space: 'Heap bytes',
  inuse_objects: 'Heap objects',
  goroutine: 'Goroutines',
  goroutines: 'Goroutines',
}

function graphType({ type, unit }: SampleType): GraphType {
  return { unit: unit === 'bytes' ? 'bytes' : 'count', title: TITLES[type] ?? plainText(type, 40) }
}

/** Build paths start with what the reader does not care for: the module cache and the Go installation. */
function shortPath(file: string): string {
  return file.replace(/^.*\/pkg\/mod\//, '').replace(/^.*\/(?:go|go\d[\w.-]*)\/src\//, '')
}
