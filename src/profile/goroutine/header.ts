import { NO_LABELS, readLabels, type TextLabels } from '../text/labels.ts'
import { detached } from '../text/lines.ts'

/** What the header of one goroutine says, its number left out. */
export interface GoroutineHeader {
  /** Wait reason without the marks. */
  readonly state: string
  readonly waitMinutes: number
  readonly leaked: boolean
  readonly lockedToThread: boolean
  readonly labels: TextLabels
}

/** Said of the moment or of the goroutine, not of what it waits for. */
const MARK = / \((?:leaked|scan|durable)\)$/
const LABELS_INSIDE = ' labels:{'

/**
 * Reads what follows `goroutine 6 `: `[chan receive (leaked), 3 minutes, locked to thread] {route: /api}:`.
 * Written by goroutineheader in runtime/traceback.go. Labels are inside the brackets in Go 1.26 (` labels:{…}`, if asked
 * for by GODEBUG) and behind them from 1.27 on. Words it does not know, such as `synctest bubble 1`, are passed over:
 * every other Go release adds one. undefined where the line is no header.
 */
export function parseGoroutineHeader(text: string): GoroutineHeader | undefined {
  if (text[0] !== '[') return undefined
  const inside = text.indexOf(LABELS_INSIDE)
  const close = text.indexOf(']')
  const labelled = inside !== -1 && (close === -1 || inside < close)
  const status = text.slice(1, labelled ? inside : close)
  const labels = labelled ? labelsBefore(text, inside + LABELS_INSIDE.length - 1, ']:') : labelsBehind(text, close + 1)
  if (labels === undefined || (!labelled && close === -1)) return undefined
  return { ...parseStatus(status), labels }
}

function labelsBehind(text: string, at: number): TextLabels | undefined {
  if (text.slice(at) === ':') return NO_LABELS
  return text[at] === ' ' ? labelsBefore(text, at + 1, ':') : undefined
}

function labelsBefore(text: string, at: number, rest: string): TextLabels | undefined {
  const read = readLabels(text, at)
  return read !== undefined && text.slice(read.end) === rest ? read.labels : undefined
}

function parseStatus(status: string): Omit<GoroutineHeader, 'labels'> {
  const [reason, ...notes] = status.split(', ')
  let state = reason!
  let leaked = false
  for (let mark = MARK.exec(state); mark !== null; mark = MARK.exec(state)) {
    leaked ||= mark[0] === ' (leaked)'
    state = state.slice(0, mark.index)
  }
  let waitMinutes = 0
  for (const note of notes) {
    const minutes = /^(\d{1,15}) minutes$/.exec(note)
    if (minutes !== null) waitMinutes = Number(minutes[1])
  }
  return { state: detached(state), waitMinutes, leaked, lockedToThread: notes.includes('locked to thread') }
}
