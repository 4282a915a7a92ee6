import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { faultsOf } from './openapi.ts'
import { type Answered, type Asked, answer } from './rest.ts'
import { bodyOf, ResultsService } from './results.ts'
import { newWorld, type World } from './world.ts'

/** Something that goes wrong on purpose. */
export interface Trouble {
  /** Of `GET /repos/…`, or `GET /blob/…`. */
  readonly on: RegExp
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Cut the connection instead of answering. */
  readonly cut?: boolean
  /** Wait before answering. */
  readonly delay?: number
  times: number
}

export interface FakeGitHub {
  readonly world: World
  /** Of the server, `http://127.0.0.1:1234`. */
  readonly origin: string
  readonly api: string
  /** Every REST call, `GET /repos/…?query`; downloads and uploads of artifacts are no REST calls. */
  readonly calls: string[]
  readonly troubles: Trouble[]
  /** What GitHub's description of the API does not allow, on either side. */
  readonly faults: string[]
  /** Longest random delay before an answer, to shuffle what runs at once. */
  jitter: number
  /** Time of the next artifact. */
  now: string
  close(): Promise<void>
}

const API = '/api/v3'

/** A GitHub on the loopback: REST API and artifact service, every exchange checked against GitHub's description. */
export async function fakeGitHub(world: World = newWorld()): Promise<FakeGitHub> {
  const fake = { world, calls: [], troubles: [], faults: [], jitter: 0, now: '2026-11-20T12:00:00Z' } as unknown as {
    -readonly [K in keyof FakeGitHub]: FakeGitHub[K]
  }
  const results = new ResultsService(world, () => fake.now)
  const server = createServer((request, response) => {
    serve(fake, results, request, response).catch((error) => {
      fake.faults.push(String((error as Error).stack))
      response.writeHead(599).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  fake.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  fake.api = `${fake.origin}${API}`
  fake.close = () => close(server)
  return fake
}

async function serve(
  fake: FakeGitHub,
  results: ResultsService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', fake.origin)
  const method = request.method ?? 'GET'
  const raw = await bodyOf(request)
  const isRest = url.pathname.startsWith(API)
  const path = isRest ? url.pathname.slice(API.length) : url.pathname
  if (isRest) fake.calls.push(`${method} ${path}${url.search}`)
  if (fake.jitter > 0) await sleep(Math.random() * fake.jitter)
  const trouble = fake.troubles.find((one) => one.times > 0 && one.on.test(`${method} ${path}`))
  if (trouble !== undefined) {
    trouble.times--
    if (trouble.delay !== undefined) await sleep(trouble.delay)
    if (trouble.cut === true) return void request.socket.destroy()
    if (trouble.status !== undefined) {
      return void response.writeHead(trouble.status, trouble.headers).end(trouble.body ?? '{"message":"trouble"}')
    }
  }
  if (!isRest) return reply(response, other(fake, results, method, url, raw, request))
  if (request.headers.authorization === undefined) fake.faults.push(`${method} ${path}: no token`)
  const body = raw.length === 0 ? {} : (JSON.parse(raw.toString('utf8')) as Record<string, unknown>)
  const asked: Asked = { method, path, query: url.searchParams, body, accept: String(request.headers.accept) }
  const answered = answer(fake.world, asked, fake.origin)
  const told = answered.bytes ?? answered.json
  const exchange = { method, path, query: url.searchParams, body, status: answered.status, answer: told }
  fake.faults.push(...faultsOf(exchange))
  return reply(response, answered)
}

/** Blobs and the artifact service. */
function other(
  { world, faults, origin }: FakeGitHub,
  results: ResultsService,
  method: string,
  url: URL,
  raw: Buffer,
  request: IncomingMessage,
): Answered {
  const twirp = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/.exec(url.pathname)?.[1]
  if (twirp !== undefined) return results.call(twirp, JSON.parse(raw.toString('utf8')), origin)
  if (method === 'PUT') return results.put(url.pathname, url.searchParams, raw)
  // The signed address is all the permission there is.
  if (request.headers.authorization !== undefined) faults.push(`${url.pathname}: the token was sent along`)
  const found = world.artifacts.find((one) => url.pathname === `/blob/${one.id}`)
  return found === undefined ? { status: 404 } : { status: 200, bytes: found.bytes }
}

function reply(response: ServerResponse, { status, json, bytes, headers }: Answered): void {
  response.writeHead(status, { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
  response.end(bytes ?? (json === undefined ? undefined : JSON.stringify(json)))
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
}
