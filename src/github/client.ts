import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'
import { type Query, type Rest, RestError, type RestFault } from '../baseline/rest.ts'
import { plainText } from '../report/escape.ts'
import { VERSION } from '../version.ts'
import { isLimited, retryAfter } from './retry.ts'

export interface ClientOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly api: string
  readonly token: string
  /** For an answer to begin, milliseconds; a body may take four times as long. */
  readonly timeout?: number
  /** Passes the time between two tries. */
  readonly wait?: (milliseconds: number) => Promise<unknown>
  /** Told about every request that is sent, for the log and for tests. */
  readonly onRequest?: (method: string, url: string) => void
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

interface Ask {
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly accept: string
  readonly most: number
}

const JSON_TYPE = 'application/vnd.github+json'
const MOST_JSON = 32 * 1024 * 1024
const API_VERSION = '2022-11-28'

/**
 * GitHub's REST API over the runner's own HTTP client, which knows its proxies. Waits where GitHub asks to, tries again
 * what failed in passing, bounds every body.
 */
export function openClient(options: ClientOptions): Rest {
  const { api, token, timeout = 30_000, wait = sleep, onRequest } = options
  const http = new HttpClient(`leakgate/${VERSION}`, [], { allowRedirects: false, socketTimeout: timeout })

  async function once({ method, url, body, accept, most }: Ask, withToken: boolean): Promise<Reply> {
    const headers: Record<string, string> = { accept, 'x-github-api-version': API_VERSION }
    if (withToken && token !== '') headers.authorization = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    onRequest?.(method, url)
    const { message } = await http.request(method, url, body === undefined ? null : JSON.stringify(body), headers)
    const late = setTimeout(() => message.destroy(new Error('timeout')), timeout * 4)
    try {
      const bytes = await readBody(message, most)
      if (bytes === undefined) throw new RestError('too-large', `${method} ${pathOf(url)}: more than ${most} bytes`)
      return { status: message.statusCode ?? 0, headers: message.headers as Reply['headers'], body: bytes }
    } finally {
      clearTimeout(late)
    }
  }

  async function ask(request: Ask, withToken = true): Promise<Reply> {
    for (let tries = 1; ; tries++) {
      let reply: Reply | undefined
      let failure: unknown
      try {
        reply = await once(request, withToken)
        if (reply.status < 400) return reply
      } catch (error) {
        if (error instanceof RestError) throw error
        failure = error
      }
      const { status, headers = {} } = reply ?? {}
      const pause = retryAfter({ method: request.method, status, headers, tries, now: Date.now() })
      if (pause === undefined)
        throw reply === undefined ? unanswered(request, failure, timeout) : refused(request, reply)
      await wait(pause)
    }
  }

  return {
    get: async (path, query) => {
      const request = {
        method: 'GET',
        url: urlOf(api, path, query),
        body: undefined,
        accept: JSON_TYPE,
        most: MOST_JSON,
      }
      return parse(request, await ask(request))
    },
    send: async (method, path, body) => {
      const request = { method, url: urlOf(api, path), body, accept: JSON_TYPE, most: MOST_JSON }
      const reply = await ask(request)
      return reply.body.length === 0 ? undefined : parse(request, reply)
    },
    download: async (path, most, accept = JSON_TYPE) => {
      const request = { method: 'GET', url: urlOf(api, path), body: undefined, accept, most }
      const reply = await ask(request)
      const location = reply.headers.location
      if (reply.status < 300 || location === undefined) return reply.body
      // The address carries its own permission; the token is none of that server's business.
      return (await ask({ ...request, url: new URL(location, request.url).href, accept: '*/*' }, false)).body
    },
  }
}

/** undefined when there is more than that. */
async function readBody(message: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) {
      message.destroy()
      return undefined
    }
    chunks.push(chunk)
  }
  if (!message.complete) throw new Error('the answer broke off')
  return Buffer.concat(chunks)
}

function urlOf(api: string, path: string, query: Query = {}): string {
  const url = new URL(`${api.replace(/\/+$/, '')}${path}`)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url.href
}

function parse(request: Ask, { body }: Reply): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new RestError('not-json', `${sentence(request)} was answered with something that is not JSON`, {
      cause: error,
    })
  }
}

function refused(request: Ask, { status, headers, body }: Reply): RestError {
  const limited = isLimited(status, headers)
  const fault: RestFault = limited ? 'rate-limited' : (FAULTS[status] ?? (status >= 500 ? 'server-error' : 'refused'))
  const said = limited ? 'rate limit exceeded' : plainText(messageOf(body), 200)
  return new RestError(fault, `${sentence(request)}: ${status}${said === '' ? '' : ` ${said}`}`, { status })
}

const FAULTS: Readonly<Record<number, RestFault>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  410: 'gone',
}

function messageOf(body: Buffer): string {
  try {
    const { message } = JSON.parse(body.toString('utf8')) as { message?: unknown }
    return typeof message === 'string' ? message : ''
  } catch {
    return ''
  }
}

function unanswered(request: Ask, failure: unknown, timeout: number): RestError {
  const message = failure instanceof Error ? failure.message : String(failure)
  const late = /timeout/i.test(message)
  const words = late ? `no answer within ${timeout / 1000} seconds` : plainText(message, 200)
  return new RestError(late ? 'timeout' : 'unreachable', `${sentence(request)}: ${words}`, { cause: failure })
}

/** The query may hold what someone named a branch; the address of a download carries a signature. */
function sentence({ method, url }: Ask): string {
  return `${method} ${pathOf(url)}`
}

function pathOf(url: string): string {
  return plainText(new URL(url).pathname, 200)
}
