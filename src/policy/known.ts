import { stableName } from '../profile/symbol.ts'
import type { Ignore } from './policy.ts'

/** A stack that is accepted whatever the policy says. */
export interface KnownIgnore {
  /** What the list of built-in ignores shows. */
  readonly name: string
  readonly match: Ignore['match']
  /** All of these are in the stack as well. */
  readonly with?: readonly (string | RegExp)[]
  /** Every frame that the matched one called is one of these: none of the user's in between. */
  readonly calls?: RegExp
  readonly reason: string
  /** Where and since when Go has it. */
  readonly context: string
}

const WAITING = /^(?:runtime|internal\/runtime\/[\w/]+|sync|internal\/sync|internal\/poll)\./
const TESTING = /^testing\.(?:RunTests|\(\*T\)\.(?:Run|Parallel)|runFuzzing|runFuzzTests)$/

/**
 * Stacks that say nothing about the program under test: the profile endpoint's own and Go's own. The first five are goleak's (options.go); its blanket acceptance of goroutines in a syscall is not,
 * it would hide first-party ones.
 */
export const KNOWN: readonly KnownIgnore[] = [
  {
    name: 'testing.(*T).Run, testing.(*T).Parallel and other parts of the test runner, waiting for a test',
    match: { where: 'top', name: TESTING },
    reason: 'the test runner waits for the tests it started',
    context: 'test binaries, every Go version',
  },
  {
    name: 'os/signal.signal_recv',
    match: { where: 'any', name: 'os/signal.signal_recv' },
    reason: 'one goroutine of the process receives its signals',
    context: 'programs that import os/signal, every Go version',
  },
  {
    name: 'os/signal.loop',
    match: { where: 'any', name: 'os/signal.loop' },
    reason: 'one goroutine of the process hands out its signals',
    context: 'programs that import os/signal, every Go version',
  },
  {
    name: 'runtime.ensureSigM',
    match: { where: 'any', name: /^runtime\.ensureSigM(?:\.|$)/ },
    reason: 'one goroutine of the runtime keeps a thread for signals',
    context: 'programs that call signal.Notify, every Go version',
  },
  {
    name: 'runtime.ReadTrace',
    match: { where: 'any', name: 'runtime.ReadTrace' },
    reason: 'an execution trace is being recorded',
    context: 'runtime/trace, every Go version',
  },
  {
    name: 'net/http/pprof',
    match: { where: 'any', name: /^net\/http\/pprof\./ },
    reason: 'the request that reads the profile',
    context: 'the profile endpoint, every Go version',
  },
  {
    // pprof.Do only sets labels: what runs below it is the user's own.
    name: 'runtime/pprof, except below pprof.Do',
    match: { where: 'any', name: /^runtime\/pprof\.(?!Do(?:$|\.)|SetGoroutineLabels$|WithLabels$)/ },
    reason: 'the profile is being written',
    context: 'runtime/pprof, every Go version',
  },
  {
    name: 'runtime.runfinq, runtime.runFinalizers, runtime.runCleanups, when no finalizer runs',
    match: { where: 'any', name: /^runtime\.(?:runfinq|runFinalizers|runCleanups)$/ },
    calls: /^(?:runtime|internal\/runtime\/[\w/]+)\./,
    reason: 'the runtime waits for finalizers and cleanups to run',
    context: 'runFinalizers and runCleanups since Go 1.25, runfinq before',
  },
  {
    name: 'net/http.(*connReader).backgroundRead',
    match: { where: 'any', name: 'net/http.(*connReader).backgroundRead' },
    reason: 'the server watches the connection of a request that is being served; the handler is counted itself',
    context: 'net/http servers, every Go version',
  },
  {
    name: 'net/http.(*connReader).startBackgroundRead, just started',
    match: { where: 'any', name: /^net\/http\.\(\*connReader\)\.startBackgroundRead\.(?:gowrap\d+|func\d+)$/ },
    calls: WAITING,
    reason: 'backgroundRead before its first instruction',
    context: 'net/http servers, since Go 1.22',
  },
]

/** The built-in entry that accepts a stack, if one does; names leaf first. */
export function matchesKnown(frames: readonly string[], createdBy?: string): KnownIgnore | undefined {
  return KNOWN.find(({ match, with: others = [], calls }) => {
    if (!matches(match, frames, createdBy)) return false
    if (!others.every((other) => frames.some((name) => equals(other, name)))) return false
    if (calls === undefined) return true
    const matched = frames.findIndex((name) => equals(match.name, name))
    return frames.slice(0, matched).every((name) => calls.test(name))
  })
}

/** Whether an entry of the policy is about a stack; names leaf first. Does not look at `max` and `expires`. */
export function matchIgnore(ignore: Pick<Ignore, 'match'>, frames: readonly string[], createdBy?: string): boolean {
  return matches(ignore.match, frames, createdBy)
}

function matches({ where, name }: Ignore['match'], frames: readonly string[], createdBy: string | undefined): boolean {
  switch (where) {
    case 'any':
      return frames.some((frame) => equals(name, frame))
    case 'created-by':
      return createdBy !== undefined && equals(name, createdBy)
    case 'top': {
      const top = topOf(frames)
      return top !== undefined && equals(name, top)
    }
  }
}

/** The leaf-most function that is not the runtime's; of a stack that is all the runtime's, its leaf. */
function topOf(frames: readonly string[]): string | undefined {
  return frames.find((name) => !WAITING.test(name)) ?? frames[0]
}

/** A name as written, or as its report shows it: without type arguments and escapes. */
function equals(wanted: string | RegExp, name: string): boolean {
  if (typeof wanted !== 'string') return wanted.test(name)
  return wanted === name || (/[[%-]/.test(name) && wanted === stableName(name))
}
