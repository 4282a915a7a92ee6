import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Address } from './target.ts'

export interface FetchOptions {
  /** Milliseconds for the whole answer. */
  readonly timeout: number
  /** The answer may have this many bytes; the connection is closed at the next one. */
  readonly most: number
  /** Keep what came until `most` instead of failing. */
  readonly cut?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** The answer was longer than `most`. */
  readonly cut: boolean
}

/** Why a request got no usable answer. `gone`: nothing listens there any more. */
export class FetchTrouble extends Error {
  override readonly name = 'FetchTrouble'
  readonly reason: 'gone' | 'timeout' | 'too-large' | 'redirect' | 'status' | 'broken' | 'stopped'
  /** HTTP status, 0 where there was no answer. */
  readonly status: number
  constructor(reason: FetchTrouble['reason'], what: string, status = 0) {
    super(what)
    this.reason = reason
    this.status = status
  }
}

const MAX_REDIRECTS = 3
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'])

/**
 * One GET over a connection of its own: a kept one would leave a goroutine in the service that is measured.
 * What answers is not trusted: time and size are bounded, and redirects to other hosts are not followed, since the
 * headers may hold secrets.
 */
export async function fetchBounded(address: Address, path: string, options: FetchOptions): Promise<Answer> {
  let at = path
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await once(address, at, options)
    if (answer.location === undefined) return answer
    const next = redirected(address, at, answer.location)
    if (next === undefined) throw new FetchTrouble('redirect', 'the answer redirects to another host')
    at = next
  }
  throw new FetchTrouble('redirect', `more than ${MAX_REDIRECTS} redirects`)
}

function once(address: Address, path: string, options: FetchOptions): Promise<Answer & { location?: string }> {
  return new Promise((resolve, reject) => {
    const request = open(address, path, options.headers ?? {})
    const timer = setTimeout(
      () => request.destroy(new FetchTrouble('timeout', `no complete answer within ${options.timeout / 1000} s`)),
      options.timeout,
    )
    const stop = (): void => {
      request.destroy(new FetchTrouble('stopped', 'stopped'))
    }
    options.signal?.addEventListener('abort', stop, { once: true })
    if (options.signal?.aborted) stop()
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
      act()
    }
    const fail = (error: Error): void => settle(() => reject(troubleOf(error)))
    request.on('error', fail)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = (cut: boolean): void =>
        settle(() => {
          const { statusCode: status = 0 } = response
          const location = status >= 300 && status < 400 ? response.headers.location : undefined
          const body = Buffer.concat(chunks).subarray(0, options.most)
          resolve({ status, body, cut, ...(location === undefined ? {} : { location }) })
        })
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size <= options.most) return
        if (options.cut === true) {
          done(true)
          request.destroy()
          return
        }
        // Told at once: with its last chunk an answer is complete, and destroying it comes too late.
        fail(new FetchTrouble('too-large', `the answer is larger than ${mebibytes(options.most)}`))
        request.destroy()
      })
      response.on('error', fail)
      response.on('end', () => (response.complete ? done(false) : fail(new Error('the answer was cut short'))))
      // Destroyed by us: the request's own error says why, unless the body had begun.
      response.on('aborted', () => fail(request.errored ?? new Error('the answer was cut short')))
    })
    request.end()
  })
}

function open(address: Address, path: string, headers: Readonly<Record<string, string>>): ClientRequest {
  const sent = { 'accept-encoding': 'identity', 'user-agent': 'leakgate', ...headers, connection: 'close' }
  if (address.kind === 'unix') {
    return requestHttp({ socketPath: address.socket, path, agent: false, headers: { host: 'localhost', ...sent } })
  }
  const authorization = address.authorization === undefined ? {} : { authorization: address.authorization }
  const send = address.origin.startsWith('https:') ? requestHttps : requestHttp
  return send(`${address.origin}${path}`, { agent: false, headers: { ...authorization, ...sent } })
}

/** The path to go on with, if it is on the same host. */
function redirected(address: Address, path: string, location: string): string | undefined {
  const origin = address.kind === 'unix' ? 'http://localhost' : address.origin
  if (!URL.canParse(location, `${origin}${path}`)) return undefined
  const next = new URL(location, `${origin}${path}`)
  return next.origin === origin ? `${next.pathname}${next.search}` : undefined
}

function troubleOf(error: Error): FetchTrouble {
  if (error instanceof FetchTrouble) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return new FetchTrouble('gone', 'nothing answers there')
  if (code === 'ENOTFOUND') return new FetchTrouble('gone', 'the host is not known')
  if (GONE.has(code)) return new FetchTrouble('gone', `the connection broke (${code})`)
  return new FetchTrouble('broken', error.message.slice(0, 200))
}

function mebibytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`
}
