// Open-source programs that are fetched as modules and built unmodified, each with a load of equal rounds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildGo, workFolder } from './go.ts'
import { besides, type Live } from './live.ts'
import { CONNECTIONS, exchange, requests, sendAll } from './requests.ts'

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
    return {
      program: fetched(go, module, 'v2.11.4', module),
      go,
      arguments: (port) => ['-a', '127.0.0.1', '-p', `${besides(port)}`, '--profile', `${port}`],
      round: async (base) => {
        const clients = besides(portOf(base))
        await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => exchange(clients, `orders.${i}`, 2000)))
      },
      operationsPerRound: 8000,
    }
  },
}

function portOf(base: string): number {
  return Number(new URL(base).port)
}

const alertmanager: Service = {
  name: 'alertmanager',
  what: 'github.com/prometheus/alertmanager v0.28.1; 100 posts of 10 alerts out of 50, and 10 listings per round',
  open: (go) => {
    const module = 'github.com/prometheus/alertmanager'
    return {
      program: fetched(go, module, 'v0.28.1', `${module}/cmd/alertmanager`),
      go,
      arguments: (port, folder) => {
        const config = join(folder, 'alertmanager.yml')
        writeFileSync(config, 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n')
        return [
          `--config.file=${config}`,
          `--storage.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--cluster.listen-address=',
          '--log.level=error',
        ]
      },
      round: async (base) => {
        const alerts = (i: number): string =>
          JSON.stringify(
            Array.from({ length: 10 }, (_, k) => ({ labels: { alertname: 'stock', item: `${(i * 10 + k) % 50}` } })),
          )
        await requests(base, 110, (i) => {
          if (i % 11 === 10) return ['GET', '/api/v2/alerts']
          return ['POST', '/api/v2/alerts', alerts(i), 'application/json']
        })
      },
      operationsPerRound: 110,
    }
  },
}

const caddy: Service = {
  name: 'caddy',
  what: 'github.com/caddyserver/caddy v2.11.9; 500 requests through a template and 100 through a reverse proxy per round',
  open: (go) => {
    const module = 'github.com/caddyserver/caddy/v2'
    return {
      program: fetched(go, module, 'v2.11.9', `${module}/cmd/caddy`),
      go,
      arguments: (port, folder) => {
        const config = join(folder, 'caddy.json')
        const address = `127.0.0.1:${besides(port)}`
        const handle = (handler: object, match?: string): object => ({
          handle: [handler],
          ...(match === undefined ? {} : { match: [{ path: [match] }] }),
          terminal: true,
        })
        const routes = [
          handle({ handler: 'reverse_proxy', upstreams: [{ dial: address }], rewrite: { uri: '/answer' } }, '/proxied'),
          handle({ handler: 'static_response', body: '{http.request.uri} {http.request.header.Order}' }),
        ]
        const settings = {
          admin: { listen: `127.0.0.1:${port}` },
          logging: { logs: { default: { level: 'ERROR' } } },
          apps: { http: { servers: { shop: { listen: [address], automatic_https: { disable: true }, routes } } } },
        }
        writeFileSync(config, JSON.stringify(settings))
        return ['run', '--config', config]
      },
      round: async (base) => {
        await requests(`http://127.0.0.1:${besides(portOf(base))}`, 600, (i) => [
          'GET',
          i % 6 === 5 ? '/proxied' : `/orders/${i}`,
        ])
      },
      operationsPerRound: 600,
    }
  },
}

const statsdExporter: Service = {
  name: 'statsd_exporter',
  what: 'github.com/prometheus/statsd_exporter v0.31.0; 2000 lines of 60 metrics and 10 scrapes per round',
  open: (go) => {
    const module = 'github.com/prometheus/statsd_exporter'
    return {
      program: fetched(go, module, 'v0.31.0', module),
      go,
      arguments: (port) => [
        `--web.listen-address=127.0.0.1:${port}`,
        `--statsd.listen-tcp=127.0.0.1:${besides(port)}`,
        '--statsd.listen-udp=',
        '--log.level=error',
      ],
      round: async (base) => {
        const kinds = ['c', 'g', 'ms'] as const
        const lines = Array.from(
          { length: 2000 },
          (_, i) => `orders.shop${i % 20}.${kinds[i % 3]}:${i}|${kinds[i % 3]}`,
        )
        await sendAll(besides(portOf(base)), `${lines.join('\n')}\n`)
        await requests(base, 10, () => ['GET', '/metrics'])
      },
      operationsPerRound: 2010,
    }
  },
}

export const FETCHED: readonly Service[] = [pushgateway, nodeExporter, etcd, nats, alertmanager, caddy, statsdExporter]
