import { Sequences, withRoom } from './sequences.ts'

/** A resolved frame: one function at one line. Inlined calls are frames of their own. */
export interface Frame {
  /** As pprof prints it, e.g. `net/http.(*conn).serve`; `[libc.so]` or `<unknown>` where there is no symbol. */
  readonly function: string
  readonly file: string
  readonly line: number
}

/**
 * Frames and stacks, each kept once and known by a small number, so that the snapshots of both sides compare by
 * number. Stacks are leaf first.
 */
export class Stacks {
  readonly #frameIds = new Map<string, number>()
  readonly #frames: Frame[] = []
  readonly #functionIds = new Map<string, number>()
  readonly #functions: string[] = []
  /** Function id of each frame. */
  #frameFunction = new Int32Array(1024)
  readonly #stacks = new Sequences()

  get count(): number {
    return this.#stacks.count
  }

  get functionCount(): number {
    return this.#functions.length
  }

  frameId(name: string, file: string, line: number): number {
    const key = `${name}\n${file}\n${line}`
    let id = this.#frameIds.get(key)
    if (id === undefined) {
      id = this.#frames.length
      this.#frameIds.set(key, id)
      this.#frames.push({ function: name, file, line })
      this.#frameFunction = withRoom(this.#frameFunction, id + 1)
      this.#frameFunction[id] = this.#functionId(name)
    }
    return id
  }

  functionName(id: number): string {
    return this.#functions[id]!
  }

  functionOf(frame: number): number {
    return this.#frameFunction[frame]!
  }

  frame(id: number): Frame {
    return this.#frames[id]!
  }

  /** Interns the stack of the first `depth` frame ids, leaf first. */
  stackId(frames: Int32Array, depth: number): number {
    return this.#stacks.intern(frames, depth)
  }

  /** Frame ids of a stack, leaf first. A view: do not keep it across `stackId`. */
  path(stack: number): Int32Array {
    return this.#stacks.items(stack)
  }

  frames(stack: number): Frame[] {
    return Array.from(this.path(stack), (id) => this.#frames[id]!)
  }

  #functionId(name: string): number {
    let id = this.#functionIds.get(name)
    if (id === undefined) {
      id = this.#functions.length
      this.#functionIds.set(name, id)
      this.#functions.push(name)
    }
    return id
  }
}
