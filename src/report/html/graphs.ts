import { type CallTree, mergedTree } from '../../diff/tree.ts'
import { judgedWindow } from '../../diff/window.ts'
import { type Checkout, NO_CHECKOUT, type Party, partyOf } from '../../policy/checkout.ts'
import type { Recording } from '../../profile/recording.ts'

export type GraphProfile = 'heap' | 'goroutine'

/** The calls of one profile of one service, base and head in one tree: the last judged snapshot of each. */
export interface FlameGraph {
  readonly service: string
  readonly profile: GraphProfile
  readonly tree: CallTree
  /** Of each function of the tree, whose code it is and where in the checkout. */
  readonly places: readonly GraphPlace[]
}

export interface GraphPlace {
  readonly party: Party
  readonly path: string | undefined
}

const SAMPLE_TYPES: Readonly<Record<GraphProfile, readonly string[]>> = {
  heap: ['inuse_space', 'inuse_objects'],
  goroutine: ['goroutine', 'goroutines'],
}

/** The graphs of one service. Both recordings must share their Stacks. */
export function flameGraphs(
  base: Recording | undefined,
  head: Recording,
  checkout: Checkout = NO_CHECKOUT,
): FlameGraph[] {
  const window = judgedWindow(base, head)
  const [last, baseLast] = [window.head[window.to - 1], window.base[window.to - 1]]
  return (['heap', 'goroutine'] as const).flatMap((profile) => {
    const folded = last?.[profile]
    const tree =
      folded === undefined ? undefined : mergedTree(baseLast?.[profile], folded, SAMPLE_TYPES[profile], head.stacks)
    if (tree === undefined || tree.count === 1) return []
    return [{ service: head.service, profile, tree, places: placesIn(tree, checkout) }]
  })
}

function placesIn(tree: CallTree, checkout: Checkout): GraphPlace[] {
  return tree.functions.map(({ name, file }) => ({
    party: partyOf({ function: name, file, line: 0 }, checkout),
    path: checkout.locate(file),
  }))
}
