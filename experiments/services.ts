// Real services, recorded while they are put under equal rounds of load: the fixture service, the service of many
// shapes, and open-source programs that are fetched as modules and built unmodified.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildGo, EXPERIMENTS, workFolder } from './go.ts'
import { fetchOk, type Live } from './live.ts'
import { SHAPES } from './shapes.ts'

const run = promisify(execFile)

export interface Service {
  readonly name: string
  /** What it is and what the load does. */
  readonly what: string
  readonly open: (go: string) => Live
}

/** A program of a module that is not ours; built in a module of its own that only requires it. */
function fetched(go: string, module: string, version: string, program: string): string {
  const folder = workFolder(`module-${program.replaceAll('/', '-')}`)
  writeFileSync(join(folder, 'go.mod'), `module example.com/fetched\n\ngo 1.25\n\nrequire ${module} ${version}\n`)
  return buildGo({
    go,
    folder,
    output: program.replaceAll('/', '-'),
    what: [program],
    flags: ['-mod=mod'],
    plain: true,
  })
}

const CONNECTIONS = 4

/** Sends requests over a few connections, which are closed afterwards. */
async function requests(base: string, n: number, make: (i: number) => [string, string, string?]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < n) await send(agent, base, make(next++))
  }
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  } finally {
    agent.destroy()
  }
}

function send(agent: Agent, base: string, [method, path, body]: [string, string, string?]): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { agent, method }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 400) resolve()
        else reject(new Error(`${method} ${path}: status ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const orders: Service = {
  name: 'orders',
  what: 'the healthy fixture service; 400 orders per round',
  open: (go) => openFixture(go, 'healthy'),
}

/** A fixture service under the load of orders that the fixtures are recorded with. */
export function openFixture(go: string, command: string): Live {
  const folder = join(EXPERIMENTS, '../__fixtures__/services')
  const program = buildGo({
    go,
    folder,
    output: command === 'healthy' ? 'orders' : command,
    what: [`./cmd/${command}`],
  })
  const load = buildGo({ go, folder, output: 'orders-load', what: ['./cmd/load'] })
  return {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`],
    round: async (base, round) => {
      await run(load, ['-url', base, '-n', '400', '-seed', `${round}`])
    },
    operationsPerRound: 400,
  }
}

function shapes(name: string, what: string, flags: readonly string[]): Service {
  return {
    name,
    what,
    open: (go) => ({
      program: buildGo({ go, folder: SHAPES, output: 'shapes', what: ['.'] }),
      go,
      arguments: (port) => ['-addr', `127.0.0.1:${port}`, ...flags],
      round: async (base) => {
        await fetchOk(`${base}/round?n=2000`, 'POST')
      },
      operationsPerRound: 2000,
    }),
  }
}

const pushgateway: Service = {
  name: 'pushgateway',
  what: 'github.com/prometheus/pushgateway v1.11.1; 200 pushes of 20 jobs and 10 scrapes per round',
  open: (go) => {
    const module = 'github.com/prometheus/pushgateway'
    return {
      program: fetched(go, module, 'v1.11.1', module),
      go,
      arguments: (port) => [`--web.listen-address=127.0.0.1:${port}`],
      round: async (base, round) => {
        await requests(base, 210, (i) => {
          if (i % 21 === 20) return ['GET', '/metrics']
          return ['PUT', `/metrics/job/batch_${i % 20}`, `rows_total ${round * i}\nduration_seconds ${i}\n`]
        })
      },
      operationsPerRound: 210,
    }
  },
}

const nodeExporter: Service = {
  name: 'node_exporter',
  what: 'github.com/prometheus/node_exporter v1.9.1; 20 scrapes per round',
  open: (go) => {
    const module = 'github.com/prometheus/node_exporter'
    return {
      program: fetched(go, module, 'v1.9.1', module),
      go,
      arguments: (port) => [`--web.listen-address=127.0.0.1:${port}`],
      round: (base) => requests(base, 20, () => ['GET', '/metrics']),
      operationsPerRound: 20,
    }
  },
}

const etcd: Service = {
  name: 'etcd',
  what: 'go.etcd.io/etcd/server/v3 v3.6.13; 200 puts, 100 ranges and 50 deletions of 64 keys per round',
  open: (go) => ({
    program: fetched(go, 'go.etcd.io/etcd/server/v3', 'v3.6.13', 'go.etcd.io/etcd/server/v3'),
    go,
    arguments: (port, folder) => [
      '--enable-pprof',
      '--unsafe-no-fsync',
      '--log-level=error',
      `--data-dir=${join(folder, 'data')}`,
      `--listen-client-urls=http://127.0.0.1:${port}`,
      `--advertise-client-urls=http://127.0.0.1:${port}`,
      '--listen-peer-urls=http://127.0.0.1:0',
    ],
    round: async (base) => {
      const key = (i: number): string => Buffer.from(`order-${i % 64}`).toString('base64')
      await requests(base, 350, (i) => {
        if (i % 7 < 4) return ['POST', '/v3/kv/put', JSON.stringify({ key: key(i), value: key(i * 7) })]
        if (i % 7 < 6) return ['POST', '/v3/kv/range', JSON.stringify({ key: key(i) })]
        return ['POST', '/v3/kv/deleterange', JSON.stringify({ key: key(i) })]
      })
    },
    operationsPerRound: 350,
  }),
}

const nats: Service = {
  name: 'nats-server',
  what: 'github.com/nats-io/nats-server/v2 v2.11.4; 4 clients, 2000 messages each per round, all of them received',
  open: (go) => {
    const module = 'github.com/nats-io/nats-server/v2'
    let clients = 0
    return {
      program: fetched(go, module, 'v2.11.4', module),
      go,
      arguments: (port) => {
        clients = port + 10_000
        return ['-a', '127.0.0.1', '-p', `${clients}`, '--profile', `${port}`]
      },
      round: async () => {
        await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => exchange(clients, `orders.${i}`, 2000)))
      },
      operationsPerRound: 8000,
    }
  },
}

/** Publishes messages and waits until all have come back. */
function exchange(port: number, subject: string, n: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = 0
    let rest = ''
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === 'PING') socket.write('PONG\r\n')
        if (line.startsWith('MSG ')) received++
      }
      if (received >= n) socket.end()
    })
    socket.on('close', () => (received >= n ? resolve() : reject(new Error(`${received} of ${n} messages came back`))))
    socket.write('CONNECT {"verbose":false,"pedantic":false}\r\n')
    socket.write(`SUB ${subject} 1\r\n`)
    for (let i = 0; i < n; i++) socket.write(`PUB ${subject} 12\r\norder-${String(i).padStart(6, '0')}\r\n`)
  })
}

export const SERVICES: readonly Service[] = [
  orders,
  shapes('shapes', 'experiments/heap-shapes, all parts fixed; 2,000 operations per round', []),
  pushgateway,
  nodeExporter,
  etcd,
  nats,
]

/** A leak that both sides have, and that happens by luck: not a change, so no reason to stop. */
export const LEAKY = shapes(
  'leak on main',
  'experiments/heap-shapes with a goroutine that leaks in one operation of 500, by luck, on both sides',
  ['-shape', 'drip-by-luck', '-leak', '-every', '500'],
)
