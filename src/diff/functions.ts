import type { Folded } from '../profile/fold.ts'
import type { Stacks } from '../profile/stacks.ts'

/**
 * Flat and cum growth by function, head − base, as `go tool pprof -top -diff_base` counts it: flat goes to the leaf,
 * cum to every function of the stack once however often it recurs.
 */
export interface FunctionGrowth {
  readonly function: string
  readonly flat: number
  readonly cum: number
}

export interface FunctionTable {
  readonly rows: readonly FunctionGrowth[]
  /** Sum of absolute values: of the base where there is one, else of the profile; pprof's hundred percent. */
  readonly total: number
}

/**
 * The table of one sample type. Rows that are zero in both columns are left out; largest flat first, then name.
 * Without a base: the profile's own flat and cum.
 */
export function functionGrowth(base: Folded | undefined, head: Folded, type: number, stacks: Stacks): FunctionTable {
  const sums = new FunctionSums(stacks)
  sums.add(head, type, 1)
  let total = magnitude(head, type)
  if (base !== undefined) {
    const baseType = pairedType(base, head, type)
    if (baseType !== -1) sums.add(base, baseType, -1)
    total = baseType === -1 ? 0 : magnitude(base, baseType)
  }
  return { rows: sums.rows(), total }
}

/** Index of the base's sample type of the same name and unit, -1 if it has none. */
export function pairedType(base: Folded, head: Folded, type: number): number {
  const wanted = head.sampleTypes[type]!
  return base.sampleTypes.findIndex((candidate) => candidate.type === wanted.type && candidate.unit === wanted.unit)
}

function magnitude(folded: Folded, type: number): number {
  let sum = 0
  for (let i = type; i < folded.value.length; i += folded.sampleTypes.length) sum += Math.abs(folded.value[i]!)
  return sum
}

class FunctionSums {
  readonly #stacks: Stacks
  readonly #runs: ReturnType<Stacks['runFunctions']>
  readonly #flat: Float64Array
  readonly #cum: Float64Array
  /** Last stack that counted towards cum, so that recursion counts once. */
  readonly #seen: Int32Array
  #stamp = 0

  constructor(stacks: Stacks) {
    this.#stacks = stacks
    this.#runs = stacks.runFunctions()
    this.#flat = new Float64Array(stacks.functionCount)
    this.#cum = new Float64Array(stacks.functionCount)
    this.#seen = new Int32Array(stacks.functionCount)
  }

  add(folded: Folded, type: number, sign: 1 | -1): void {
    const types = folded.sampleTypes.length
    const { start, run } = this.#stacks.stackRuns()
    for (let entry = 0; entry < folded.count; entry++) {
      const value = sign * folded.value[entry * types + type]!
      if (value === 0) continue
      const stack = folded.stack[entry]!
      this.#addStack(run, start[stack]!, start[stack + 1]!, value)
    }
  }

  rows(): FunctionGrowth[] {
    const rows: FunctionGrowth[] = []
    for (let id = 0; id < this.#flat.length; id++) {
      const [flat, cum] = [this.#flat[id]!, this.#cum[id]!]
      if (flat !== 0 || cum !== 0) rows.push({ function: this.#stacks.functionName(id), flat, cum })
    }
    return rows.sort(byFlat)
  }

  #addStack(runs: Int32Array, from: number, to: number, value: number): void {
    const { start, function: functions } = this.#runs
    const [seen, cum] = [this.#seen, this.#cum]
    const stamp = ++this.#stamp
    if (from < to) this.#flat[functions[start[runs[from]!]!]!]! += value
    for (let i = from; i < to; i++) {
      const end = start[runs[i]! + 1]!
      for (let at = start[runs[i]!]!; at < end; at++) {
        const id = functions[at]!
        if (seen[id] === stamp) continue
        seen[id] = stamp
        cum[id]! += value
      }
    }
  }
}

function byFlat(a: FunctionGrowth, b: FunctionGrowth): number {
  return (
    Math.abs(b.flat) - Math.abs(a.flat) ||
    (a.function < b.function ? -1 : a.function > b.function ? 1 : 0) ||
    Math.abs(b.cum) - Math.abs(a.cum)
  )
}
