import { gunzipSync, gzipSync } from 'node:zlib'
import { parseManifest } from '../../src/collect/manifest.ts'
import { functionGrowth } from '../../src/diff/functions.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { foldProfile } from '../../src/profile/fold.ts'
import { parseHeapText } from '../../src/profile/heap-text.ts'
import { parse } from '../../src/profile/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { parseReport } from '../../src/report/parse/parse.ts'
import { readFolder } from './folder.ts'
import { mutate } from './mutate.ts'
import { mutateProtobuf } from './mutate-protobuf.ts'
import type { Random } from './random.ts'
import * as seeds from './seeds.ts'

/** A reader of what others write, and the damage it is given. */
export interface Target {
  readonly name: string
  readonly seeds: readonly Uint8Array[]
  read(bytes: Uint8Array): unknown
  readonly damage?: (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array
  /** How often it is chosen. */
  readonly weight: number
}

const TEXT = new TextDecoder()

/** Reads a file as the commands do, up to the figures they print. */
function readFile(bytes: Uint8Array): void {
  const parsed = parse('fuzz', bytes)
  if (parsed.form !== 'profile') return
  const { profile } = parsed
  const stacks = new Stacks()
  const folded = foldProfile(profile, stacks)
  for (let type = 0; type < Math.min(4, profile.sampleTypes.length); type++)
    functionGrowth(folded, folded, type, stacks)
  for (let stack = 0; stack < stacks.count; stack++) stacks.frames(stack)
  for (let sample = 0; sample < profile.samples.count; sample++) profile.samples.labels(sample)
}

function gzipped(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  // Damage to the compressed bytes mostly ends at the checksum; damage before compressing gets through.
  return random.below(2) === 0
    ? mutate(bytes, other, random)
    : gzipSync(mutate(gunzipSync(bytes), gunzipSync(other), random), { level: 1 })
}

const all = [
  seeds.PROTOBUF,
  seeds.GOROUTINES,
  seeds.HEAP_TEXTS,
  seeds.EXPVAR,
  seeds.PROMETHEUS,
  seeds.LEGACY,
  seeds.MANIFESTS,
].flat()

export const TARGETS: readonly Target[] = [
  { name: 'protobuf', seeds: seeds.PROTOBUF, read: readFile, weight: 4 },
  {
    name: 'protobuf, framing kept',
    seeds: seeds.PROTOBUF,
    read: readFile,
    damage: (bytes, _, random) => mutateProtobuf(bytes, random),
    weight: 6,
  },
  {
    name: 'gzip',
    seeds: seeds.PROTOBUF.map((bytes) => gzipSync(bytes)),
    read: readFile,
    damage: gzipped,
    weight: 2,
  },
  { name: 'goroutine text', seeds: seeds.GOROUTINES, read: readFile, weight: 3 },
  { name: 'heap text', seeds: seeds.HEAP_TEXTS, read: (bytes) => parseHeapText('fuzz', bytes), weight: 2 },
  { name: 'MemStats trailer', seeds: seeds.HEAP_TEXTS, read: readFile, weight: 2 },
  { name: 'expvar', seeds: seeds.EXPVAR, read: readFile, weight: 2 },
  { name: 'Prometheus text', seeds: seeds.PROMETHEUS, read: readFile, weight: 1 },
  { name: 'legacy forms', seeds: seeds.LEGACY, read: readFile, weight: 4 },
  {
    name: 'mixed up',
    seeds: all,
    read: readFile,
    damage: (bytes, other, random) => cross(bytes, other, random),
    weight: 1,
  },
  {
    name: 'policy',
    seeds: seeds.POLICIES,
    read: (bytes) => parsePolicy([{ source: 'fuzz', text: TEXT.decode(bytes) }]),
    weight: 2,
  },
  { name: 'manifest', seeds: seeds.MANIFESTS, read: (bytes) => parseManifest('fuzz', TEXT.decode(bytes)), weight: 2 },
  { name: 'report', seeds: seeds.REPORTS, read: (bytes) => parseReport('fuzz', TEXT.decode(bytes)), weight: 2 },
  { name: 'recording folder', seeds: all, read: readFolder, weight: 0.05 },
]

/** The beginning of one kind with the end of another. */
function cross(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const parts = [bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]
  return Buffer.concat(parts)
}
