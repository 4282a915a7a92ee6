import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../fixtures.ts'
import { CACHES } from '../recipes/cache.ts'
import { textOf } from '../recipes/workflows.ts'
import { write, writeLeak, writeModule } from './repository.ts'
import { type ActEnded, outputsOf } from './run.ts'
import type { RunOptions, Scene } from './scene.ts'

/** What the runs of a recipe came to. */
export interface Played {
  /** Of each run its event, the exit code of act and the verdicts; legs of a matrix come in any order. */
  readonly runs: readonly string[]
  readonly comments: number
  readonly log: string
}

export interface Recipe {
  /** What the machine that runs it under act lacks, and what took its place. */
  readonly instead: string
  readonly expected: { readonly runs: readonly string[]; readonly comments: number }
  /** What is on main, where it is not one module with the commands api and load. */
  readonly files?: (folder: string, port: number) => void
  /** The change that leaks. */
  readonly leak?: (folder: string) => void
  readonly play?: (scene: Scene, workflow: string, options: RunOptions) => Promise<Played>
  /** A program of the Go module proxy that the recipe's own steps do not install. */
  readonly needs?: string
}

const LEAK_FAILS = { runs: ['push 0: seeding', 'pull_request 1: fail'], comments: 1 }
const NOTHING = 'nothing'
const ONE_MACHINE = 'the legs run one after the other: they share a port of one machine'

const service = (folder: string): void => writeModule(folder, { api: 'healthy' })

/** One entry for each file in docs/recipes. */
export const PLAYED: Readonly<Record<string, Recipe>> = {
  'service.yml': {
    instead: NOTHING,
    expected: { runs: ['push 0: seeding', 'schedule 0: seeding', 'pull_request 1: fail'], comments: 1 },
    play: async (scene, workflow, options) =>
      played(
        scene,
        ['push', await scene.main(workflow, options)],
        ['schedule', await scene.main(workflow, options, 'schedule')],
        ['pull_request', await scene.pull('leaking', workflow, options)],
      ),
  },
  'load-k6.yml': {
    instead: 'k6 is the real one, built from its Go module; the action that installs it does nothing',
    needs: 'go.k6.io/k6@v1.8.1',
    expected: LEAK_FAILS,
    files: (folder, port) => {
      service(folder)
      write(folder, 'testdata/load.js', K6.replaceAll('PORT', `${port}`))
    },
  },
  'load-vegeta.yml': {
    instead: 'nothing: vegeta is the real one, installed by the step of the recipe',
    expected: LEAK_FAILS,
    files: (folder, port) => {
      withOrder(folder)
      const header = 'Content-Type: application/json'
      write(folder, 'testdata/targets.txt', `POST http://127.0.0.1:${port}/op\n${header}\n@testdata/order.json\n`)
    },
    leak: forEveryOrder,
  },
  'load-hey.yml': {
    instead: 'nothing: hey is the real one, installed by the step of the recipe',
    expected: LEAK_FAILS,
    files: withOrder,
    leak: forEveryOrder,
  },
  'compose-service.yml': {
    instead: '`docker compose` builds and starts the service on the machine, without a container',
    expected: LEAK_FAILS,
    files: (folder) => {
      service(folder)
      write(folder, 'compose.yaml', 'services: { api: { build: . } }\n')
    },
  },
  'kubernetes.yml': {
    instead:
      '`kubectl`, `kind` and `docker build` build the service and start it on the machine at the port-forward, which is told to ignore that act’s terminal hangs up',
    expected: LEAK_FAILS,
    files: (folder) => {
      service(folder)
      write(folder, 'Dockerfile', 'FROM scratch\n')
      write(folder, 'deploy/api.yaml', 'kind: Deployment\n')
    },
  },
  'go-test.yml': {
    instead: NOTHING,
    expected: LEAK_FAILS,
    files: (folder) => {
      write(folder, 'go.mod', 'module example.com/cache\n\ngo 1.22\n')
      write(folder, 'cache.go', CACHES.base)
      copyFileSync(join(ROOT, 'docs/recipes/go-test/leak_test.go'), join(folder, 'leak_test.go'))
    },
    leak: (folder) => write(folder, 'cache.go', CACHES.head),
  },
  'matrix.yml': {
    instead: `${ONE_MACHINE}; the actions that carry artifacts are GitHub’s own client for them`,
    expected: LEAK_FAILS,
    files: (folder) => writeModule(folder, { api: 'healthy', worker: 'healthy' }),
  },
  'monorepo.yml': {
    instead: ONE_MACHINE,
    expected: { runs: ['push 0: seeding, seeding', 'pull_request 1: fail, pass'], comments: 1 },
    files: (folder) => {
      for (const name of ['api', 'worker']) writeModule(join(folder, 'services', name), { [name]: 'healthy' })
    },
    leak: (folder) => writeLeak(join(folder, 'services/api'), 'api'),
  },
  'fork-comments.yml': {
    instead: 'the run it follows is one of service.yml, of a fork',
    expected: { runs: ['push 0: seeding', 'pull_request 1: fail', 'workflow_run 0: '], comments: 1 },
    play: playFork,
  },
  'merge-queue.yml': {
    instead: NOTHING,
    expected: { runs: ['push 0: seeding', 'pull_request 1: fail', 'merge_group 1: fail'], comments: 1 },
    play: async (scene, workflow, options) =>
      played(
        scene,
        ['push', await scene.main(workflow, options)],
        ['pull_request', await scene.pull('leaking', workflow, options)],
        ['merge_group', await scene.queue('leaking', workflow, options)],
      ),
  },
  'ghes.yml': {
    instead: 'the server is called ghes.example.com; its API is the fake GitHub',
    expected: LEAK_FAILS,
    play: (scene, workflow, options) =>
      playChange(scene, workflow, { ...options, options: ['--github-instance', 'ghes.example.com'] }),
  },
  'warn-only.yml': {
    instead: NOTHING,
    expected: { runs: ['push 0: seeding', 'pull_request 0: warn'], comments: 1 },
  },
  'organisation-policy.yml': {
    instead: 'the policy is kept in the one repository that the fake GitHub has',
    expected: LEAK_FAILS,
    play: (scene, workflow, options) => {
      const { commit } = scene.repository.main()
      scene.world.tags.set('v3', commit)
      scene.world.contents.set(`leakgate.yml@${commit}`, 'preset: strict\n')
      const own = workflow.replace('acme/policies/', `${scene.world.repository}/`)
      return playChange(scene, own, { ...options, options: ['--secret', 'POLICY_TOKEN=ghs_the-token-of-policies'] })
    },
  },
}

