import { Sequences, withRoom } from '../profile/sequences.ts'
import type { Frame, Stacks } from '../profile/stacks.ts'
import { isCompilerWrapper, isRuntime, looseName, stableName } from '../profile/symbol.ts'
import { isWaiting, type Wait, waitOf } from '../profile/wait.ts'

/** Toolchains before Go 1.23 cut stacks here, at the root end. */
const COMPARED_DEPTH = 32

/**
 * Which stacks are the same stack in another build: equal function names from the leaf, without lines, type
 * arguments, compiler wrappers and the runtime's own frames; for goroutines also the same reason to wait.
 * A moved line or another Go version thus does not make a stack new.
 */
export class Classes {
  readonly stacks: Stacks
  readonly #goroutines: boolean
  readonly #keys = new Sequences()
  readonly #nameIds = new Map<string, number>()
  readonly #names: string[] = []
  readonly #waits: Wait[] = []
  /** Class + 1 of each stack, 0 where not asked yet. */
  #classOf = new Int32Array(1024)
  /** Facts of each function id, read off its name once. */
  readonly #functions: FunctionFacts[] = []
  readonly #scratch = new Int32Array(COMPARED_DEPTH + 1)
  /** Classes of head stacks that were found to be a base class under a looser name. */
  readonly #alias = new Map<number, number>()
  /** The loose name of each name, and the keys made of them. */
  readonly #looseIds: number[] = []
  readonly #looseNames = new Map<string, number>()
  readonly #looseKeys = new Sequences()

  constructor(stacks: Stacks, kind: 'goroutine' | 'heap') {
    this.stacks = stacks
    this.#goroutines = kind === 'goroutine'
  }

  of(stack: number): number {
    this.#classOf = withRoom(this.#classOf, stack + 1)
    let id = this.#classOf[stack]! - 1
    if (id === -1) {
      id = this.#classify(stack)
      this.#classOf[stack] = id + 1
    }
    return this.canonical(id)
  }

  /** The class itself, or the base class it was paired with. */
  canonical(id: number): number {
    return this.#alias.size === 0 ? id : (this.#alias.get(id) ?? id)
  }

  /** Whether a class was paired with one of another name. */
  get hasPaired(): boolean {
    return this.#alias.size > 0
  }

  /** Why the goroutines of the class wait; undefined for heap stacks. */
  wait(id: number): Wait | undefined {
    const first = this.#keys.items(id)[0]!
    return first === -1 ? undefined : this.#waits[first]
  }

  /** Stable function names, leaf first. */
  names(id: number): string[] {
    return Array.from(this.#keys.items(id).subarray(1), (name) => this.#names[name]!)
  }

  /**
   * Pairs head classes without a base counterpart with base classes that have no head counterpart, when their names
   * differ in closure ordinals only: adding a closure renumbers those below it.
   */
  pairRenamed(base: Iterable<number>, head: Iterable<number>): void {
    const baseSet = new Set(base)
    const headSet = new Set(head)
    const loose = new Map<number, number | undefined>()
    for (const id of baseSet) {
      if (headSet.has(id)) continue
      const key = this.#looseKey(id)
      // Two candidates are no pairing.
      loose.set(key, loose.has(key) ? undefined : id)
    }
    for (const id of headSet) {
      if (baseSet.has(id)) continue
      const key = this.#looseKey(id)
      const partner = loose.get(key)
      if (partner === undefined) continue
      this.#alias.set(id, partner)
      loose.delete(key)
    }
  }

  /** Equal for classes of the same reason to wait and the same loose names. */
  #looseKey(id: number): number {
    const key = this.#keys.items(id).slice()
    for (let i = 1; i < key.length; i++) key[i] = this.#looseId(key[i]!)
    return this.#looseKeys.intern(key, key.length)
  }

  #looseId(name: number): number {
    let id = this.#looseIds[name]
    if (id === undefined) {
      const loose = looseName(this.#names[name]!)
      id = this.#looseNames.get(loose) ?? this.#looseNames.size
      this.#looseNames.set(loose, id)
      this.#looseIds[name] = id
    }
    return id
  }

  #classify(stack: number): number {
    const path = this.stacks.path(stack)
    const scratch = this.#scratch
    scratch[0] = this.#goroutines ? this.#waitId(path) : -1
    let length = 1
    let leaf = true
    for (let i = 0; i < path.length && length <= COMPARED_DEPTH; i++) {
      const facts = this.#facts(this.stacks.functionOf(path[i]!))
      if (facts.wrapper || (leaf && (facts.runtime || (this.#goroutines && facts.waiting)))) continue
      if (facts.root) break
      leaf = false
      scratch[length++] = facts.name
    }
    // A stack of nothing but the runtime keeps its frames.
    if (length === 1) {
      for (let i = 0; i < path.length && length <= COMPARED_DEPTH; i++) {
        scratch[length++] = this.#facts(this.stacks.functionOf(path[i]!)).name
      }
    }
    return this.#keys.intern(scratch, length)
  }

  #waitId(path: Int32Array): number {
    let semaphore = false
    for (const frame of path) {
      const facts = this.#facts(this.stacks.functionOf(frame))
      if (facts.wait !== 'running' && facts.wait !== 'semaphore') return this.#internWait(facts.wait)
      if (facts.wait === 'semaphore') semaphore = true
      if (!facts.waiting) break
    }
    return this.#internWait(semaphore ? 'semaphore' : 'running')
  }

  #internWait(wait: Wait): number {
    const known = this.#waits.indexOf(wait)
    return known === -1 ? this.#waits.push(wait) - 1 : known
  }

  #facts(id: number): FunctionFacts {
    let facts = this.#functions[id]
    if (facts === undefined) {
      const name = this.stacks.functionName(id)
      facts = {
        name: this.#nameId(stableName(name)),
        runtime: isRuntime(name),
        waiting: isWaiting(name),
        wrapper: isCompilerWrapper(name),
        root: name === 'runtime.goexit' || name === 'runtime.main',
        wait: this.#goroutines ? waitOf([name]) : 'running',
      }
      this.#functions[id] = facts
    }
    return facts
  }

  #nameId(name: string): number {
    let id = this.#nameIds.get(name)
    if (id === undefined) {
      id = this.#names.push(name) - 1
      this.#nameIds.set(name, id)
    }
    return id
  }
}

interface FunctionFacts {
  readonly name: number
  readonly runtime: boolean
  readonly waiting: boolean
  readonly wrapper: boolean
  readonly root: boolean
  readonly wait: Wait
}

/** Frames of a stack for people: without the runtime's at either end and without compiler wrappers. */
export function visibleFrames(frames: readonly Frame[]): Frame[] {
  const visible = frames.filter((frame) => !isRuntime(frame.function) && !isCompilerWrapper(frame.function))
  return visible.length > 0 ? visible : [...frames]
}
