import type { Folded } from '../profile/fold.ts'
import type { SampleType } from '../profile/profile.ts'
import { withRoom } from '../profile/sequences.ts'
import type { Stacks } from '../profile/stacks.ts'
import { stableName } from '../profile/symbol.ts'

/**
 * The calls of base and head in one tree, root first. A node is a function below its callers, whatever the line, so
 * that moved code meets itself. Columns of length count; node 0 is the root, parents come before their children.
 */
export interface CallTree {
  readonly types: readonly SampleType[]
  readonly functions: readonly TreeFunction[]
  readonly count: number
  readonly parent: Int32Array
  /** Index into functions, -1 for the root. */
  readonly function: Int32Array
  /** Line that weighs most, of the head where the head has the node. */
  readonly line: Int32Array
  readonly base: TreeSide
  readonly head: TreeSide
}

export interface TreeFunction {
  /** Without type arguments and compiler suffixes. */
  readonly name: string
  readonly file: string
}

/** Weights of one side: one column for each sample type of the tree. */
export interface TreeSide {
  /** What the node itself holds. */
  readonly self: readonly Float64Array[]
  /** With everything below it. */
  readonly total: readonly Float64Array[]
}

/**
 * Merges two profiles into one tree, for the sample types asked for as far as the head has them. Undefined where it has
 * none of them. Stacks that hold nothing are left out.
 */
export function mergedTree(
  base: Folded | undefined,
  head: Folded,
  wanted: readonly string[],
  stacks: Stacks,
): CallTree | undefined {
  const types = wanted.flatMap((type) => head.sampleTypes.find((candidate) => candidate.type === type) ?? [])
  if (types.length === 0) return undefined
  const growing = new GrowingTree(stacks, types)
  if (base !== undefined) growing.add(base, 'base')
  growing.add(head, 'head')
  return growing.finish()
}

type SideName = 'base' | 'head'

class GrowingTree {
  readonly #stacks: Stacks
  readonly #types: readonly SampleType[]
  readonly #functions: TreeFunction[] = []
  /** Function of the tree for each function id of the stacks. */
  readonly #known: number[] = []
  readonly #byName = new Map<string, number>()
  readonly #nodes = new Nodes()
  /** Values by entry, laid on the nodes at the end: node, then one value for each type. */
  readonly #values: Record<SideName, number[]> = { base: [], head: [] }
  #line = new Int32Array(1024)
  /** Weight of the line that is kept, plus one; zero for none of the side that is added. */
  #lineWeight = new Float64Array(1024)

  constructor(stacks: Stacks, types: readonly SampleType[]) {
    this.#stacks = stacks
    this.#types = types
  }

  add(folded: Folded, side: SideName): void {
    const columns = this.#types.map(({ type, unit }) =>
      folded.sampleTypes.findIndex((candidate) => candidate.type === type && candidate.unit === unit),
    )
    const width = folded.sampleTypes.length
    const into = this.#values[side]
    // The head's lines replace those of the base.
    this.#lineWeight.fill(0)
    for (let entry = 0; entry < folded.count; entry++) {
      const values = columns.map((column) => (column === -1 ? 0 : folded.value[entry * width + column]!))
      if (values.every((value) => value === 0)) continue
      into.push(this.#walk(folded.stack[entry]!, Math.abs(values[0]!)), ...values)
    }
  }

  finish(): CallTree {
    const { count } = this.#nodes
    const parent = this.#nodes.parent.slice(0, count)
    const width = this.#types.length + 1
    const side = (name: SideName): TreeSide => {
      const values = this.#values[name]
      const self = this.#types.map((_, t) => {
        const column = new Float64Array(count)
        for (let i = 0; i < values.length; i += width) column[values[i]!]! += values[i + t + 1]!
        return column
      })
      return { self, total: self.map((column) => totals(column, parent)) }
    }
    return {
      types: this.#types,
      functions: this.#functions,
      count,
      parent,
      function: this.#nodes.function.slice(0, count),
      line: this.#line.slice(0, count),
      base: side('base'),
      head: side('head'),
    }
  }

  /** The node of a stack, made where it is not there yet. */
  #walk(stack: number, weight: number): number {
    const path = this.#stacks.path(stack)
    let node = 0
    for (let i = path.length - 1; i >= 0; i--) {
      const frame = path[i]!
      node = this.#nodes.child(node, this.#functionOf(frame))
      if (node >= this.#line.length) this.#grow(node)
      if (weight + 1 > this.#lineWeight[node]!) {
        this.#lineWeight[node] = weight + 1
        this.#line[node] = this.#stacks.frame(frame).line
      }
    }
    return node
  }

  #grow(node: number): void {
    this.#line = withRoom(this.#line, node + 1)
    const weights = new Float64Array(this.#line.length)
    weights.set(this.#lineWeight)
    this.#lineWeight = weights
  }

  #functionOf(frame: number): number {
    const id = this.#stacks.functionOf(frame)
    const known = this.#known[id]
    if (known !== undefined) return known
    const name = stableName(this.#stacks.functionName(id))
    let index = this.#byName.get(name)
    if (index === undefined) {
      index = this.#functions.push({ name, file: this.#stacks.frame(frame).file }) - 1
      this.#byName.set(name, index)
    }
    this.#known[id] = index
    return index
  }
}

/** Nodes by parent and function, in an open-addressing table: a Map costs five times as much. */
class Nodes {
  count = 1
  parent = new Int32Array(1024).fill(-1)
  function = new Int32Array(1024).fill(-1)
  /** Node, 0 for free; the length is a power of two, at most half full. */
  #table = new Int32Array(4096)

  /** The child of a node for a function, made where it is not there yet. */
  child(parent: number, fn: number): number {
    const mask = this.#table.length - 1
    let slot = hash(parent, fn) & mask
    for (let node = this.#table[slot]!; node !== 0; node = this.#table[slot]!) {
      if (this.parent[node] === parent && this.function[node] === fn) return node
      slot = (slot + 1) & mask
    }
    const node = this.count++
    this.parent = withRoom(this.parent, node + 1)
    this.function = withRoom(this.function, node + 1)
    this.parent[node] = parent
    this.function[node] = fn
    this.#table[slot] = node
    if (this.count * 2 > this.#table.length) this.#rehash()
    return node
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 4)
    const mask = table.length - 1
    for (let node = 1; node < this.count; node++) {
      let slot = hash(this.parent[node]!, this.function[node]!) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = node
    }
    this.#table = table
  }
}

function hash(parent: number, fn: number): number {
  const mixed = Math.imul(Math.imul(parent, 0x9e3779b1) ^ fn, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

function totals(self: Float64Array, parent: Int32Array): Float64Array {
  const sums = self.slice()
  for (let i = sums.length - 1; i > 0; i--) sums[parent[i]!]! += sums[i]!
  return sums
}
