import { isRuntime, packageOf } from '../profile/symbol.ts'
import { containerRank, isContainer, LEAST_SLOT } from './diagnose.ts'
import type { Place } from './finding.ts'
import type { Suspect } from './suspects.ts'

/** One leak: the suspect that names it, what else grew because of it, and the user's own line. */
export interface Leak {
  readonly main: Suspect
  readonly rest: readonly Suspect[]
  readonly own: Place | undefined
}

/** Suspects that are one leak, told by the user's own functions they share. */
export function groupLeaks(goroutines: readonly Suspect[], heap: readonly Suspect[]): Leak[] {
  const taken = new Set<Suspect>()
  const leaks: Leak[] = []
  for (const group of goroutineGroups(goroutines)) {
    const main = group[0]!
    const kept = heap.filter((suspect) => !taken.has(suspect) && group.some((one) => keeps(one, suspect)))
    for (const suspect of kept) taken.add(suspect)
    const opened = openedAt(main, kept)
    leaks.push({
      main: opened === undefined ? main : { ...main, diagnosis: OPEN_CONNECTION },
      rest: [...group.slice(1), ...counting(kept)],
      own: opened ?? main.own ?? callerOf(main, kept),
    })
  }
  // What the runtime allocates for its goroutines says nothing by itself: the goroutines are counted exactly.
  leaks.push(...heapLeaks(heap.filter((suspect) => !taken.has(suspect) && !isRuntimeOwn(suspect))))
  return leaks
}

const OPEN_CONNECTION = { kind: 'connection-not-closed', confidence: 'likely' } as const

/** Goroutines that read from connections nobody closes: the line that opened them, where their memory was allocated. */
function openedAt(goroutine: Suspect, kept: readonly Suspect[]): Place | undefined {
  if (goroutine.diagnosis.kind !== 'goroutine-io') return undefined
  // Opened where the goroutine was started: no doubt whose it is, though its buffers take more than the connection.
  const start = goroutine.startedAt?.function
  const opened = kept.find(({ diagnosis, own }) => diagnosis.kind === OPEN_CONNECTION.kind && own?.function === start)
  if (opened?.own !== undefined) return opened.own
  return counting(kept)
    .filter((suspect) => suspect.own !== undefined)
    .sort((a, b) => bytes(b) - bytes(a))[0]?.own
}

function isRuntimeOwn(suspect: Suspect): boolean {
  return suspect.stack.every((place) => isRuntime(place.function))
}

