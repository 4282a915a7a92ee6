import { describeSample, type Progress, type Sampled } from '../collect/record/progress.ts'
import { plainText } from '../report/escape.ts'
import { sparkline } from '../report/sparkline.ts'

/** Where the load's output goes. */
interface Stream {
  write(text: string | Uint8Array): unknown
}

/** Progress as lines; in a terminal with the course of heap and goroutines as a sparkline, samples on one line. */
export class TerminalProgress implements Progress {
  readonly #stream: Stream
  readonly #live: boolean
  readonly #ascii: boolean
  readonly #courses = new Map<string, { heap: number[]; goroutines: number[] }>()
  #transient = false

  constructor(stream: Stream, live: boolean, ascii: boolean) {
    this.#stream = stream
    this.#live = live
    this.#ascii = ascii
  }

  note(text: string): void {
    this.#line(plainText(text))
  }

  sampled(event: Sampled): void {
    if (event.phase === 'load') {
      if (!this.#live) return
      this.#clear()
      this.#stream.write(`load: ${describeSample(event)}`)
      this.#transient = true
      return
    }
    if (!this.#live) {
      this.#line(describeSample(event))
      return
    }
    const course = this.#courses.get(event.service) ?? { heap: [], goroutines: [] }
    this.#courses.set(event.service, course)
    course.heap.push(event.heap ?? Number.NaN)
    course.goroutines.push(event.goroutines ?? Number.NaN)
    const lines = [course.heap, course.goroutines].map((values) => sparkline(values, { ascii: this.#ascii }))
    this.#line(`${describeSample(event)}  heap ${lines[0]}  goroutines ${lines[1]}`)
  }

  loadBegins(round: number, planned: number): void {
    this.#clear()
    if (!this.#live) return
    this.#stream.write(`round ${round} of ${planned}: load runs`)
    this.#transient = true
  }

  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    this.#clear()
    process[stream].write(chunk)
  }

  loadEnds(): void {
    this.#clear()
  }

  #line(text: string): void {
    this.#clear()
    this.#stream.write(`${text}\n`)
  }

  /** Takes the line back that is rewritten all the time. */
  #clear(): void {
    if (this.#transient) this.#stream.write('\r\u001b[K')
    this.#transient = false
  }
}
