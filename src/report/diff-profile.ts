import { gzipSync } from 'node:zlib'
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import { pairedType } from '../diff/functions.ts'
import { judgedWindow } from '../diff/window.ts'
import type { Folded } from '../profile/fold.ts'
import type { Recording } from '../profile/recording.ts'
import type { Stacks } from '../profile/stacks.ts'

export type DiffKind = 'heap' | 'goroutine'

/**
 * Head minus base of the last judged snapshot, for each kind both sides have, as gzipped pprof profiles that
 * `go tool pprof` opens: what `-diff_base` shows, in one file. Both recordings must share their Stacks.
 */
export function diffProfiles(base: Recording | undefined, head: Recording): Map<DiffKind, Buffer> {
  const files = new Map<DiffKind, Buffer>()
  if (base === undefined) return files
  const window = judgedWindow(base, head)
  const [from, to] = [window.base[window.to - 1], window.head[window.to - 1]]
  for (const kind of ['heap', 'goroutine'] as const) {
    const [before, after] = [from?.[kind], to?.[kind]]
    if (before !== undefined && after !== undefined) files.set(kind, diffProfile(before, after, head.stacks))
  }
  return files
}

/** By file name: `diff.pb.gz` and `goroutine-diff.pb.gz`, with the service before them where there are several. */
export function diffFiles(
  pairs: readonly { readonly base: Recording | undefined; readonly head: Recording }[],
): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const { base, head } of pairs) {
    for (const [kind, bytes] of diffProfiles(base, head)) {
      const service = pairs.length === 1 ? '' : `${head.service.replace(/[^\w.-]/g, '_').replace(/^[.-]/, '_')}.`
      const name = `${service}${kind === 'heap' ? '' : 'goroutine-'}diff.pb.gz`
      // Names that become the same must not hide each other.
      files.set(files.has(name) ? `${files.size}-${name}` : name, bytes)
    }
  }
  return files
}

/** All sample types of the head; stacks and block sizes where nothing changed are left out. */
export function diffProfile(base: Folded, head: Folded, stacks: Stacks): Buffer {
  const strings = new StringTable()
  const locations = new Locations(stacks, strings)
  const bytes = strings.dedup('bytes')
  const sample = differences(base, head).map(({ stack, size, values }) => {
    // pprof-format wants lists of its own: the path is a view.
    const locationId = Array.from(stacks.path(stack), (frame) => locations.idOf(frame))
    return new Sample({ locationId, value: values, label: size === 0 ? [] : [{ key: bytes, num: size }] })
  })
  const valueType = ({ type, unit }: { type: string; unit: string }): ValueType =>
    new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) })
  const profile = new Profile({
    sampleType: head.sampleTypes.map(valueType),
    sample,
    location: locations.locations,
    function: locations.functions,
    stringTable: strings,
    timeNanos: head.timeNanos,
    ...(head.periodType === undefined ? {} : { periodType: valueType(head.periodType) }),
    period: head.period,
    comment: [strings.dedup('leakgate: head minus base')],
    defaultSampleType: strings.dedup(head.sampleTypes[head.defaultSampleType]?.type ?? ''),
  })
  return gzipSync(profile.encode())
}

interface Difference {
  readonly stack: number
  /** Bytes of one block, 0 where there is none. */
  readonly size: number
  readonly values: number[]
}

function differences(base: Folded, head: Folded): Difference[] {
  const found = new Map<string, Difference>()
  const add = (folded: Folded, sign: 1 | -1, columns: readonly number[]): void => {
    const width = folded.sampleTypes.length
    for (let entry = 0; entry < folded.count; entry++) {
      const [stack, size] = [folded.stack[entry]!, folded.blockSize[entry]!]
      const key = `${stack} ${size}`
      let one = found.get(key)
      if (one === undefined) {
        one = { stack, size, values: columns.map(() => 0) }
        found.set(key, one)
      }
      for (const [t, column] of columns.entries()) {
        if (column !== -1) one.values[t]! += sign * folded.value[entry * width + column]!
      }
    }
  }
  add(
    head,
    1,
    head.sampleTypes.map((_, t) => t),
  )
  add(
    base,
    -1,
    head.sampleTypes.map((_, t) => pairedType(base, head, t)),
  )
  return [...found.values()].filter(({ values }) => values.some((value) => value !== 0))
}

/** Frames as locations of one line each. */
class Locations {
  readonly locations: Location[] = []
  readonly functions: PprofFunction[] = []
  readonly #stacks: Stacks
  readonly #strings: StringTable
  readonly #ids = new Map<number, number>()
  readonly #functionIds = new Map<string, number>()

  constructor(stacks: Stacks, strings: StringTable) {
    this.#stacks = stacks
    this.#strings = strings
  }

  idOf(frame: number): number {
    let id = this.#ids.get(frame)
    if (id === undefined) {
      id = this.#ids.size + 1
      this.#ids.set(frame, id)
      const { function: name, file, line } = this.#stacks.frame(frame)
      this.locations.push(new Location({ id, line: [new Line({ functionId: this.#functionId(name, file), line })] }))
    }
    return id
  }

  #functionId(name: string, file: string): number {
    const key = `${name}\n${file}`
    let id = this.#functionIds.get(key)
    if (id === undefined) {
      id = this.#functionIds.size + 1
      this.#functionIds.set(key, id)
      const [text, filename] = [this.#strings.dedup(name), this.#strings.dedup(file)]
      this.functions.push(new PprofFunction({ id, name: text, systemName: text, filename }))
    }
    return id
  }
}
