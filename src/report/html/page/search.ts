import type { GraphModel, Weights } from './model.ts'

export interface Matches {
  /** 1 for each function that matches. */
  readonly functions: Uint8Array
  /** Frames of these functions. */
  readonly frames: number
  /** What the topmost of them changed by, counted once on every path. */
  readonly change: number
  /** The topmost frames, those that grew most first. */
  readonly tops: readonly number[]
}

/**
 * Tells names that match: by the regular expression, or by the text as it stands, since Go's names are full of dots and
 * parentheses. Upper and lower case are the same.
 */
export function matcher(query: string): (name: string) => boolean {
  const text = query.toLowerCase()
  let expression: RegExp | undefined
  try {
    expression = new RegExp(query, 'i')
  } catch {
    // No regular expression, then: only the text itself.
  }
  return (name) => (expression?.test(name) ?? false) || name.toLowerCase().includes(text)
}

/** The frames whose function or file matches; undefined for an empty query. */
export function search(model: GraphModel, weights: Weights, query: string): Matches | undefined {
  if (query === '') return undefined
  const { head, file, frameFunction } = model.data
  const matches = matcher(query)
  const files = head.files.map((name) => matches(name))
  const functions = new Uint8Array(head.functions.length)
  for (const [i, name] of head.functions.entries()) {
    // The last two stand for the root and for folded frames.
    if (i < head.foldedFunction && (matches(name) || files[file[i]!])) functions[i] = 1
  }
  let frames = 0
  let change = 0
  let covered = 0
  const tops: number[] = []
  for (let i = 0; i < model.count; i++) {
    if (functions[frameFunction[i]!] === 0) continue
    frames++
    if (i < covered) continue
    covered = model.end[i]!
    change += weights.head[i]! - weights.base[i]!
    tops.push(i)
  }
  const growth = (frame: number): number => weights.head[frame]! - weights.base[frame]!
  tops.sort((a, b) => growth(b) - growth(a))
  return { functions, frames, change, tops }
}
