import type { TextFrame } from '../goroutine/dump.ts'
import { detached, quote, type TextLines } from './lines.ts'

/** Go's own limit is 128 frames a stack; inlining multiplies them. */
const MAX_FRAMES = 100_000

/**
 * The frames of debug=1 forms: `#\t0x48bd64\tnet.(*conn).Read+0x44\tnet/net.go:196`, columns padded with further tabs,
 * or `#\t0x48bd64` for code without symbols, whose address then is the function (printStackRecord of runtime/pprof).
 * Equal lines yield the same object.
 */
export class CommentFrames {
  readonly #lines: TextLines
  readonly #known = new Map<string, TextFrame>()

  constructor(lines: TextLines) {
    this.#lines = lines
  }

  /** Reads frames, the first of them `line`, up to the empty line that closes every record. Throws FormatError. */
  readRecord(line: string | undefined): TextFrame[] {
    const frames: TextFrame[] = []
    for (let next = line; next !== ''; next = this.#lines.next()) {
      if (next === undefined) throw this.#lines.expected('an empty line after the record; the text is cut short')
      if (frames.length === MAX_FRAMES) throw this.#lines.expected(`at most ${MAX_FRAMES} frames`)
      frames.push(this.#frame(next))
    }
    return frames
  }

  #frame(line: string): TextFrame {
    const known = this.#known.get(line)
    if (known !== undefined) return known
    const frame = commentFrame(line)
    if (frame === undefined) {
      throw this.#lines.expected(`a frame, "#\\t0x… function+0x… file:line", found ${quote(line)}`)
    }
    this.#known.set(line, frame)
    return frame
  }
}

function commentFrame(line: string): TextFrame | undefined {
  const [mark, address, symbol, place, ...more] = line.split('\t').filter((cell) => cell !== '')
  if (mark !== '#' || address === undefined || !/^0x[0-9a-f]+$/.test(address) || more.length > 0) return undefined
  if (symbol === undefined) return { function: detached(address), file: '', line: 0 }
  const plus = symbol.lastIndexOf('+0x')
  const spot = place === undefined ? undefined : fileAndLine(place)
  if (plus < 1 || !/^[0-9a-f]+$/.test(symbol.slice(plus + 3)) || spot === undefined) return undefined
  return { function: detached(symbol.slice(0, plus)), ...spot }
}

/** `path/to/file.go:12`; the path may hold spaces and colons. */
export function fileAndLine(place: string): { file: string; line: number } | undefined {
  const colon = place.lastIndexOf(':')
  const digits = place.slice(colon + 1)
  if (colon < 1 || !/^\d{1,10}$/.test(digits)) return undefined
  return { file: detached(place.slice(0, colon)), line: Number(digits) }
}
