import type { GraphModel, Weights } from './model.ts'

export type WidthMode = 'growth' | 'all'

/** Boxes narrower than this are not drawn. */
export const NARROWEST = 0.5

/** Where every frame lies for one way to measure width: children side by side, widest first. */
export class Layout {
  readonly model: GraphModel
  readonly weights: Weights
  /** Width and left edge in the unit of the sample type. */
  readonly width: Float64Array
  readonly left: Float64Array
  /** Children by width, in the ranges of model.childStart; #shown of them have a width. */
  readonly order: Int32Array
  readonly #shown: Int32Array

  constructor(model: GraphModel, weights: Weights, mode: WidthMode) {
    this.model = model
    this.weights = weights
    this.width = mode === 'growth' ? weights.growth : weights.most
    this.left = new Float64Array(model.count)
    this.order = model.child.slice()
    this.#shown = new Int32Array(model.count)
    const { childStart } = model
    for (let i = 0; i < model.count; i++) this.#place(i, childStart[i]!, childStart[i + 1]!)
  }

  #place(frame: number, from: number, to: number): void {
    if (from === to) return
    const { width, order, left } = this
    if (to - from > 1) this.#sort(from, to)
    let x = left[frame]!
    let shown = 0
    for (let at = from; at < to; at++) {
      const child = order[at]!
      if (!(width[child]! > 0)) break
      left[child] = x
      x += width[child]!
      shown++
    }
    this.#shown[frame] = shown
  }

  /** Most frames have a handful of children, for which a sort by insertion is by far the fastest. */
  #sort(from: number, to: number): void {
    const { width, order } = this
    if (to - from > 24) {
      order.subarray(from, to).sort((a, b) => width[b]! - width[a]! || a - b)
      return
    }
    for (let i = from + 1; i < to; i++) {
      const child = order[i]!
      const wide = width[child]!
      let at = i
      for (; at > from && width[order[at - 1]!]! < wide; at--) order[at] = order[at - 1]!
      order[at] = child
    }
  }

  /** Children that have a width, widest first. */
  children(frame: number): Int32Array {
    const from = this.model.childStart[frame]!
    return this.order.subarray(from, from + this.#shown[frame]!)
  }

  /** The frame beside it, in the order they are drawn; itself at the end. */
  sibling(frame: number, step: 1 | -1): number {
    const parent = this.model.parent[frame]!
    if (parent === -1) return frame
    const children = this.children(parent)
    return children[children.indexOf(frame) + step] ?? frame
  }

  /** Visits the frames that are wide enough to see below `root`, at `scale` pixels to the unit. */
  visit(root: number, scale: number, see: (frame: number) => void): void {
    const { order, width, model } = this
    const pending = [root]
    while (pending.length > 0) {
      const frame = pending.pop()!
      see(frame)
      const from = model.childStart[frame]!
      const to = from + this.#shown[frame]!
      for (let at = from; at < to; at++) {
        const child = order[at]!
        if (width[child]! * scale < NARROWEST) break
        pending.push(child)
      }
    }
  }

  /** The frame at a depth below `root` that covers `x`; -1 where nothing is. */
  at(root: number, depth: number, x: number): number {
    const { model, left, width } = this
    let frame = root
    const levels = depth - model.data.frameDepth[root]!
    for (let level = 0; level < levels; level++) {
      const children = this.children(frame)
      let low = 0
      let high = children.length
      while (low < high) {
        const middle = (low + high) >> 1
        const child = children[middle]!
        if (left[child]! + width[child]! <= x) low = middle + 1
        else high = middle
      }
      const found = children[low]
      if (found === undefined || left[found]! > x) return -1
      frame = found
    }
    return frame
  }
}
