import type { FormatError } from '../errors.ts'
import type { TextFrame } from './goroutine/dump.ts'
import { CommentFrames } from './text/frames.ts'
import { decodeText, quote, TextLines } from './text/lines.ts'

/** What /debug/pprof/heap?debug=1 and allocs?debug=1 say: the sampled allocations themselves, not scaled up. */
export interface HeapText {
  /** Where it came from, for messages. */
  readonly source: string
  /** runtime.MemProfileRate when it was written: bytes between two samples on average; 0 where profiling is off. */
  readonly rate: number
  readonly records: readonly HeapRecord[]
}

/** Samples of one stack and one block size. Multiply by 1 / (1 - exp(-size / rate)) to estimate what they stand for. */
export interface HeapRecord {
  readonly liveObjects: number
  readonly liveBytes: number
  /** Since the process started, freed ones included. */
  readonly allocObjects: number
  readonly allocBytes: number
  /** Leaf first; leading runtime frames are left out unless there are no others. */
  readonly frames: readonly TextFrame[]
}

type Totals = Pick<HeapRecord, 'liveObjects' | 'liveBytes' | 'allocObjects'>

const HEADER = /^heap profile: (-?\d{1,19}): (-?\d{1,19}) \[(\d{1,19}): (\d{1,19})\] @ heap\/(\d{1,19})$/
const RECORD = /^(-?\d{1,19}): (-?\d{1,19}) \[(\d{1,19}): (\d{1,19})\] @((?: 0x[0-9a-f]{1,16})*)$/
const FOREIGN = /^(?:heap profile: .*@ *(heap_v2|heapprofile|growthz?|fragmentationz?)|(?:---|heap_v2))/
const TRAILER = '# runtime.MemStats'
/** Stack and size pairs; the largest services have some ten thousand. Bounds memory. */
const MAX_RECORDS = 1_000_000

/**
 * Reads the records of heap?debug=1, in its order (live bytes ascending): writeHeapInternal in runtime/pprof/pprof.go,
 * Go 1.19 to 1.27. What follows, the MemStats trailer, is left to parseMemStatsTrailer and may be absent. Records that do
 * not add up to the header's totals mean that the text was cut. Throws FormatError with the line for that, for heap
 * profiles of other tools (tcmalloc, jemalloc) and for whatever else is not the form.
 */
export function parseHeapText(source: string, text: string | Uint8Array): HeapText {
  const lines = new TextLines(source, decodeText(source, text))
  const header = readHeader(lines)
  const frames = new CommentFrames(lines)
  const records: HeapRecord[] = []
  for (let line = lines.next(); line !== undefined && line !== TRAILER; line = lines.next()) {
    // One empty line more separates records and trailer.
    if (line === '') continue
    if (records.length === MAX_RECORDS) throw lines.expected(`at most ${MAX_RECORDS} records`)
    records.push(readRecord(lines, frames, line))
  }
  checkTotals(lines, header, records)
  return { source, rate: header.rate, records }
}

function readHeader(lines: TextLines): Totals & { rate: number } {
  const line = lines.next() ?? ''
  const [, liveObjects, liveBytes, allocObjects, , doubled] = HEADER.exec(line) ?? []
  if (doubled === undefined) throw refused(lines, line)
  // Go prints twice the rate, as the first heap profilers did.
  const rate = Number(doubled) / 2
  if (!Number.isInteger(rate)) throw lines.expected(`twice the sampling rate, an even number, found ${doubled}`)
  return { liveObjects: Number(liveObjects), liveBytes: Number(liveBytes), allocObjects: Number(allocObjects), rate }
}

function refused(lines: TextLines, line: string): FormatError {
  const foreign = FOREIGN.test(line)
  const found = foreign ? `a heap profile of another tool, ${quote(line)}` : quote(line)
  return lines.expected(
    `Go's "heap profile: objects: bytes [objects: bytes] @ heap/rate", found ${found}`,
    'Fetch /debug/pprof/heap?gc=1&debug=1 of a Go service.',
  )
}

function readRecord(lines: TextLines, frames: CommentFrames, line: string): HeapRecord {
  const record = RECORD.exec(line)
  if (record === null) {
    throw lines.expected(`a record, "objects: bytes [objects: bytes] @ 0x…", found ${quote(line)}`)
  }
  return {
    liveObjects: Number(record[1]),
    liveBytes: Number(record[2]),
    allocObjects: Number(record[3]),
    allocBytes: Number(record[4]),
    frames: frames.readRecord(lines.next()),
  }
}

/** All but the allocated bytes, to which Go adds one in some cases to please old versions of pprof. */
function checkTotals(lines: TextLines, header: Totals, records: readonly HeapRecord[]): void {
  for (const key of ['liveObjects', 'liveBytes', 'allocObjects'] as const) {
    let sum = 0
    for (const record of records) sum += record[key]
    if (sum === header[key] || !Number.isSafeInteger(header[key])) continue
    throw lines.expected(`records that add up to ${header[key]}, as line 1 says, found ${sum}; the text is cut short`)
  }
}
