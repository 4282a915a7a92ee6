import { randomUUID } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The end of a round, told by the load itself. */
export interface Mark {
  /** Operations since the mark before, where the load counts them. */
  readonly operations: number | undefined
  /** Lets the load go on. */
  answer(status: number, text: string): void
}

/** The name under which a load finds the address. */
export const MARK_VARIABLE = 'LEAKGATE_MARK'

/**
 * Where a load of many rounds says that one has ended: `curl -fsS "$LEAKGATE_MARK"`, with `?operations=N` where it counts.
 * The answer comes when the service has been recorded at rest, so that whoever asks waits for it. Only this machine
 * reaches it, and only who knows the token in its path.
 */
export class Marks {
  readonly url: string
  readonly #server: Server
  readonly #path: string
  readonly #waiting: Mark[] = []
  #next: ((mark: Mark) => void) | undefined

  static async open(): Promise<Marks> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    // A load that hangs must not keep the recorder alive.
    server.unref()
    return new Marks(server)
  }

  private constructor(server: Server) {
    this.#server = server
    this.#path = `/${randomUUID()}`
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${this.#path}`
    server.on('request', (request, response) => {
      request.resume()
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (pathname !== this.#path) return reply(response, 404, 'No such mark.')
      const text = searchParams.get('operations')
      if (text !== null && !/^\d{1,15}$/.test(text)) return reply(response, 400, 'operations must be a whole number.')
      this.#arrive({
        operations: text === null ? undefined : Number(text),
        answer: (status, words) => reply(response, status, words),
      })
    })
  }

  /** The next mark, or undefined when the signal comes first. */
  next(signal: AbortSignal): Promise<Mark | undefined> {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined || signal.aborted) return Promise.resolve(waiting)
    return new Promise((resolve) => {
      const stop = (): void => {
        this.#next = undefined
        resolve(undefined)
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#next = (mark) => {
        signal.removeEventListener('abort', stop)
        this.#next = undefined
        resolve(mark)
      }
    })
  }

  close(): void {
    for (const mark of this.#waiting.splice(0)) mark.answer(503, 'The recording has ended.')
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #arrive(mark: Mark): void {
    if (this.#next !== undefined) this.#next(mark)
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(mark)
    else mark.answer(429, 'Wait for the answer to one mark before the next.')
  }
}

const MOST_WAITING = 100

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${text}\n`)
}
