import type { Profile, SampleType } from './profile.ts'
import type { Stacks } from './stacks.ts'

/**
 * A profile folded onto interned stacks: one entry per stack and block size, values summed. Columns of length count;
 * the values of entry e are value[e * sampleTypes .. (e + 1) * sampleTypes].
 */
export interface Folded {
  readonly source: string
  readonly sampleTypes: readonly SampleType[]
  readonly defaultSampleType: number
  readonly namesDefaultSampleType: boolean
  readonly periodType: SampleType | undefined
  readonly period: number
  readonly timeNanos: bigint
  readonly durationNanos: bigint
  readonly buildId: string
  readonly exact: boolean
  readonly count: number
  readonly stack: Int32Array
  /** Bytes of one block, from the label `bytes` of heap profiles; 0 where there is none. */
  readonly blockSize: Float64Array
  readonly value: Float64Array
}

/** Folds a profile. Labels other than the block size are summed over, as pprof does. */
export function foldProfile(profile: Profile, stacks: Stacks): Folded {
  const { samples, sampleTypes } = profile
  const types = sampleTypes.length
  const runs = locationRuns(profile, stacks)
  const scratch = new Int32Array(deepest(profile, runs) + 1)
  const stack = new Int32Array(samples.count)
  const blockSize = new Float64Array(samples.count)
  const value = new Float64Array(samples.count * types)
  const entries = new Entries(samples.count)
  for (let s = 0; s < samples.count; s++) {
    const id = stacks.stackId(scratch, spell(profile, runs, s, scratch))
    const size = samples.blockSize[s]!
    const entry = entries.find(id, size, stack, blockSize)
    for (let t = 0; t < types; t++) value[entry * types + t]! += samples.value[s * types + t]!
  }
  const count = entries.count
  return {
    source: profile.source,
    sampleTypes,
    defaultSampleType: profile.defaultSampleType,
    namesDefaultSampleType: profile.namesDefaultSampleType,
    periodType: profile.periodType,
    period: profile.period,
    timeNanos: profile.timeNanos,
    durationNanos: profile.durationNanos,
    buildId: profile.mappings[0]?.buildId ?? '',
    exact: profile.exact,
    count,
    stack: stack.subarray(0, count),
    blockSize: blockSize.subarray(0, count),
    value: value.subarray(0, count * types),
  }
}

/** Index of a sample type by name, -1 if the profile has none. */
export function sampleTypeIndex(folded: { sampleTypes: readonly SampleType[] }, type: string): number {
  return folded.sampleTypes.findIndex((candidate) => candidate.type === type)
}

/** Sum of one sample type over all stacks. */
export function total(folded: Folded, type: number): number {
  let sum = 0
  for (let i = type; i < folded.value.length; i += folded.sampleTypes.length) sum += folded.value[i]!
  return sum
}

/** Which entry a (stack, block size) has; most stacks have one size, the others chain. */
class Entries {
  count = 0
  readonly #first = new Map<number, number>()
  readonly #next: Int32Array

  constructor(capacity: number) {
    this.#next = new Int32Array(capacity).fill(-1)
  }

  find(id: number, size: number, stack: Int32Array, blockSize: Float64Array): number {
    let entry = this.#first.get(id)
    let last = -1
    while (entry !== undefined && entry !== -1) {
      if (blockSize[entry] === size) return entry
      last = entry
      entry = this.#next[entry]
    }
    const added = this.count++
    stack[added] = id
    blockSize[added] = size
    if (last === -1) this.#first.set(id, added)
    else this.#next[last] = added
    return added
  }
}

/** Frame ids of each location, leaf first: location l spans frame[start[l] .. start[l + 1]]. */
interface Runs {
  readonly start: Int32Array
  readonly frame: Int32Array
}

function locationRuns({ locations, functions, mappings }: Profile, stacks: Stacks): Runs {
  const start = new Int32Array(locations.count + 1)
  const frame = new Int32Array(locations.lineFunction.length + locations.count)
  let used = 0
  for (let l = 0; l < locations.count; l++) {
    const from = locations.lineStart[l]!
    const to = locations.lineStart[l + 1]!
    const object = objectName(mappings[locations.mapping[l]!]?.file)
    if (from === to) frame[used++] = stacks.frameId(object, '', 0)
    for (let i = from; i < to; i++) {
      const f = locations.lineFunction[i]!
      frame[used++] = stacks.frameId(functions.name(f) || object, functions.file(f), locations.lineNumber[i]!)
    }
    start[l + 1] = used
  }
  return { start, frame: frame.subarray(0, used) }
}

/** pprof's name for frames without a symbol. */
function objectName(file: string | undefined): string {
  if (file === undefined || file === '') return '<unknown>'
  return `[${file.slice(file.lastIndexOf('/') + 1)}]`
}

function deepest({ samples }: Profile, runs: Runs): number {
  let most = 0
  for (let s = 0; s < samples.count; s++) {
    let depth = 0
    for (let i = samples.locationStart[s]!; i < samples.locationStart[s + 1]!; i++) {
      const l = samples.location[i]!
      depth += runs.start[l + 1]! - runs.start[l]!
    }
    if (depth > most) most = depth
  }
  return most
}

/** Writes the frames of a sample's stack into `into`, leaf first, and returns how many. */
function spell({ samples }: Profile, runs: Runs, sample: number, into: Int32Array): number {
  let depth = 0
  for (let i = samples.locationStart[sample]!; i < samples.locationStart[sample + 1]!; i++) {
    const l = samples.location[i]!
    for (let f = runs.start[l]!; f < runs.start[l + 1]!; f++) into[depth++] = runs.frame[f]!
  }
  return depth
}
