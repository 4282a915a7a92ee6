import { UserError } from '../../errors.ts'
import type { Label, Profile, SampleType } from '../profile.ts'
import { Mappings } from './maps.ts'

/** More than any profile of a form of the past holds, less than would exhaust memory. */
const MOST_SAMPLES = 2_000_000
const MOST_LOCATIONS = 2_000_000
const MOST_FRAMES = 2 ** 24

interface Line {
  readonly function: number
  readonly line: number
}

/** Gathers what the legacy forms say, stacks of bare addresses, into a profile. */
export class LegacyBuilder {
  sampleTypes: SampleType[] = []
  periodType: SampleType | undefined
  period = 0
  durationNanos = 0n
  readonly mappings = new Mappings()
  /** Stack of each sample, as ordinals of locations, leaf first. */
  readonly stacks: number[][] = []
  readonly #values: number[][] = []
  readonly #blockSizes: number[] = []
  readonly #locations = new Map<bigint, number>()
  readonly #addresses: bigint[] = []
  /** Source lines by location, of the forms that name them. */
  readonly #lines = new Map<number, Line>()
  readonly #functions: { name: string; file: string }[] = []
  readonly #functionIds = new Map<string, number>()
  readonly #source: string
  #frames = 0

  constructor(source: string) {
    this.#source = source
  }

  get samples(): number {
    return this.stacks.length
  }

  add(addresses: readonly bigint[], values: number[], blockSize = 0): void {
    this.#frames += addresses.length
    if (this.samples === MOST_SAMPLES || this.#frames > MOST_FRAMES) {
      throw new UserError(`more than ${MOST_SAMPLES} samples or ${MOST_FRAMES} frames`, { where: this.#source })
    }
    this.stacks.push(addresses.map((address) => this.#locate(address)))
    this.#values.push(values)
    this.#blockSizes.push(blockSize)
  }

  /** One more of what was added last. */
  repeatLast(): void {
    const values = this.#values.at(-1)
    if (values !== undefined) values[0]! += 1
  }

  address(location: number): bigint {
    return this.#addresses[location]!
  }

  /** Gives the location of an address, where a sample has it, its name. */
  name(address: bigint, name: string, file: string, line: number): void {
    const location = this.#locations.get(address)
    if (location === undefined) return
    let id = this.#functionIds.get(name)
    if (id === undefined) {
      id = this.#functions.push({ name, file }) - 1
      this.#functionIds.set(name, id)
    }
    this.#lines.set(location, { function: id, line })
  }

  finish(): Profile {
    const types = this.sampleTypes.length
    const value = Float64Array.from(this.#values.flat())
    const blockSize = Float64Array.from(this.#blockSizes)
    const locationStart = new Int32Array(this.samples + 1)
    for (const [i, stack] of this.stacks.entries()) locationStart[i + 1] = locationStart[i]! + stack.length
    const location = new Int32Array(locationStart[this.samples]!)
    for (const [i, stack] of this.stacks.entries()) location.set(stack, locationStart[i]!)
    const functions = this.#functions
    return {
      source: this.#source,
      sampleTypes: this.sampleTypes,
      defaultSampleType: Math.max(0, types - 1),
      namesDefaultSampleType: false,
      periodType: this.periodType,
      period: this.period,
      timeNanos: 0n,
      durationNanos: this.durationNanos,
      comments: [],
      dropFrames: '',
      keepFrames: '',
      mappings: this.mappings.list,
      functions: {
        count: functions.length,
        name: (i) => functions[i]!.name,
        systemName: (i) => functions[i]!.name,
        file: (i) => functions[i]!.file,
        startLine: new Float64Array(functions.length),
      },
      locations: this.#locationColumns(),
      samples: {
        count: this.samples,
        deepest: this.stacks.reduce((most, stack) => Math.max(most, stack.length), 0),
        locationStart,
        location,
        value,
        blockSize,
        labels: (sample) => blockSizeLabel(blockSize[sample]!),
      },
      exact: value.reduce((sum, one) => sum + Math.abs(one), 0) <= 2 ** 53,
    }
  }

  #locate(address: bigint): number {
    let location = this.#locations.get(address)
    if (location === undefined) {
      location = this.#addresses.push(address) - 1
      if (location === MOST_LOCATIONS) {
        throw new UserError(`more than ${MOST_LOCATIONS} locations`, { where: this.#source })
      }
      this.#locations.set(address, location)
    }
    return location
  }

  #locationColumns(): Profile['locations'] {
    const count = this.#addresses.length
    const lineStart = new Int32Array(count + 1)
    const lineFunction: number[] = []
    const lineNumber: number[] = []
    const mapping = new Int32Array(count)
    for (let l = 0; l < count; l++) {
      const line = this.#lines.get(l)
      if (line !== undefined) {
        lineFunction.push(line.function)
        lineNumber.push(line.line)
      }
      lineStart[l + 1] = lineFunction.length
      mapping[l] = this.mappings.of(this.#addresses[l]!)
    }
    return {
      count,
      mapping,
      address: BigUint64Array.from(this.#addresses),
      lineStart,
      lineFunction: Int32Array.from(lineFunction),
      lineNumber: Float64Array.from(lineNumber),
    }
  }
}

function blockSizeLabel(size: number): Label[] {
  return size === 0 ? [] : [{ key: 'bytes', text: undefined, number: BigInt(size), unit: '' }]
}
