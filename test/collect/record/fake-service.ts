import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { recording } from '../../fixtures.ts'

const ONE_GOROUTINE = `goroutine profile: total 1
1 @ 0x4888ae 0x465485
#\t0x4888ad\tmain.main+0x2d\t/src/main.go:10

`

/** Answers one request in the fake's place; false lets the fake answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse, fake: FakeService) => boolean

/** A service as net/http/pprof shows it, played from what a real one recorded; faults are put in its way. */
export class FakeService {
  /** Rounds of load until now. */
  rounds = 0
  mallocs = 100_000
  totalAlloc = 20_000_000
  forced = 5
  readonly requests: IncomingMessage[] = []
  fault: Fault = () => false
  /** Whose profiles are served. */
  program = 'healthy'
  readonly server: Server
  #heaps = 0

  constructor() {
    this.server = createServer((request, response) => {
      this.requests.push(request)
      if (!this.fault(request, response, this)) this.#answer(request, response)
    })
  }

  async listen(socket?: string): Promise<this> {
    await new Promise<void>((resolve) =>
      socket === undefined ? this.server.listen(0, '127.0.0.1', resolve) : this.server.listen(socket, resolve),
    )
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** A load that does something; the fake counts it as a round. bash by itself: a process of Node takes far longer. */
  get load(): { script: string } {
    const { port } = this.server.address() as AddressInfo
    return {
      script: `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET /load HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3 >/dev/null`,
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://fake')
    this.mallocs += 1000
    this.totalAlloc += 50_000
    if (url.searchParams.get('gc') === '1') this.forced++
    if (url.pathname === '/load') {
      this.rounds++
      this.mallocs += 20_000
      response.end('done')
      return
    }
    const body = this.profile(url)
    if (body === undefined) response.writeHead(404).end('Unknown profile\n')
    else response.end(body)
  }

  profile(url: URL): Buffer | string | undefined {
    const debug = url.searchParams.get('debug')
    switch (url.pathname.split('/').at(-1)) {
      case 'heap':
        if (debug === '1') return this.#memstats()
        // Another file each time: a heap profile carries the time it was taken.
        return this.file(`${String(1 + (this.#heaps++ % 10)).padStart(2, '0')}/heap.pb.gz`)
      case 'allocs':
        return this.file('01/allocs.pb.gz')
      case 'goroutine':
        if (debug === '1') return ONE_GOROUTINE
        return debug === '2' ? gunzipSync(this.file('01/goroutine.txt.gz')) : this.file('01/goroutine.pb.gz')
      case 'goroutineleak':
        return this.file('01/goroutineleak-1.pb.gz')
      case 'profile':
      case 'mutex':
        return this.file('01/heap.pb.gz')
      default:
        return undefined
    }
  }

  file(path: string): Buffer {
    return readFileSync(join(recording(this.program), path))
  }

  #memstats(): string {
    return (
      gunzipSync(this.file('01/memstats.txt.gz'))
        .toString()
        .replace(/# Mallocs = \d+/, `# Mallocs = ${this.mallocs}`)
        .replace(/# TotalAlloc = \d+/, `# TotalAlloc = ${this.totalAlloc}`)
        .replace(/# NumForcedGC = \d+/, `# NumForcedGC = ${this.forced}`)
        // As in Go, a forced collection counts as one.
        .replace(/# NumGC = \d+/, `# NumGC = ${100 + this.forced}`)
    )
  }
}

export const EMPTY_GZIP = gzipSync('')
