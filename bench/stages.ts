import { readFileSync } from 'node:fs'
import { functionGrowth } from '../src/diff/functions.ts'
import { foldProfile } from '../src/profile/fold.ts'
import { inflate } from '../src/profile/gzip.ts'
import { decodeProfile } from '../src/profile/protobuf/protobuf.ts'
import { Stacks } from '../src/profile/stacks.ts'

// Both files of a pair in this process, several times: prints the milliseconds of the first time and the median of the
// others, for each stage.

const [base, head, times = '6'] = process.argv.slice(2)
const files = [readFileSync(base!), readFileSync(head!)]
const stages = new Map<string, number[]>()

/** Processor time of this thread: other processes on the machine do not count. */
function timed<T>(stage: string, act: () => T): T {
  const before = process.threadCpuUsage()
  const result = act()
  const { user, system } = process.threadCpuUsage(before)
  stages.set(stage, [...(stages.get(stage) ?? []), (user + system) / 1000])
  return result
}

for (let i = 0; i < Number(times); i++) {
  const stacks = new Stacks()
  const plain = timed('decompress', () => files.map((bytes) => inflate('file', bytes)))
  const profiles = timed('decode', () => plain.map((bytes) => decodeProfile('file', bytes)))
  const [from, to] = timed('fold', () => profiles.map((profile) => foldProfile(profile, stacks)))
  timed('diff', () => functionGrowth(from, to!, to!.defaultSampleType, stacks))
}

console.log(JSON.stringify(Object.fromEntries(stages)))
