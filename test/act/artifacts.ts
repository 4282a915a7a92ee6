import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyOf } from '../github/fake/results.ts'
import { type FakeArtifact, newWorld, sha256, type World } from '../github/fake/world.ts'

/** A GitHub whose artifacts are those that act's own artifact service keeps, in a folder. */
export function worldOfAct(): { readonly world: World; readonly store: string } {
  const store = mkdtempSync(join(tmpdir(), 'leakgate-act-artifacts-'))
  const world = Object.defineProperty(newWorld(), 'artifacts', { get: () => artifactsIn(store) })
  return { world, store }
}

/** `RUN/NAME/NAME.zip` */
function artifactsIn(store: string): FakeArtifact[] {
  return readdirSync(store).flatMap((run) =>
    readdirSync(join(store, run)).flatMap((name): FakeArtifact[] => {
      const file = join(store, run, name, `${name}.zip`)
      const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
      if (bytes.length === 0) return []
      const id = Number.parseInt(sha256(Buffer.from(`${run}/${name}`)).slice(0, 8), 16)
      return [
        {
          ...{ id, name, runId: Number(run), attempt: 1, createdAt: statSync(file).mtime.toISOString() },
          ...{ bytes, mime: 'application/zip', digest: sha256(bytes), expired: false },
        },
      ]
    }),
  )
}

/**
 * Stands before act's artifact service, which is behind GitHub's client in two places: it refuses `mime_type`, which the
 * client sends since it uploads single files as they are; and it wants the `=` at the end of a signature, which the
 * client of the store takes off.
 */
export async function artifactService(port: number): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (asked, answer) => {
    const body = await bodyOf(asked)
    const creates = asked.url?.endsWith('/CreateArtifact') === true
    const sent = creates ? Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), mime_type: undefined })) : body
    const path = asked.url?.replace(/(?<=[?&]sig=)[\w-]+(?=&)/, (sig) => sig.padEnd(Math.ceil(sig.length / 4) * 4, '='))
    const headers = { ...asked.headers, 'content-length': sent.length }
    const onward = request({ host: '127.0.0.1', port, method: asked.method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    onward.end(sent)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}
