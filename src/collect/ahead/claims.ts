/** The memory both threads see: how many results wait to be taken, and the state of every file. */
const WAITING = 0
const FIRST = 1

const FREE = 0
const DECODER = 1
const READER = 2
const DONE = 3

/** Results wait in memory until the reader comes to their file. */
const MOST_WAITING = 2
/** Longer than any file takes that is small enough to be read. */
const PATIENCE = 10_000

/** Who decodes which file: each is claimed once, by whoever comes to it first. */
export class Claims {
  readonly shared: SharedArrayBuffer
  readonly #state: Int32Array<SharedArrayBuffer>

  constructor(files: number | SharedArrayBuffer) {
    this.shared = typeof files === 'number' ? new SharedArrayBuffer((FIRST + files) * 4) : files
    this.#state = new Int32Array(this.shared)
  }

  /** For the decoder: waits until there is room for a result; false where the reader was faster. */
  claimForDecoder(file: number): boolean {
    for (let { waiting } = this; waiting >= MOST_WAITING; waiting = this.waiting) {
      Atomics.wait(this.#state, WAITING, waiting)
    }
    return this.#claim(file, DECODER)
  }

  /** For the decoder: the result has been sent. */
  done(file: number): void {
    Atomics.add(this.#state, WAITING, 1)
    Atomics.store(this.#state, FIRST + file, DONE)
    Atomics.notify(this.#state, FIRST + file)
  }

  /** For the reader: true when a result has been sent or comes soon, false when the reader must decode the file. */
  awaitDecoder(file: number): boolean {
    if (this.#claim(file, READER)) return false
    if (Atomics.load(this.#state, FIRST + file) === READER) return false
    return Atomics.wait(this.#state, FIRST + file, DECODER, PATIENCE) !== 'timed-out'
  }

  /** For the reader: a result has been taken. */
  taken(): void {
    Atomics.sub(this.#state, WAITING, 1)
    Atomics.notify(this.#state, WAITING)
  }

  /** Results that have been sent and not taken. */
  get waiting(): number {
    return Atomics.load(this.#state, WAITING)
  }

  #claim(file: number, by: number): boolean {
    return Atomics.compareExchange(this.#state, FIRST + file, FREE, by) === FREE
  }
}
