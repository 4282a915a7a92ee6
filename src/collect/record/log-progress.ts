import { randomUUID } from 'node:crypto'
import { describeSample, type Progress, type Sampled } from './progress.ts'

interface Streams {
  readonly stdout: { write(text: string | Uint8Array): unknown }
  readonly stderr: { write(text: string | Uint8Array): unknown }
}

/**
 * Progress as plain lines of a step's log. The runner obeys `::command::` lines of whoever prints them, so that it is
 * told to stop listening while the load's output passes through.
 */
export class LogProgress implements Progress {
  readonly #streams: Streams
  #token: string | undefined
  #lineOpen = { stdout: false, stderr: false }

  constructor(streams: Streams = process) {
    this.#streams = streams
  }

  note(text: string): void {
    this.#streams.stdout.write(`${text.replace(/[\r\n]+/g, ' ').replace(/::|##\[/g, ' ')}\n`)
  }

  sampled(event: Sampled): void {
    this.note(`${event.phase === 'load' ? 'load, ' : ''}${describeSample(event)}`)
  }

  loadBegins(round: number, planned: number): void {
    this.note(`round ${round} of ${planned}: load begins`)
    this.#token = randomUUID()
    this.#streams.stdout.write(`::stop-commands::${this.#token}\n`)
  }

  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    if (chunk.length === 0) return
    this.#streams[stream].write(chunk)
    this.#lineOpen[stream] = chunk[chunk.length - 1] !== 0x0a
  }

  loadEnds(): void {
    // The command must stand on a line of its own, whatever the load printed last.
    for (const stream of ['stdout', 'stderr'] as const) if (this.#lineOpen[stream]) this.#streams[stream].write('\n')
    this.#lineOpen = { stdout: false, stderr: false }
    if (this.#token !== undefined) this.#streams.stdout.write(`::${this.#token}::\n`)
    this.#token = undefined
  }
}
