import { FormatError } from '../../errors.ts'
import { CommentFrames } from '../text/frames.ts'
import { NO_LABELS, readLabels, type TextLabels } from '../text/labels.ts'
import { decodeText, quote, TextLines } from '../text/lines.ts'
import type { GoroutineDump, GoroutineGroup } from './dump.ts'
import { parseGoroutineStacks } from './stacks.ts'

const HEADER = /^(goroutine|goroutineleak) profile: total (\d{1,15})$/
const RECORD = /^(\d{1,15}) @((?: 0x[0-9a-f]{1,16})*)$/
/** Distinct stacks a text may have; bounds the memory that a hostile one takes. */
const MAX_GROUPS = 1_000_000
const LABELS = '# labels: '

/**
 * Reads /debug/pprof/goroutine?debug=1 or debug=2, and the same of goroutineleak. Go documents neither; the writers are
 * printCountProfile in runtime/pprof/pprof.go (debug=1) and runtime/traceback.go (debug=2). Go 1.19 to 1.27.
 *
 * Groups are in the order of the text. Go cuts debug=2 at 64 MiB: of such a text the goroutine that was cut is left
 * out. Every other cut, and whatever else is not the form, throws FormatError with the line.
 */
export function parseGoroutineText(source: string, text: string | Uint8Array): GoroutineDump {
  const decoded = decodeText(source, text)
  if (/^goroutine \d+ \[/.test(decoded)) return parseGoroutineStacks(source, decoded)
  if (/^\w+ profile: total /.test(decoded)) return parseCounts(source, decoded)
  const start = quote(decoded.slice(0, 40).split('\n', 1)[0]!)
  throw new FormatError(
    source,
    { line: 1 },
    `expected "goroutine profile: total N" (debug=1) or "goroutine N [state]:" (debug=2), found ${start}`,
    'Fetch /debug/pprof/goroutine?debug=1 or ?debug=2.',
  )
}

function parseCounts(source: string, text: string): GoroutineDump {
  const lines = new TextLines(source, text)
  const header = HEADER.exec(lines.next()!)
  if (header === null) throw lines.expected('a goroutine or goroutineleak profile, "goroutine profile: total N"')
  const leaked = header[1] === 'goroutineleak'
  const frames = new CommentFrames(lines)
  const groups: GoroutineGroup[] = []
  let counted = 0
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const group = readGroup(lines, frames, line, leaked)
    if (groups.length === MAX_GROUPS) throw lines.expected(`at most ${MAX_GROUPS} records`)
    counted += group.count
    groups.push(group)
  }
  const total = Number(header[2])
  if (counted !== total) {
    throw lines.expected(`${total} goroutines, as line 1 says, found ${counted}; the text is cut short or changed`)
  }
  return { source, form: 'debug=1', groups, total }
}

function readGroup(lines: TextLines, frames: CommentFrames, line: string, leaked: boolean): GoroutineGroup {
  const record = RECORD.exec(line)
  if (record === null) throw lines.expected(`a record, "count @ 0x…", found ${quote(line)}`)
  let next = lines.next()
  let labels = NO_LABELS
  if (next?.startsWith(LABELS)) {
    labels = parseLabels(lines, next)
    next = lines.next()
  }
  return {
    count: Number(record[1]),
    state: '',
    waitMinutes: 0,
    leaked,
    lockedToThread: false,
    frames: frames.readRecord(next),
    createdBy: undefined,
    labels,
  }
}

function parseLabels(lines: TextLines, line: string): TextLabels {
  const read = readLabels(line, LABELS.length)
  if (read === undefined || read.end !== line.length) {
    throw lines.expected(`labels, {"key":"value", …}, found ${quote(line.slice(LABELS.length))}`)
  }
  return read.labels
}
