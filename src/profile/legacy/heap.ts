import type { Profile } from '../profile.ts'
import { LegacyBuilder } from './builder.ts'
import { callOf, isComment, LegacyLines, unsample } from './lines.ts'
import { isMapHeading } from './maps.ts'

const COUNTS = 'heap profile: *(\\d{1,30}): *(\\d{1,30}) *\\[ *(\\d{1,30}): *(\\d{1,30}) *\\]'
const HEADER = new RegExp(`^${COUNTS} *@ *(heap[_a-z0-9]*)/?(\\d*)`)
/** Profiles of how the heap grew or how fragmented it is: nothing is sampled. */
const WHOLE = new RegExp(`^${COUNTS} @ (?:growth|fragmentation)z?`)
const SAMPLE = /^(-?\d{1,30}): *(-?\d{1,30}) *\[ *(\d{1,30}): *(\d{1,30}) *\] @([ x0-9a-f]*)/

interface Header {
  readonly rate: number
  readonly sampled: boolean
  readonly allocations: boolean
}

/** Heap profiles of tcmalloc and of early Go, `heap profile: 1: 2 [3: 4] @ heapprofile`: stacks of bare addresses. */
export function parseLegacyHeap(source: string, bytes: Uint8Array): Profile {
  const lines = new LegacyLines(source, bytes)
  const header = readHeader(lines)
  const builder = new LegacyBuilder(source)
  builder.periodType = { type: 'space', unit: 'bytes' }
  builder.period = header.rate
  const kinds = header.allocations ? ['alloc_', 'inuse_'] : ['']
  for (const kind of kinds) {
    builder.sampleTypes.push({ type: `${kind}objects`, unit: 'count' }, { type: `${kind}space`, unit: 'bytes' })
  }
  for (let line = lines.next(); line !== undefined && !isMapHeading(line); line = lines.next()) {
    if (!isComment(line)) readSample(lines, line, header, builder)
  }
  lines.readMemoryMap(builder)
  return builder.finish()
}

function readHeader(lines: LegacyLines): Header {
  const line = lines.line ?? ''
  const [, liveCount, liveSize, count, size, form, digits] = HEADER.exec(line) ?? []
  if (form === undefined) {
    if (WHOLE.test(line)) return { rate: 1, sampled: false, allocations: false }
    throw lines.expected('"heap profile: objects: bytes [objects: bytes] @ heap/rate"')
  }
  const allocations = (count !== liveCount && count !== '0') || (size !== liveSize && size !== '0')
  const rate = digits === undefined || digits === '' ? 0 : lines.integer(digits)
  if (form === 'heapz_v2' || form === 'heap_v2') return { rate, sampled: true, allocations }
  if (form === 'heapprofile') return { rate: 1, sampled: false, allocations }
  if (form === 'heap') return { rate: Math.trunc(rate / 2), sampled: true, allocations }
  throw lines.expected('a heap profile of form heap, heapprofile, heap_v2 or heapz_v2')
}

function readSample(lines: LegacyLines, line: string, header: Header, builder: LegacyBuilder): void {
  const [, liveCount, liveSize, count, size, stack] = SAMPLE.exec(line) ?? []
  if (stack === undefined) throw lines.expected('a record, "objects: bytes [objects: bytes] @ 0x…"')
  const values: number[] = []
  let blockSize = 0
  const add = (objectsText: string, bytesText: string): void => {
    const [objects, bytes] = [lines.integer(objectsText), lines.integer(bytesText)]
    if (objects === 0 && bytes !== 0) throw lines.expected('no bytes where there are no objects')
    if (objects !== 0) blockSize = Math.trunc(bytes / objects)
    values.push(...(header.sampled ? unsample(objects, bytes, header.rate) : [objects, bytes]))
  }
  if (header.allocations) add(count!, size!)
  add(liveCount!, liveSize!)
  builder.add(lines.addresses(stack).map(callOf), values, blockSize)
}
