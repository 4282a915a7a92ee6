import { Sequences, withRoom } from './sequences.ts'

/** A resolved frame: one function at one line. Inlined calls are frames of their own. */
export interface Frame {
  /** As pprof prints it, e.g. `net/http.(*conn).serve`; `[libc.so]` or `<unknown>` where there is no symbol. */
  readonly function: string
  readonly file: string
  readonly line: number
}

interface Place {
  readonly name: string
  readonly file: string
  readonly function: number
}

/**
 * Frames and stacks, each kept once and known by a small number, so that the snapshots of both sides compare by
 * number. Stacks are leaf first. A stack is kept as runs: the frames of one program counter, more than one where calls
 * were inlined.
 */
export class Stacks {
  /** Function and file, by name. */
  readonly #placeIds = new Map<string, number>()
  readonly #places: Place[] = []
  /** Place and the two halves of the line of each frame. */
  readonly #frames = new Sequences()
  readonly #frameKey = new Int32Array(3)
  readonly #spelled: Frame[] = []
  readonly #functionIds = new Map<string, number>()
  readonly #functions: string[] = []
  /** Function id of each frame. */
  #frameFunction = new Int32Array(1024)
  readonly #runs = new Sequences()
  #path = new Int32Array(256)
  readonly #stacks = new Sequences()

  get count(): number {
    return this.#stacks.count
  }

  get functionCount(): number {
    return this.#functions.length
  }

  /** Runs of all stacks together: what they take in memory. */
  get size(): number {
    return this.#stacks.size
  }

  frameId(name: string, file: string, line: number): number {
    return this.frameAt(this.placeId(name, file), line)
  }

  /** A function and its file, for `frameAt`: text is looked up once, not for every line. */
  placeId(name: string, file: string): number {
    const key = `${name}\n${file}`
    let id = this.#placeIds.get(key)
    if (id === undefined) {
      id = this.#places.push({ name, file, function: this.#functionId(name) }) - 1
      this.#placeIds.set(key, id)
    }
    return id
  }

  frameAt(place: number, line: number): number {
    this.#frameKey[0] = place
    this.#frameKey[1] = line
    this.#frameKey[2] = Math.floor(line / 2 ** 32)
    const id = this.#frames.intern(this.#frameKey, 3)
    this.#frameFunction = withRoom(this.#frameFunction, id + 1)
    this.#frameFunction[id] = this.#places[place]!.function
    return id
  }

  functionName(id: number): string {
    return this.#functions[id]!
  }

  functionOf(frame: number): number {
    return this.#frameFunction[frame]!
  }

  /** Equal frames are the same object. */
  frame(id: number): Frame {
    this.#spelled[id] ??= this.#spell(id)
    return this.#spelled[id]
  }

  #spell(id: number): Frame {
    const key = this.#frames.items(id)
    const { name, file } = this.#places[key[0]!]!
    return { function: name, file, line: key[2]! * 2 ** 32 + (key[1]! >>> 0) }
  }

  /** Makes room for as many in all: most stacks of a profile are in the other ones too. */
  reserve(stacks: number, runs: number): void {
    this.#stacks.reserve(stacks, runs)
  }

  /** Interns the run of the first `length` frame ids, leaf first. */
  runId(frames: Int32Array, length: number): number {
    return this.#runs.intern(frames, length)
  }

  /** Interns the stack of the first `length` run ids, leaf first. */
  stackOfRuns(runs: Int32Array, length: number): number {
    return this.#stacks.intern(runs, length)
  }

  /** Interns the stack of the first `depth` frame ids, leaf first, none of them inlined. */
  stackId(frames: Int32Array, depth: number): number {
    const runs = new Int32Array(depth)
    for (let i = 0; i < depth; i++) runs[i] = this.runId(frames.subarray(i, i + 1), 1)
    return this.stackOfRuns(runs, depth)
  }

  /** Run ids of all stacks for hot loops: stack s spans run[start[s]] .. run[start[s + 1]]. Views, as `path` is. */
  stackRuns(): { readonly start: Int32Array; readonly run: Int32Array } {
    return { start: this.#stacks.starts, run: this.#stacks.all }
  }

  /** Function ids of every run, leaf first: run r spans function[start[r] .. start[r + 1]]. */
  runFunctions(): { readonly start: Int32Array; readonly function: Int32Array } {
    const frames = this.#runs.all.subarray(0, this.#runs.size)
    return { start: this.#runs.starts, function: frames.map((frame) => this.#frameFunction[frame]!) }
  }

  /** Frame ids of a stack, leaf first. A view: do not keep it across the next call. */
  path(stack: number): Int32Array {
    const { all: runs, starts } = this.#stacks
    const { all: frames, starts: runStarts } = this.#runs
    let path = this.#path
    let depth = 0
    for (let i = starts[stack]!; i < starts[stack + 1]!; i++) {
      const to = runStarts[runs[i]! + 1]!
      for (let at = runStarts[runs[i]!]!; at < to; at++) {
        if (depth === path.length) path = withRoom(path, depth * 2)
        path[depth++] = frames[at]!
      }
    }
    this.#path = path
    return path.subarray(0, depth)
  }

  frames(stack: number): Frame[] {
    return Array.from(this.path(stack), (id) => this.frame(id))
  }

  #functionId(name: string): number {
    let id = this.#functionIds.get(name)
    if (id === undefined) {
      id = this.#functions.push(name) - 1
      this.#functionIds.set(name, id)
    }
    return id
  }
}