/** Goroutines of one cause come in pairs (readLoop and writeLoop) or from one `go` statement. */
function goroutineGroups(goroutines: readonly Suspect[]): Suspect[][] {
  const groups = new Map<string, Suspect[]>()
  for (const suspect of [...goroutines].sort((a, b) => weight(b) - weight(a))) {
    const key = suspect.own === undefined ? libraryKey(suspect) : `${suspect.own.function}:${suspect.own.line}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [suspect])
    else group.push(suspect)
  }
  const rank = (suspect: Suspect): number => (suspect.diagnosis.kind === 'http-body' ? 0 : 1)
  return [...groups.values()].map((group) => group.sort((a, b) => rank(a) - rank(b) || weight(b) - weight(a)))
}

function libraryKey(suspect: Suspect): string {
  return suspect.startedAt?.function ?? suspect.stack.at(-1)?.function ?? ''
}

/** Whether heap grew because these goroutines stay: allocated by their functions, or by what they run for. */
function keeps(goroutine: Suspect, heap: Suspect): boolean {
  if (isRuntimeOwn(heap)) return true
  if (isClientConnection(goroutine)) {
    if (heap.stack.some((place) => place.function.startsWith('net/http.'))) return true
    return heap.own !== undefined && /\bhttp\.(Transport|Client)\s*\{/.test(heap.own.text ?? '')
  }
  if (heap.own === undefined) return false
  if (goroutine.diagnosis.kind === 'goroutine-io' && samePackage(goroutine.own, heap.own)) return true
  const functions = new Set([...ownFunctions(goroutine.stack), goroutine.startedAt?.function])
  return functions.has(heap.own.function)
}

function samePackage(a: Place | undefined, b: Place | undefined): boolean {
  return a !== undefined && b !== undefined && packageOf(a.function) === packageOf(b.function)
}

function isClientConnection(suspect: Suspect): boolean {
  return suspect.own === undefined && ['http-body', 'http-transport'].includes(suspect.diagnosis.kind)
}

/**
 * Goroutines of a library run no line of the user's. The heap they keep was allocated on the way into the library: the
 * user's last frame before it is the line to look at.
 */
function callerOf(goroutine: Suspect, kept: readonly Suspect[]): Place | undefined {
  const callers = kept.filter((suspect) => suspect.own !== undefined)
  if (goroutine.diagnosis.kind === 'http-transport') {
    const made = callers.find((suspect) => /\bhttp\.Transport\s*\{|\.Clone\(/.test(suspect.own?.text ?? ''))
    if (made !== undefined) return made.own
  }
  return callers.sort((a, b) => bytes(b) - bytes(a))[0]?.own ?? goroutine.startedAt
}

/**
 * Heap suspects by leak. A container (map, slice, timer, connection) names the leak; what was allocated for it joins
 * the nearest container with which it shares one of the user's functions.
 */
function heapLeaks(heap: readonly Suspect[]): Leak[] {
  const counted = counting(heap)
  const containers = heap.filter((suspect) => isContainer(suspect.diagnosis) && suspect.own !== undefined)
  const mains = new Map<Suspect, Suspect[]>()
  for (const suspect of counted) {
    if (isRequest(suspect)) continue
    const home = isContainer(suspect.diagnosis) ? sameFunction(suspect, containers) : nearest(suspect, containers)
    const main = home ?? [...mains.keys()].find((other) => shareOwn(other, suspect)) ?? suspect
    const group = mains.get(main)
    if (group === undefined) mains.set(main, [main, suspect])
    else group.push(suspect)
  }
  const sum = (main: Suspect): number => mains.get(main)!.reduce((all, one) => all + bytes(one), 0)
  const [keeper] = [...mains.keys()].filter((main) => containers.includes(main)).sort((a, b) => sum(b) - sum(a))
  for (const suspect of counted.filter(isRequest)) {
    const main = keeper ?? suspect
    mains.set(main, [...(mains.get(main) ?? []), suspect])
  }
  return [...mains].map(([main, group]) => ({
    main,
    rest: [...new Set(group)].filter((suspect) => suspect !== main),
    own: main.own,
  }))
}

/** Containers in one function are one leak; the surest kind of them names it. */
function sameFunction(suspect: Suspect, containers: readonly Suspect[]): Suspect {
  const rank = (one: Suspect): number => containerRank(one.diagnosis)
  const same = containers.filter((one) => one.own?.function === suspect.own?.function)
  return same.sort((a, b) => rank(a) - rank(b) || bytes(b) - bytes(a))[0] ?? suspect
}

/** The container that holds what was allocated: it shares the user's function closest to the leaf. */
function nearest(suspect: Suspect, containers: readonly Suspect[]): Suspect | undefined {
  const holding = containers.filter((container) => holds(container, suspect))
  for (const name of ownFunctions(suspect.stack)) {
    const found = holding.filter((container) => ownFunctions(container.stack).includes(name))
    if (found.length > 0) return found.sort((a, b) => bytes(b) - bytes(a))[0]
  }
  return undefined
}

/**
 * What the server read of a request before any line of the user's ran. Who keeps a part of it, such as a key from its
 * URL, keeps the whole line that it was cut from.
 */
function isRequest({ own, stack }: Suspect): boolean {
  return own === undefined && stack.some((place) => place.function === 'net/http.(*conn).readRequest')
}

/** Whether a container can be what keeps the objects: it has room for them, and the code that leads to both is no loop. */
function holds(container: Suspect, suspect: Suspect): boolean {
  if (!container.counts && bytes(container) < LEAST_SLOT * suspect.objects) return false
  const inSuspect = new Map([...suspect.stack.entries()].reverse().map(([i, place]) => [place.function, i]))
  const here = container.stack.findIndex((place) => place.party === 'first' && inSuspect.has(place.function))
  if (here === -1) return false
  const there = inSuspect.get(container.stack[here]!.function)!
  return !isDispatch(container.stack.slice(0, here + 1), suspect.stack.slice(0, there + 1))
}

/**
 * Two ways that part in a function, which calls the one and the other at the same line, as a router, a middleware or a
 * loop over handlers does, have nothing to do with each other; `put(key, render(page))`, which names both, is not that.
 */
function isDispatch(a: readonly Place[], b: readonly Place[]): boolean {
  const [at, callees] = [a.at(-1)!, [a.at(-2), b.at(-2)].map((place) => place && methodOf(place))]
  if (at.line !== b.at(-1)!.line || callees.includes(undefined)) return false
  if (callees[0] === callees[1]) return a.at(-2)!.function !== b.at(-2)!.function
  return at.text !== undefined && !callees.every((name) => at.text!.includes(`${name}(`))
}

/** The last part of a function's name, as a call names it. */
function methodOf(place: Place): string {
  return place.function.slice(place.function.lastIndexOf('.') + 1)
}

function shareOwn(a: Suspect, b: Suspect): boolean {
  return a.own !== undefined && a.own.function === b.own?.function
}

function ownFunctions(stack: readonly Place[]): string[] {
  return stack.filter((place) => place.party === 'first').map((place) => place.function)
}

function counting(suspects: readonly Suspect[]): Suspect[] {
  return suspects.filter((suspect) => suspect.counts)
}

function bytes(suspect: Suspect): number {
  return suspect.evidence[0]?.growth.value ?? 0
}

/** Goroutines first: proof, then count. */
function weight(suspect: Suspect): number {
  const proof = suspect.evidence.some((evidence) => evidence.metric === 'goroutines.leaked') ? 1e9 : 0
  return proof + Math.max(...suspect.evidence.map((evidence) => evidence.growth.value))
}
