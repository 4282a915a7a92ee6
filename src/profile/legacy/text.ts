import type { Profile } from '../profile.ts'
import { JAVA_ATTRIBUTE, parseLegacyContention } from './contention.ts'
import { parseLegacyCounts } from './counts.ts'
import { parseLegacyHeap } from './heap.ts'
import { parseLegacyJava } from './java.ts'
import { parseLegacyThreads } from './threads.ts'

type Parse = (source: string, bytes: Uint8Array) => Profile

/** Comments and empty lines that may stand before the first line. */
const FIRST = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*([^\n]*)/

/** The reader of a text form of the past, told by its first line; undefined where it is none. */
export function legacyTextParser(start: string): Parse | undefined {
  const first = FIRST.exec(start)?.[1] ?? ''
  if (first.startsWith('heap profile:')) return parseLegacyHeap
  if (/^\S+ profile: total \d/.test(first)) return parseLegacyCounts
  if (/^--- (?:threadz \d|Thread )/.test(first)) return parseLegacyThreads
  if (/^--- heapz 1 ---/.test(first)) return parseLegacyJava
  if (/^--- (?:contentionz |mutex:|contention:)/.test(first)) {
    return JAVA_ATTRIBUTE.test(start) ? parseLegacyJava : parseLegacyContention
  }
  return undefined
}
