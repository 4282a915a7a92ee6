import type { IncomingMessage } from 'node:http'
import type { Answered } from './rest.ts'
import { sha256, type World } from './world.ts'

interface Upload {
  readonly runId: number
  readonly attempt: number
  readonly name: string
  readonly mime: string
  readonly blocks: Map<string, Buffer>
  bytes: Buffer
}

/** Artifact uploads as the real client makes them: create, blocks and a list of them, finalize. */
export class ResultsService {
  readonly #world: World
  readonly #uploads = new Map<number, Upload>()
  readonly #now: () => string

  constructor(world: World, now: () => string) {
    this.#world = world
    this.#now = now
  }

  call(method: string, body: Record<string, unknown>, origin: string): Answered {
    const [run, attempt] = String(body.workflow_run_backend_id).split('-').map(Number) as [number, number]
    const name = String(body.name ?? '')
    if (method === 'CreateArtifact') return this.#create(run, attempt, name, body, origin)
    if (method === 'FinalizeArtifact') return this.#finalize(run, attempt, name, body)
    return { status: 404, json: { code: 'bad_route', msg: method } }
  }

  #create(runId: number, attempt: number, name: string, body: Record<string, unknown>, origin: string): Answered {
    const taken = this.#world.artifacts.some(
      (one) => one.runId === runId && one.attempt === attempt && one.name === name && !one.expired,
    )
    if (taken) {
      const msg = 'an artifact with this name already exists on the workflow run'
      return { status: 409, json: { code: 'already_exists', msg } }
    }
    const id = this.#world.nextId++
    const mime = String(body.mime_type ?? 'application/zip')
    this.#uploads.set(id, { runId, attempt, name, mime, blocks: new Map(), bytes: Buffer.alloc(0) })
    return { status: 200, json: { ok: true, signed_upload_url: `${origin}/upload/${id}?sig=x` } }
  }

  put(path: string, query: URLSearchParams, body: Buffer): Answered {
    const upload = this.#uploads.get(Number(path.split('/').at(-1)))
    if (upload === undefined) return { status: 404 }
    if (query.get('comp') === 'block') upload.blocks.set(query.get('blockid') ?? '', body)
    else if (query.get('comp') === 'blocklist') {
      const ids = [...body.toString('utf8').matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, id]) => id!)
      upload.bytes = Buffer.concat(ids.map((id) => upload.blocks.get(id)!))
    } else upload.bytes = body
    const headers = { 'x-ms-request-id': 'x', etag: '"x"', 'last-modified': new Date(0).toUTCString() }
    return { status: 201, headers }
  }

  #finalize(runId: number, attempt: number, name: string, body: Record<string, unknown>): Answered {
    const found = [...this.#uploads].find(
      ([, one]) => one.runId === runId && one.attempt === attempt && one.name === name && one.bytes.length > 0,
    )
    if (found === undefined) return { status: 404, json: { code: 'not_found', msg: name } }
    const [id, { bytes, mime }] = found
    const digest = sha256(bytes)
    if (Number(body.size) !== bytes.length || body.hash !== `sha256:${digest}`) {
      return { status: 400, json: { code: 'invalid_argument', msg: 'size or hash' } }
    }
    this.#uploads.delete(id)
    this.#world.artifacts.push({
      id,
      name,
      runId,
      attempt,
      createdAt: this.#now(),
      bytes,
      mime,
      digest,
      expired: false,
    })
    return { status: 200, json: { ok: true, artifact_id: String(id) } }
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
