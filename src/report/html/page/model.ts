import type { GraphData } from '../payload.ts'

/** Weights of one sample type; totals go down the tree, all columns by frame. */
export interface Weights {
  readonly base: Float64Array
  readonly head: Float64Array
  /** Sum of what grew in the frame and below it, noise included. */
  readonly grew: Float64Array
  /** The width of "only growth": nothing for noise, else what grew beyond it, at least the frame's own net growth. */
  readonly growth: Float64Array
  /** Sum of the larger side: the width of "all frames". */
  readonly most: Float64Array
  /** 1 where the change is within the noise. */
  readonly noise: Uint8Array
}

/** A graph with the relations between its frames. Frames are in preorder. */
export class GraphModel {
  readonly data: GraphData
  readonly count: number
  readonly parent: Int32Array
  /** One past the last frame below each frame. */
  readonly end: Int32Array
  /** Children of frame i: child[childStart[i] .. childStart[i + 1]]. */
  readonly childStart: Int32Array
  readonly child: Int32Array
  readonly #weights: (Weights | undefined)[] = []

  constructor(data: GraphData) {
    this.data = data
    const count = data.head.frames
    const depth = data.frameDepth
    const parent = new Int32Array(count)
    const end = new Int32Array(count).fill(count)
    const childStart = new Int32Array(count + 2)
    const open: number[] = []
    for (let i = 0; i < count; i++) {
      const level = depth[i]!
      while (open.length > level) end[open.pop()!] = i
      parent[i] = open.length === 0 ? -1 : open[open.length - 1]!
      if (i > 0) childStart[parent[i]! + 2]!++
      open.push(i)
    }
    for (let i = 2; i < childStart.length; i++) childStart[i]! += childStart[i - 1]!
    const child = new Int32Array(Math.max(0, count - 1))
    for (let i = 1; i < count; i++) child[childStart[parent[i]! + 1]!++] = i
    this.count = count
    this.parent = parent
    this.end = end
    this.childStart = childStart
    this.child = child
  }

  weights(type: number): Weights {
    this.#weights[type] ??= weigh(this, type)
    return this.#weights[type]
  }

  name(frame: number): string {
    const { head, frameFunction, frameLine } = this.data
    const fn = frameFunction[frame]!
    if (fn !== head.foldedFunction) return head.functions[fn]!
    return `${frameLine[frame]} small frame${frameLine[frame] === 1 ? '' : 's'}, folded`
  }

  isFolded(frame: number): boolean {
    return this.data.frameFunction[frame] === this.data.head.foldedFunction
  }

  isOwn(frame: number): boolean {
    return (this.data.own[this.data.frameFunction[frame]!]! & 1) === 1
  }

  /** `path:line`; empty for the root and for folded frames. */
  place(frame: number): string {
    if (frame === 0 || this.isFolded(frame)) return ''
    return this.placeOf(this.data.frameFunction[frame]!, this.data.frameLine[frame]!)
  }

  placeOf(fn: number, line: number): string {
    const file = this.data.head.files[this.data.file[fn]!] ?? ''
    return file === '' ? '' : `${file}:${line}`
  }

  /** The path in the checkout, for links. */
  pathOf(fn: number): string | undefined {
    return (this.data.own[fn]! & 2) === 2 ? this.data.head.files[this.data.file[fn]!] : undefined
  }
}

function weigh(model: GraphModel, type: number): Weights {
  const { data, count, parent } = model
  const [selfBase, selfHead] = [data.frameBase[type]!, data.frameHead[type]!]
  const base = selfBase.slice()
  const head = selfHead.slice()
  const grew = new Float64Array(count)
  const most = new Float64Array(count)
  for (let i = count - 1; i >= 0; i--) {
    const [b, h] = [selfBase[i]!, selfHead[i]!]
    if (h > b) grew[i]! += h - b
    most[i]! += h > b ? h : b
    const up = parent[i]!
    if (up === -1) continue
    base[up]! += base[i]!
    head[up]! += head[i]!
    grew[up]! += grew[i]!
    most[up]! += most[i]!
  }
  const noise = noiseOf(model, type, base, head)
  const growth = new Float64Array(count)
  for (let i = count - 1; i >= 0; i--) {
    if (noise[i] === 1) growth[i] = 0
    else growth[i] = Math.max(growth[i]! + Math.max(0, selfHead[i]! - selfBase[i]!), head[i]! - base[i]!)
    if (parent[i]! !== -1) growth[parent[i]!]! += growth[i]!
  }
  return { base, head, grew, growth, most, noise }
}

/** Goroutines come and go with connections; one more or less tells nothing. */
const GOROUTINES = 2

/**
 * Heap profiles are samples: of s samples about the square root of s is chance. Below three times that, which leaves a
 * few of a thousand frames that only seem to have changed, and below two goroutines, a change is noise.
 */
export function isNoise(base: number, head: number, sampling: number): boolean {
  return Math.abs(head - base) < (sampling > 0 ? 3 * Math.sqrt((head + base) * sampling) : GOROUTINES)
}

/** Objects are sampled by their bytes, so their noise is that of the bytes. */
function noiseOf(model: GraphModel, type: number, base: Float64Array, head: Float64Array): Uint8Array {
  const { sampling, types } = model.data.head
  const noise = new Uint8Array(model.count)
  const bytes = types.findIndex(({ unit }) => unit === 'bytes')
  if (bytes !== -1 && bytes !== type) return model.weights(bytes).noise
  for (let i = 0; i < model.count; i++) {
    noise[i] = isNoise(base[i]!, head[i]!, sampling) ? 1 : 0
  }
  // What leads to a finding was tested more closely than this.
  for (const [pin] of model.data.head.pins) {
    for (let frame = pin; frame !== -1; frame = model.parent[frame]!) noise[frame] = 0
  }
  return noise
}
