import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { callOf, LegacyLines } from './lines.ts'
import { isMapHeading } from './maps.ts'
import { dropRepeatedLeaf } from './stacks.ts'

const THREAD = /^--- Thread [0-9a-fA-F]+ \(name: .*\/\d+\) stack: ---/

/** Stacks of the threads of a C++ service: `--- threadz 1 ---`. */
export function parseLegacyThreads(source: string, bytes: Uint8Array): Profile {
  const lines = new LegacyLines(source, bytes)
  const builder = new LegacyBuilder(source)
  builder.sampleTypes = [{ type: 'thread', unit: 'count' }]
  builder.periodType = { type: 'thread', unit: 'count' }
  builder.period = 1
  lines.skipComments()
  if (/^--- threadz \d+ ---/.test(lines.line ?? '')) {
    while (lines.next() !== undefined) if (isMapHeading(lines.line!) || lines.line!.startsWith('-')) break
  }
  while (lines.line !== undefined && !isMapHeading(lines.line)) {
    if (lines.line.startsWith('---- no stack trace for')) break
    if (!THREAD.test(lines.line)) throw lines.expected('"--- Thread ID (name: NAME/ID) stack: ---"')
    const addresses = readStack(lines)
    // The same stack again is written as a remark.
    if (addresses.length === 0) builder.repeatLast()
    else builder.add(addresses, [1])
  }
  lines.readMemoryMap(builder)
  dropRepeatedLeaf(builder)
  return builder.finish()
}

/** Up to the next heading. The leaf is where the thread is, not behind a call. */
function readStack(lines: LegacyLines): bigint[] {
  const addresses: bigint[] = []
  let same = false
  for (let line = lines.next(); line !== undefined && !line.startsWith('---'); line = lines.next()) {
    if (isMapHeading(line)) break
    if (line.includes('same as previous thread')) same = true
    else addresses.push(...lines.addresses(line))
  }
  return same ? [] : addresses.map((address, i) => (i === 0 ? address : callOf(address)))
}
