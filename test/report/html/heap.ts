import type { Folded } from '../../../src/profile/fold.ts'
import type { Stacks } from '../../../src/profile/stacks.ts'

/** A heap profile of stacks written as `function:line`, leaf first, each with the bytes it holds. */
export function heap(
  stacks: Stacks,
  ...entries: readonly (readonly [stack: readonly string[], bytes: number])[]
): Folded {
  const stack = Int32Array.from(entries, ([frames]) => {
    const ids = frames.map((frame) => {
      const colon = frame.lastIndexOf(':')
      const name = frame.slice(0, colon)
      return stacks.frameId(name, `${name}.go`, Number(frame.slice(colon + 1)))
    })
    return stacks.stackId(Int32Array.from(ids), ids.length)
  })
  return {
    source: 'heap',
    sampleTypes: [{ type: 'inuse_space', unit: 'bytes' }],
    defaultSampleType: 0,
    namesDefaultSampleType: false,
    periodType: undefined,
    period: 1,
    timeNanos: 0n,
    durationNanos: 0n,
    buildId: '',
    exact: true,
    count: entries.length,
    stack,
    blockSize: new Float64Array(entries.length),
    value: Float64Array.from(entries, ([, bytes]) => bytes),
  }
}
