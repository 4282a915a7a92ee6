import { visibleFrames } from '../diff/classes.ts'
import type { Window } from '../diff/window.ts'
import type { GoroutineDump, TextFrame } from '../profile/goroutine/dump.ts'
import type { Frame } from '../profile/stacks.ts'
import { isCompilerWrapper, isRuntime, stableName } from '../profile/symbol.ts'
import { isWaiting } from '../profile/wait.ts'
import { type Checkout, partyOf } from './checkout.ts'
import type { Place, SourceLines } from './finding.ts'

export function placeOf(frame: Frame, checkout: Checkout): Place {
  const path = checkout.locate(frame.file)
  return {
    function: frame.function,
    file: frame.file,
    line: frame.line,
    party: partyOf(frame, checkout),
    path,
    text: path === undefined ? undefined : checkout.line(path, frame.line),
    changed: path === undefined ? undefined : checkout.changed(path, frame.line),
  }
}

/** Lines shown before and after the line to fix. */
const AROUND = 2
/** A line that is longer is no code that people wrote. */
const LONGEST_LINE = 400

/** The place with the lines around it, without blank ones at the ends. */
export function surrounded(place: Place, checkout: Checkout): Place {
  const around = linesAround(place, checkout)
  return around === undefined || around.lines.length < 2 ? place : { ...place, around }
}

function linesAround({ path, line, text }: Place, checkout: Checkout): SourceLines | undefined {
  if (path === undefined || text === undefined) return undefined
  const shown = Array.from({ length: 2 * AROUND + 1 }, (_, i) => line - AROUND + i).flatMap((number) => {
    const found = number < 1 ? undefined : checkout.line(path, number)
    return found === undefined ? [] : [{ number, text: found.slice(0, LONGEST_LINE) }]
  })
  const written = shown.filter((one) => one.text.trim() !== '' || one.number === line).map(({ number }) => number)
  const [first, last] = [written[0]!, written.at(-1)!]
  return { first, lines: shown.filter(({ number }) => number >= first && number <= last).map((one) => one.text) }
}

/** A stack for people, leaf first, each frame with what the checkout knows. */
export function placesOf(frames: readonly Frame[], checkout: Checkout): Place[] {
  return visibleFrames(frames).map((frame) => placeOf(frame, checkout))
}

/** The first frame from the leaf that is the user's own. */
export function firstOwn(stack: readonly Place[]): Place | undefined {
  const own = stack.findIndex((place) => place.party === 'first')
  // heap.Interface is a formality: who calls heap.Push decides what is kept.
  if (stack[own + 1]?.function === 'container/heap.Push') return firstOwn(stack.slice(own + 1)) ?? stack[own]
  return stack[own]
}

/** Who started the goroutines of a stack: the dump tells, the protobuf form does not. */
export class Creators {
  readonly #byStack = new Map<string, TextFrame>()

  constructor(dump: GoroutineDump | undefined) {
    for (const { frames, createdBy } of dump?.groups ?? []) {
      if (createdBy !== undefined) this.#byStack.set(keyOf(frames.map((frame) => frame.function)), createdBy)
    }
  }

  /** `frames` as a goroutine profile has them, leaf first. */
  of(frames: readonly Frame[]): TextFrame | undefined {
    return this.#byStack.get(keyOf(frames.map((frame) => frame.function)))
  }
}

/** From the head's last dump. */
export function creatorsOf(window: Window): Creators {
  return new Creators(window.head.findLast((snapshot) => snapshot.dump !== undefined)?.dump)
}

/** What both forms show of a stack: not the runtime's frames nor the layers of a wait. */
function keyOf(names: readonly string[]): string {
  const shown = names.filter((name) => !isRuntime(name) && !isCompilerWrapper(name))
  const from = shown.findIndex((name) => !isWaiting(name))
  return shown
    .slice(Math.max(0, from))
    .map((name) => stableName(name))
    .join('\n')
}
