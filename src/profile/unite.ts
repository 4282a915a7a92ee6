import type { Folded } from './fold.ts'

/**
 * Several captures of the same goroutineleak profile as one: for every stack the largest count. A single capture can
 * miss goroutines that only the next one proves leaked (golang/go#79452), so that a sum would be wrong and any one
 * too little.
 */
export function uniteCaptures(captures: readonly Folded[]): Folded | undefined {
  const [first, ...others] = captures
  if (first === undefined || others.length === 0) return first
  const types = first.sampleTypes.length
  const most = new Map<number, Float64Array>()
  for (const capture of captures) {
    for (let entry = 0; entry < capture.count; entry++) {
      const values = capture.value.subarray(entry * types, (entry + 1) * types)
      const known = most.get(capture.stack[entry]!)
      if (known === undefined) most.set(capture.stack[entry]!, Float64Array.from(values))
      else for (let t = 0; t < types; t++) known[t] = Math.max(known[t]!, values[t]!)
    }
  }
  const value = new Float64Array(most.size * types)
  for (const [i, values] of [...most.values()].entries()) value.set(values, i * types)
  return {
    ...first,
    count: most.size,
    stack: Int32Array.from(most.keys()),
    blockSize: new Float64Array(most.size),
    value,
  }
}
