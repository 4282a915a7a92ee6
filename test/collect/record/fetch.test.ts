import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type FetchTrouble, fetchBounded } from '../../../src/collect/record/fetch.ts'
import { parseTargets, type Target } from '../../../src/collect/record/target.ts'
import { newFolder } from './planned.ts'

const LIMITS = { timeout: 5000, most: 1000 }

test('a body up to the limit comes whole, one byte more is refused, or cut where that is asked for', async () => {
  await using server = await serve((request, response) => response.end('x'.repeat(Number(request.url!.slice(1)))))
  expect((await fetchBounded(server.address, '/1000', LIMITS)).body).toHaveLength(1000)
  await expect(fetchBounded(server.address, '/1001', LIMITS)).rejects.toMatchObject({ reason: 'too-large' })
  const answer = await fetchBounded(server.address, '/5000', { ...LIMITS, cut: true })
  expect([answer.cut, answer.body.length]).toEqual([true, 1000])
})

test('an endless answer costs no more than the limit', async () => {
  let sent = 0
  await using server = await serve((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000))) sent += 10_000
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  await expect(fetchBounded(server.address, '/', LIMITS)).rejects.toMatchObject({ reason: 'too-large' })
  expect(sent).toBeLessThan(10_000_000)
})

test('an answer that never comes, or never ends, is given up', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/body') response.write('x')
  })
  for (const path of ['/', '/body']) {
    await expect(fetchBounded(server.address, path, { ...LIMITS, timeout: 100 })).rejects.toMatchObject({
      reason: 'timeout',
      message: 'no complete answer within 0.1 s',
    })
  }
})

test('redirects: within the host they are followed, to another one never, and not for ever', async () => {
  let other = 0
  await using stranger = await serve((_, response) => {
    other++
    response.end()
  })
  await using server = await serve((request, response) => {
    const [location] = { '/a': ['/b'], '/loop': ['/loop'], '/away': [stranger.url] }[request.url!] ?? []
    if (location === undefined) response.end('here')
    else response.writeHead(302, { location }).end()
  })
  const headers = { authorization: 'secret' }
  expect((await fetchBounded(server.address, '/a', { ...LIMITS, headers })).body.toString()).toBe('here')
  await expect(fetchBounded(server.address, '/loop', LIMITS)).rejects.toMatchObject({ reason: 'redirect' })
  await expect(fetchBounded(server.address, '/away', { ...LIMITS, headers })).rejects.toMatchObject({
    reason: 'redirect',
  })
  expect(other).toBe(0)
})

test('a Unix socket, with a path of its own', async () => {
  const socket = join(newFolder(), 'api.sock')
  await using _server = await serve((request, response) => response.end(request.url), socket)
  const [target] = parseTargets('targets', [`api=unix:${socket}:/internal`])
  expect((await fetchBounded(target!.address, '/internal/heap', LIMITS)).body.toString()).toBe('/internal/heap')
})

test('nothing that listens is told from a connection that broke', async () => {
  const server = await serve((request) => request.socket.destroy())
  await expect(fetchBounded(server.address, '/', LIMITS)).rejects.toMatchObject({ reason: 'gone' })
  await server[Symbol.asyncDispose]()
  const error = await fetchBounded(server.address, '/', LIMITS).catch((trouble: FetchTrouble) => trouble)
  expect(error).toMatchObject({ reason: 'gone', message: 'nothing answers there' })
})

async function serve(
  listener: RequestListener,
  socket?: string,
): Promise<AsyncDisposable & { address: Target['address']; url: string }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) =>
    socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
  )
  const url = socket === undefined ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : ''
  return {
    url,
    address: { kind: 'tcp', origin: url, path: '', authorization: undefined },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
