import { fileAndLine } from '../text/frames.ts'
import { detached, quote, type TextLines } from '../text/lines.ts'
import type { TextFrame } from './dump.ts'

/** One goroutine of debug=2 below its header. */
export interface GoroutineStack {
  /** Leaf first. */
  readonly frames: readonly TextFrame[]
  readonly createdBy: TextFrame | undefined
  /** Whether the last line can be the last of a goroutine; if not, the text was cut after it. */
  readonly ended: boolean
}

/** A run of frames: the goroutine's own, then those of its ancestors with GODEBUG=tracebackancestors. */
interface Section {
  readonly frames: TextFrame[]
  createdBy: TextFrame | undefined
  unavailable: boolean
}

const ANCESTOR = /^\[originating from goroutine \d+\]:$/
const CREATED_BY = 'created by '
const UNAVAILABLE = '\tgoroutine running on other thread; stack unavailable'
const ELIDED = /^\.\.\.(?:\d+|additional) frames elided\.\.\.$/
/** What the unwinder says when it loses its way, with a hex dump of the stack. */
const COMPLAINT = /^(?:runtime: |stack: frame=\{| {2}|[0-9a-f]{8,16}: )/
/** Cgo code without a symbolizer: no place follows. */
const FOREIGN = /^(non-Go function) at pc=0x[0-9a-f]+$/
/** Behind the line number: offset in the function; with GOTRACEBACK=system registers; for cgo frames the address. */
const OFFSETS =
  /(?: \+0x[0-9a-f]{1,16}(?: fp=0x[0-9a-f]{1,16} sp=0x[0-9a-f]{1,16} pc=0x[0-9a-f]{1,16})?| pc=0x[0-9a-f]{1,16}|\tpc=0x[0-9a-f]{1,16})$/
const NOWHERE = { file: '', line: 0 }
/** Outermost functions of the one goroutine that no `go` statement started: main and package initializers. */
const ROOT = /^(?:main\.main|runtime\.main|[^()]+\.init(?:\.\d+)?)$/

/** Reads stacks as traceback1 in runtime/traceback.go prints them. Equal frames are the same object. */
export class GoroutineFrames {
  readonly #known = new Map<string, TextFrame>()

  /** Reads all of `lines`. Ancestors are checked and left out. Throws FormatError for lines that Go does not print. */
  read(lines: TextLines): GoroutineStack {
    const own = newSection()
    let section = own
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      if (ANCESTOR.test(line)) section = newSection()
      else this.#readInto(section, lines, line)
    }
    return { frames: own.frames, createdBy: own.createdBy, ended: hasEnded(section) }
  }

  #readInto(section: Section, lines: TextLines, line: string): void {
    if (line.startsWith('...') ? ELIDED.test(line) : COMPLAINT.test(line)) return
    if (section.createdBy !== undefined) throw lines.expected(`nothing more of this goroutine, found ${quote(line)}`)
    if (line === UNAVAILABLE) section.unavailable = true
    else if (line.startsWith(CREATED_BY)) {
      const name = line.slice(CREATED_BY.length).replace(/ in goroutine \d{1,20}$/, '')
      section.createdBy = this.#frame(lines, name, placeLine(lines))
    } else section.frames.push(this.#readFrame(lines, line))
  }

  #readFrame(lines: TextLines, line: string): TextFrame {
    const foreign = FOREIGN.exec(line)
    if (foreign !== null) return this.#frame(lines, foreign[1]!, '')
    if (line === '' || line.startsWith('\t')) throw lines.expected(`a function or "created by", found ${quote(line)}`)
    const place = placeLine(lines)
    // Names that the cgo symbolizer gives carry no Go arguments.
    const symbolized = place.includes('pc=0x') && !place.includes(' +0x')
    return this.#frame(lines, symbolized ? line : withoutArguments(lines, line), place)
  }

  #frame(lines: TextLines, name: string, placeLine: string): TextFrame {
    const place = placeLine.replace(OFFSETS, '')
    const key = `${name}\n${place}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const spot = place === '' ? NOWHERE : place[0] === '\t' ? fileAndLine(place.slice(1)) : undefined
    if (spot === undefined) throw lines.expected(`"\\tfile:line +0x…", found ${quote(placeLine)}`)
    // The runtime prints runtime.gopanic by the name people know.
    const frame = { function: name === 'panic' ? 'runtime.gopanic' : detached(name), ...spot }
    this.#known.set(key, frame)
    return frame
  }
}

/** The line below a function or `created by`. */
function placeLine(lines: TextLines): string {
  const line = lines.next()
  if (line === undefined || line === '') {
    throw lines.expected('a file and line after the function; the text is cut short')
  }
  return line
}

function newSection(): Section {
  return { frames: [], createdBy: undefined, unavailable: false }
}

/** `net/http.(*conn).serve(0x1, {0x2, ...})` without its arguments: no parenthesis is ever part of these. */
function withoutArguments(lines: TextLines, line: string): string {
  const open = line.lastIndexOf('(')
  if (open < 1 || !line.endsWith(')')) throw lines.expected(`a function with arguments, found ${quote(line)}`)
  return line.slice(0, open)
}

function hasEnded(section: Section): boolean {
  const root = section.frames.at(-1)
  return section.createdBy !== undefined || section.unavailable || (root !== undefined && ROOT.test(root.function))
}
