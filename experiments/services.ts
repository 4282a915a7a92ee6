// Real services, recorded while they are put under equal rounds of load: the fixture service, the service of many
// shapes, and the open-source programs.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FETCHED, type Service } from './fetched.ts'
import { buildGo, EXPERIMENTS } from './go.ts'
import { fetchOk, type Live } from './live.ts'
import { SHAPES } from './shapes.ts'

const run = promisify(execFile)

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

export const SERVICES: readonly Service[] = [
  orders,
  shapes('shapes', 'experiments/heap-shapes, all parts fixed; 2,000 operations per round', []),
  ...FETCHED,
]

/** A leak that both sides have, and that happens by luck: not a change, so no reason to stop. */
export const LEAKY = shapes(
  'leak on main',
  'experiments/heap-shapes with a goroutine that leaks in one operation of 500, by luck, on both sides',
  ['-shape', 'drip-by-luck', '-leak', '-every', '500'],
)
