import type { LegacyBuilder } from './builder.ts'

/** One in so many samples may differ in a frame that is yet the measurement's own. */
const SIMILAR = 32

/**
 * A profiler that works by signals finds the leaf both in the signal and on the stack, there one behind: the second is
 * dropped, as pprof does.
 */
export function dropRepeatedLeaf(builder: LegacyBuilder): void {
  for (const stack of builder.stacks) {
    if (stack.length > 1 && builder.address(stack[0]!) === builder.address(stack[1]!) + 1n) stack.splice(1, 1)
  }
}

/** Where nearly all stacks have the same second frame, it is the signal handler's; at most two are dropped. */
export function dropHandlers({ stacks }: LegacyBuilder): void {
  const enough = stacks.length - Math.floor(stacks.length / SIMILAR)
  for (let round = 0; round < 2; round++) {
    const counts = new Map<number, number>()
    for (const [, second] of stacks) if (second !== undefined) counts.set(second, (counts.get(second) ?? 0) + 1)
    for (const [location, count] of counts) {
      if (count < enough) continue
      for (const stack of stacks) if (stack[1] === location) stack.splice(1, 1)
      break
    }
  }
}
