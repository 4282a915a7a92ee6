import { availableParallelism } from 'node:os'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Profile } from '../../profile/profile.ts'
import { type Decoded, profileOf } from '../../profile/protobuf/decoded.ts'
import { Claims } from './claims.ts'
import { largeFiles } from './large-files.ts'

/** What the decoder is given. */
export interface DecoderTask {
  readonly files: readonly string[]
  readonly claims: SharedArrayBuffer
  readonly port: MessagePort
}

/** What it sends for each file it claimed; undefined where the file is not for it, or wrong. */
export interface DecoderResult {
  readonly file: number
  readonly decoded: Decoded | undefined
}

/** A second thread that decodes large profiles while this one reads others. */
export class Ahead {
  readonly #files: ReadonlyMap<string, number>
  readonly #claims: Claims
  readonly #port: MessagePort
  readonly #worker: Worker
  readonly #results = new Map<number, Decoded | undefined>()

  constructor(files: readonly string[]) {
    const { port1, port2 } = new MessageChannel()
    this.#files = new Map(files.map((file, i) => [file, i]))
    this.#claims = new Claims(files.length)
    this.#port = port1
    const task: DecoderTask = { files, claims: this.#claims.shared, port: port2 }
    const script = `./decoder.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`
    this.#worker = new Worker(new URL(script, import.meta.url), {
      workerData: task,
      transferList: [port2],
      execArgv: [],
    })
    // Without it all is read here, only slower.
    this.#worker.on('error', () => {})
    this.#worker.unref()
  }

  /** The profile in the file; undefined where the caller must read it, and be told what is wrong with it. */
  take(path: string): Profile | undefined {
    const file = this.#files.get(path)
    if (file === undefined || !this.#claims.awaitDecoder(file)) return undefined
    for (let sent = receiveMessageOnPort(this.#port); sent; sent = receiveMessageOnPort(this.#port)) {
      const { file: of, decoded } = sent.message as DecoderResult
      this.#results.set(of, decoded)
    }
    if (!this.#results.has(file)) return undefined
    const decoded = this.#results.get(file)
    this.#results.delete(file)
    this.#claims.taken()
    return decoded && profileOf(decoded)
  }

  /** Profiles that are ready to be taken. */
  get waiting(): number {
    return this.#claims.waiting
  }

  close(): void {
    this.#port.close()
    void this.#worker.terminate()
  }
}

/** Reads ahead where that pays: a thread costs more than a small file takes. */
export function readAhead(paths: readonly string[]): Ahead | undefined {
  if (availableParallelism() < 2) return undefined
  const files = largeFiles(paths)
  return files.length < 2 ? undefined : new Ahead(files)
}
