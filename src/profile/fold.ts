import type { Profile, SampleType } from './profile.ts'
import { withRoom } from './sequences.ts'
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
  const { sampleTypes } = profile
  const { count, stack, blockSize, value } = foldSamples(profile, stacks)
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
    value: value.subarray(0, count * sampleTypes.length),
  }
}

function foldSamples(profile: Profile, stacks: Stacks): Pick<Folded, 'count' | 'stack' | 'blockSize' | 'value'> {
  const { samples } = profile
  const { location, locationStart } = samples
  const types = profile.sampleTypes.length
  const runs = runsOf(profile, stacks)
  const scratch = new Int32Array(samples.deepest)
  const stack = new Int32Array(samples.count)
  // Go writes each stack and size once: as long as that holds, the profile's own columns serve. Memory costs time.
  let { blockSize, value } = samples
  let shared = true
  stacks.reserve(samples.count, location.length)
  const entries = new Entries(samples.count, stacks.count)
  for (let s = 0; s < samples.count; s++) {
    const from = locationStart[s]!
    const depth = locationStart[s + 1]! - from
    for (let i = 0; i < depth; i++) scratch[i] = runs[location[from + i]!]!
    const known = entries.count
    const entry = entries.find(stacks.stackOfRuns(scratch, depth), samples.blockSize[s]!, stack, blockSize)
    if (entry === s) continue
    if (shared) {
      shared = false
      blockSize = blockSize.slice()
      value = value.slice()
    }
    for (let t = 0; t < types; t++) {
      value[entry * types + t] = (entry < known ? value[entry * types + t]! : 0) + samples.value[s * types + t]!
    }
  }
  return { count: entries.count, stack, blockSize, value }
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

/** Longer chains are not walked: a profile could have a million sizes of one stack. */
const CHAIN = 16

/** Which entry a (stack, block size) has; most stacks have one size, some a few, which chain. */
class Entries {
  count = 0
  /** First entry of each stack + 1, 0 for none. */
  readonly #first: Int32Array
  /** Next entry of the same stack + 1. */
  readonly #next: Int32Array
  /** Entries by size of the stacks with more sizes than a chain holds. */
  readonly #many = new Map<number, Map<number, number>>()

  constructor(capacity: number, stacks: number) {
    this.#first = new Int32Array(stacks + capacity)
    this.#next = new Int32Array(capacity)
  }

  find(id: number, size: number, stack: Int32Array, blockSize: Float64Array): number {
    let last = -1
    let length = 0
    for (let entry = this.#first[id]! - 1; entry !== -1 && length < CHAIN; entry = this.#next[entry]! - 1) {
      if (blockSize[entry] === size) return entry
      last = entry
      length++
    }
    const known = length < CHAIN ? undefined : this.#many.get(id)?.get(size)
    if (known !== undefined) return known
    const added = this.count++
    stack[added] = id
    blockSize[added] = size
    if (last === -1) this.#first[id] = added + 1
    else if (length < CHAIN) this.#next[last] = added + 1
    else this.#keep(id, size, added)
    return added
  }

  #keep(id: number, size: number, entry: number): void {
    const sizes = this.#many.get(id)
    if (sizes === undefined) this.#many.set(id, new Map([[size, entry]]))
    else sizes.set(size, entry)
  }
}

/** The run of each location: its frames, interned. */
function runsOf({ locations, functions, mappings }: Profile, stacks: Stacks): Int32Array {
  const { count, lineStart, lineFunction, lineNumber } = locations
  const runs = new Int32Array(count)
  let frames = new Int32Array(16)
  // Text is looked up once for each function, not for each of its lines.
  const places = new Int32Array(functions.count).fill(-1)
  for (let l = 0; l < count; l++) {
    const from = lineStart[l]!
    const length = lineStart[l + 1]! - from
    const object = objectName(mappings[locations.mapping[l]!]?.file)
    frames = withRoom(frames, length)
    for (let i = 0; i < length; i++) {
      const f = lineFunction[from + i]!
      let place = places[f]!
      if (place === -1) {
        const name = functions.name(f)
        place = stacks.placeId(name || object, functions.file(f))
        // Without a name it depends on the location.
        if (name !== '') places[f] = place
      }
      frames[i] = stacks.frameAt(place, lineNumber[from + i]!)
    }
    if (length === 0) frames[0] = stacks.frameId(object, '', 0)
    runs[l] = stacks.runId(frames, Math.max(1, length))
  }
  return runs
}

/** pprof's name for frames without a symbol. */
function objectName(file: string | undefined): string {
  if (file === undefined || file === '') return '<unknown>'
  return `[${file.slice(file.lastIndexOf('/') + 1)}]`
}