/**
 * A recipe as it stands in the docs, but for the port, for legs that here share one machine, and for what a step leaves
 * in the background: act gives each step a terminal, which hangs up on it; a runner's steps have none.
 */
export function adapted(file: string, port: number): string {
  return textOf(`docs/recipes/${file}`)
    .replaceAll('8080', `${port}`)
    .replace('fail-fast: false', 'fail-fast: false\n      max-parallel: 1')
    .replace('- run: kubectl port-forward', "- run: trap '' HUP; kubectl port-forward")
}

/** main, then a pull request that leaks. */
export async function playChange(scene: Scene, workflow: string, options: RunOptions): Promise<Played> {
  const main = await scene.main(workflow, options)
  return played(scene, ['push', main], ['pull_request', await scene.pull('leaking', workflow, options)])
}

async function playFork(scene: Scene, workflow: string, options: RunOptions): Promise<Played> {
  const leaks = adapted('service.yml', scene.port)
  const main = await scene.main(leaks, options)
  const fork = await scene.pull('leaking', leaks, options, { fork: true })
  if (scene.world.comments.length > 0) throw new Error('the token of a fork has commented')
  const { id, head_sha, path, event } = scene.world.runs.get(scene.lastRun)!
  const pull = { number: 7, head: head_sha, headLabel: 'mallory:topic', state: 'open', labels: [], events: [] } as const
  scene.world.pulls.set(7, { ...pull, labels: [], events: [] })
  const head_repository = { id: 999, owner: { login: 'mallory' } }
  const html_url = `https://github.com/${scene.world.repository}/actions/runs/${id}`
  const workflow_run = { id, event, path, head_sha, html_url, run_attempt: 1, head_branch: 'topic', head_repository }
  const repository = { id: scene.world.repositoryId }
  const payload = { action: 'completed', repository, workflow_run: { ...workflow_run, pull_requests: [] } }
  const later = await scene.other('workflow_run', payload, workflow)
  return played(scene, ['push', main], ['pull_request', fork], ['workflow_run', later])
}

function played(scene: Scene, ...runs: readonly (readonly [string, ActEnded])[]): Played {
  return {
    runs: runs.map(([event, ended]) => `${event} ${ended.code}: ${outputsOf(ended, 'verdict').sort().join(', ')}`),
    comments: scene.world.comments.length,
    log: runs.map(([event, { log }]) => `--- ${event}\n${log}`).join('\n'),
  }
}

function withOrder(folder: string): void {
  service(folder)
  const order = { id: 7, customer: 'customer-007', sku: 'SKU-007', quantity: 1, notes: ['leave at the door'] }
  write(folder, 'testdata/order.json', JSON.stringify(order))
}

/** The other leak is that of orders of one kind; these loads repeat one order. */
function forEveryOrder(folder: string): void {
  writeLeak(folder, 'api', 'slice-append')
}

const K6 = `import http from 'k6/http'

export const options = { thresholds: { http_req_failed: ['rate==0'] } }

export default function () {
  const id = 400 * Number(__ENV.LEAKGATE_ROUND) + __ITER * 4 + __VU
  const sku = 'SKU-' + String(id % 40).padStart(3, '0')
  const order = { id, customer: 'customer-007', sku, quantity: 1 }
  http.post('http://127.0.0.1:PORT/op', JSON.stringify(order), { headers: { 'Content-Type': 'application/json' } })
}
`
