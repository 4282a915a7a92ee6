import { freePort } from '../collect/record/services.ts'
import { type Event, payloadOf, startRun } from '../github/fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from '../github/fake/server.ts'
import type { World } from '../github/fake/world.ts'
import { worldOfAct } from './artifacts.ts'
import { type Checkout, Repository } from './repository.ts'
import { type ActEnded, type ActRun, runAct } from './run.ts'

export type RunOptions = Pick<ActRun, 'env' | 'path' | 'options'> & {
  /** After each run, whatever came of it. */
  readonly after?: () => void
}

/** A repository on a GitHub of its own, whose workflows act runs; its service has one port. */
export class Scene {
  readonly port: number
  readonly fake: FakeGitHub
  readonly world: World
  readonly repository: Repository
  readonly #act: string
  readonly #store: string
  #lastRun = 5000

  private constructor(act: string, port: number, fake: FakeGitHub, store: string, files: Files) {
    this.port = port
    this.fake = fake
    this.world = fake.world
    this.#act = act
    this.#store = store
    this.repository = new Repository(fake.world, (folder) => files(folder, port))
  }

  /** `files` writes what is on main. */
  static async open(act: string, files: Files): Promise<Scene> {
    const { world, store } = worldOfAct()
    return new Scene(act, await freePort(), await fakeGitHub(world), store, files)
  }

  get lastRun(): number {
    return this.#lastRun
  }

  async main(workflow: string, options: RunOptions = {}, on: 'push' | 'schedule' = 'push'): Promise<ActEnded> {
    const main = this.repository.main()
    return this.#run({ on, commit: main.commit }, main, workflow, options)
  }

  /** Of a branch, checked out as its merge commit. */
  async pull(
    branch: string,
    workflow: string,
    options: RunOptions = {},
    more: { fork?: boolean; number?: number } = {},
  ) {
    const pull = this.repository.pull(branch)
    return this.#run({ ...pull, on: 'pull_request', merge: pull.commit, ...more }, pull, workflow, options)
  }

  /** A merge queue tests the merge commit itself. */
  async queue(branch: string, workflow: string, options: RunOptions = {}): Promise<ActEnded> {
    const { folder, commit, base } = this.repository.pull(branch)
    return this.#run({ on: 'merge_group', head: commit, base }, { folder, commit }, workflow, options)
  }

  /** An event that no commit of the repository is about. */
  async other(event: string, payload: Record<string, unknown>, workflow: string): Promise<ActEnded> {
    const { folder } = this.repository.main()
    return this.#start(event, payload, folder, workflow, {})
  }

  close(): Promise<void> {
    return this.fake.close()
  }

  #run(event: Event, { folder }: Checkout, workflow: string, options: RunOptions): Promise<ActEnded> {
    const payload = payloadOf(this.world, event)
    startRun(this.world, event, this.#lastRun + 1)
    return this.#start(event.on, payload, folder, workflow, options)
  }

  async #start(
    event: string,
    payload: Record<string, unknown>,
    folder: string,
    workflow: string,
    { after, ...options }: RunOptions,
  ): Promise<ActEnded> {
    this.#lastRun += 1
    const run = { act: this.#act, fake: this.fake, store: this.#store, runId: this.#lastRun }
    try {
      const env = { ADDR: `127.0.0.1:${this.port}`, ...options.env }
      return await runAct({ ...run, event, payload, folder, workflow, ...options, env })
    } finally {
      after?.()
    }
  }
}

type Files = (folder: string, port: number) => void
