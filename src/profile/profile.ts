/**
 * A decoded profile, in the words of pprof's profile.proto. Column-wise: a heap profile has a few hundred thousand
 * samples and an object for each would cost ten times the time and memory.
 *
 * Everything is in the file's order. Samples refer to locations, locations to functions, by ordinal (index), not by
 * the ids of the file.
 */
export interface Profile {
  /** Name of the file or URL it was read from, for messages. */
  readonly source: string
  readonly sampleTypes: readonly SampleType[]
  /** The type pprof shows unless asked: the profile's own default, else the last. Index into sampleTypes. */
  readonly defaultSampleType: number
  /** True where the file names its default itself; Go's allocs profile does, its heap profile does not. */
  readonly namesDefaultSampleType: boolean
  readonly periodType: SampleType | undefined
  /** Sampling period in periodType's unit; for heap profiles runtime.MemProfileRate, bytes per sample. */
  readonly period: number
  /** Collection time, nanoseconds since 1970; 0 where unknown. */
  readonly timeNanos: bigint
  readonly durationNanos: bigint
  readonly comments: readonly string[]
  readonly dropFrames: string
  readonly keepFrames: string
  readonly mappings: readonly Mapping[]
  readonly functions: Functions
  readonly locations: Locations
  readonly samples: Samples
  /** False when a value or a sum of values passes 2^53 and so is rounded to a double. */
  readonly exact: boolean
}

/** What a value counts, e.g. inuse_space in bytes. */
export interface SampleType {
  readonly type: string
  readonly unit: string
}

export interface Mapping {
  readonly start: bigint
  readonly limit: bigint
  readonly offset: bigint
  readonly file: string
  readonly buildId: string
}

/** Columns of length count. */
export interface Functions {
  readonly count: number
  /** Name as pprof prints it, e.g. `net/http.(*conn).serve`. */
  name(ordinal: number): string
  systemName(ordinal: number): string
  file(ordinal: number): string
  readonly startLine: Float64Array
}

/**
 * Columns of length count. The lines of location l are lineFunction[lineStart[l] .. lineStart[l + 1]]: innermost
 * inlined function first, the real frame last.
 */
export interface Locations {
  readonly count: number
  /** Index into mappings, -1 for none. */
  readonly mapping: Int32Array
  readonly address: BigUint64Array
  readonly lineStart: Int32Array
  readonly lineFunction: Int32Array
  readonly lineNumber: Float64Array
}

/**
 * Columns. The stack of sample s is location[locationStart[s] .. locationStart[s + 1]], leaf first; its values are
 * value[s * sampleTypes .. (s + 1) * sampleTypes].
 */
export interface Samples {
  readonly count: number
  /** Locations of the longest stack. */
  readonly deepest: number
  readonly locationStart: Int32Array
  readonly location: Int32Array
  readonly value: Float64Array
  /** Numeric label `bytes` of Go's heap profile: the size class of the block, 0 where there is none. */
  readonly blockSize: Float64Array
  /** All labels of one sample; read from the file's bytes when asked. */
  labels(sample: number): readonly Label[]
}

export interface Label {
  readonly key: string
  /** Text label, or undefined for a numeric one. */
  readonly text: string | undefined
  readonly number: bigint
  readonly unit: string
}
