import { FormatError } from '../../errors.ts'
import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { readJavaLocations } from './java.ts'
import { callOf, LegacyLines } from './lines.ts'
import { dropHandlers, dropRepeatedLeaf } from './stacks.ts'

/** How the words of the file are written. */
interface Words {
  readonly size: 4 | 8
  readonly little: boolean
}

const FORMS: readonly Words[] = [
  { size: 4, little: true },
  { size: 4, little: false },
  { size: 8, little: true },
  { size: 8, little: false },
]

interface Header {
  readonly words: Words
  readonly java: boolean
  readonly microseconds: number
}

/** The five words a binary CPU profile begins with: 0, 3, 0 (1 for Java), period, 0. */
function headerOf(bytes: Uint8Array): Header | undefined {
  for (const words of FORMS) {
    if (bytes.length < words.size * 5) continue
    const [zero, three, java, period, padding] = Array.from({ length: 5 }, (_, i) =>
      wordAt(bytes, i * words.size, words),
    )
    if (zero !== 0n || three !== 3n || padding !== 0n || java! > 1n || period === 0n) continue
    return { words, java: java === 1n, microseconds: Number(period) }
  }
  return undefined
}

export function isLegacyCpu(bytes: Uint8Array): boolean {
  return headerOf(bytes) !== undefined
}

/**
 * CPU profiles of gperftools, of early Go and of Java: binary words, a sample being count, depth and addresses, then a
 * memory map or Java's names as text. Throws FormatError with the byte for samples that are cut.
 */
export function parseLegacyCpu(source: string, bytes: Uint8Array): Profile {
  const header = headerOf(bytes)
  if (header === undefined) throw new FormatError(source, { offset: 0 }, 'expected the header of a binary CPU profile')
  const builder = new LegacyBuilder(source)
  builder.period = header.microseconds * 1000
  builder.periodType = { type: 'cpu', unit: 'nanoseconds' }
  builder.sampleTypes = [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ]
  const end = readSamples(source, bytes, header, builder)
  const lines = new LegacyLines(source, bytes.subarray(end))
  if (header.java) {
    readJavaLocations(lines, builder)
    return builder.finish()
  }
  dropHandlers(builder)
  for (; lines.line !== undefined; lines.next()) builder.mappings.addLine(lines.line)
  builder.mappings.finish()
  dropRepeatedLeaf(builder)
  return builder.finish()
}

/** Returns where the samples end. The leaf is where the signal found the program, not behind a call. */
function readSamples(source: string, bytes: Uint8Array, { words, java }: Header, builder: LegacyBuilder): number {
  let at = words.size * 5
  while (at < bytes.length) {
    const start = at
    const room = Math.floor((bytes.length - at) / words.size) - 2
    if (room < 0) throw new FormatError(source, { offset: start }, 'expected a sample or the end mark, the file ends')
    const [count, depth] = [wordAt(bytes, at, words), wordAt(bytes, at + words.size, words)]
    if (depth > BigInt(room)) {
      throw new FormatError(source, { offset: start }, `expected a stack of at most ${room} addresses, found ${depth}`)
    }
    at += words.size * 2
    const addresses: bigint[] = []
    for (let i = 0; i < Number(depth); i++, at += words.size) addresses.push(wordAt(bytes, at, words))
    if (count === 0n && addresses.length === 1 && addresses[0] === 0n) return at
    const ticks = Number(BigInt.asIntN(64, count))
    builder.add(
      addresses.map((address, i) => (java || i === 0 ? address : callOf(address))),
      [ticks, ticks * builder.period],
    )
  }
  return at
}

function wordAt(bytes: Uint8Array, at: number, { size, little }: Words): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return size === 4 ? BigInt(view.getUint32(at, little)) : view.getBigUint64(at, little)
}
