import type { CallTree } from '../../diff/tree.ts'
import type { Evidence, Finding } from '../../policy/finding.ts'
import { isCompilerWrapper, isRuntime, stableName } from '../../profile/symbol.ts'
import { childrenOf } from './function-rows.ts'
import type { GraphProfile } from './graphs.ts'

/** A finding with its number in the document. */
export interface NumberedFinding {
  readonly number: number
  readonly finding: Finding
}

export interface Pins {
  /** Node of the line to fix and the number of the finding it belongs to. */
  readonly pins: readonly (readonly [node: number, finding: number])[]
  /** 1 for every node on the way from the root to the end of a finding's stack. */
  readonly path: Uint8Array
}

/** Where the findings of a service are in one of its trees. */
export function pinsIn(tree: CallTree, profile: GraphProfile, findings: readonly NumberedFinding[]): Pins {
  const path = new Uint8Array(tree.count)
  const pins: [number, number][] = []
  const children = childrenOf(tree)
  const walked = new Set<string>()
  for (const { number, finding } of findings) {
    for (const evidence of finding.evidence) {
      if (profileOf(evidence) !== profile || evidence.stack.length === 0) continue
      const names = evidence.stack.map((place) => stableName(place.function)).reverse()
      const wanted = finding.culprit === undefined ? undefined : stableName(finding.culprit.function)
      const key = `${number}\n${names.join('\n')}`
      if (walked.has(key)) continue
      walked.add(key)
      for (const end of endsOf(tree, children, names)) {
        const pin = mark(tree, end, wanted, path)
        if (pin !== undefined && !pins.some(([node, of]) => node === pin && of === number)) pins.push([pin, number])
      }
    }
  }
  return { pins, path }
}

function profileOf({ metric }: Evidence): GraphProfile {
  return metric.startsWith('goroutines') ? 'goroutine' : 'heap'
}

/** Nodes at which a stack ends, root first; what evidence leaves out of a stack may lie between its frames. */
function endsOf(tree: CallTree, { start, child }: ReturnType<typeof childrenOf>, names: readonly string[]): number[] {
  const ends: number[] = []
  const pending: [node: number, matched: number][] = [[0, 0]]
  while (pending.length > 0) {
    const [node, matched] = pending.pop()!
    if (matched === names.length) {
      ends.push(node)
      continue
    }
    for (let c = start[node]!; c < start[node + 1]!; c++) {
      const next = child[c]!
      const name = tree.functions[tree.function[next]!]!.name
      if (name === names[matched]) pending.push([next, matched + 1])
      else if (isRuntime(name) || isCompilerWrapper(name)) pending.push([next, matched])
    }
  }
  return ends
}

/** Marks the way up; the pin is the deepest node of the wanted function, else the end itself. */
function mark(tree: CallTree, end: number, wanted: string | undefined, path: Uint8Array): number | undefined {
  let pin: number | undefined
  for (let node = end; node > 0; node = tree.parent[node]!) {
    path[node] = 1
    if (pin === undefined && tree.functions[tree.function[node]!]!.name === wanted) pin = node
  }
  return pin ?? end
}
