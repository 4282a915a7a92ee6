import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SERVICES } from '../fixtures.ts'
import type { World } from '../github/fake/world.ts'

/** A copy of a repository as a job has it, and what it was made from. */
export interface Checkout {
  readonly folder: string
  readonly commit: string
}

/** Of a pull request: the merge commit, as actions/checkout leaves it. */
export interface PullCheckout extends Checkout {
  readonly head: string
  readonly base: string
}

/** The Go repository of someone who uses leakgate: real commits, known to the fake GitHub. */
export class Repository {
  readonly #folder = mkdtempSync(join(tmpdir(), 'leakgate-act-repository-'))
  readonly #world: World

  /** `files` by path are its first commit on main. */
  constructor(world: World, files: (folder: string) => void) {
    this.#world = world
    git(this.#folder, 'init', '--quiet', '--initial-branch=main')
    files(this.#folder)
    this.#commit(this.#folder, 'The service')
  }

  /** A branch of one commit on top of main. */
  branch(name: string, change: (folder: string) => void): void {
    git(this.#folder, 'checkout', '--quiet', '-b', name, 'main')
    change(this.#folder)
    this.#commit(this.#folder, `Change: ${name}`)
  }

  main(): Checkout {
    const folder = this.#clone()
    git(folder, 'checkout', '--quiet', 'main')
    return { folder, commit: git(folder, 'rev-parse', 'HEAD') }
  }

  pull(branch: string): PullCheckout {
    const folder = this.#clone()
    git(folder, 'checkout', '--quiet', '--detach', 'origin/main')
    git(folder, 'merge', '--quiet', '--no-ff', '-m', `Merge ${branch}`, `origin/${branch}`)
    this.#tell(folder)
    const [base, head] = ['HEAD^1', 'HEAD^2'].map((ref) => git(folder, 'rev-parse', ref)) as [string, string]
    return { folder, commit: git(folder, 'rev-parse', 'HEAD'), head, base }
  }

  #clone(): string {
    const folder = mkdtempSync(join(tmpdir(), 'leakgate-act-checkout-'))
    git(folder, 'clone', '--quiet', this.#folder, '.')
    return folder
  }

  #commit(folder: string, message: string): void {
    git(folder, 'add', '--all')
    git(folder, 'commit', '--quiet', '-m', message)
    this.#tell(folder)
  }

  /** GitHub knows every commit that was pushed. */
  #tell(folder: string): void {
    const [sha, time, ...parents] = git(folder, 'log', '-1', '--format=%H %cI %P').split(' ') as [string, string]
    this.#world.commits.set(sha, { sha, parents, date: new Date(time).toISOString().replace(/\.\d+/, '') })
  }
}

function git(cwd: string, ...args: string[]): string {
  // Nothing of whoever runs this: no signing, no hooks, no templates.
  const who = { NAME: 'Dev', EMAIL: 'dev@example.com' }
  const env = {
    ...{ PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    ...Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  }
  return execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trim()
}

/** Leaks of the fixture services by their programs, with the packages that a change brings along. */
const LEAKS = { 'chan-send': 'internal/notify', 'slice-append': 'internal/audit' } as const

/** The fixture services as a module in a folder, with the named commands; the service listens on $ADDR unless told. */
export function writeModule(folder: string, commands: Readonly<Record<string, string>>): void {
  for (const part of ['go.mod', 'thirdparty', 'internal', 'cmd/load']) {
    const later = Object.values(LEAKS).map((path) => join(SERVICES, path))
    cpSync(join(SERVICES, part), join(folder, part), { recursive: true, filter: (path) => !later.includes(path) })
  }
  const app = join(folder, 'internal/app/app.go')
  writeFileSync(app, readFileSync(app, 'utf8').replace('"127.0.0.1:0"', 'os.Getenv("ADDR")'))
  for (const [name, program] of Object.entries(commands)) {
    cpSync(join(SERVICES, 'cmd', program), join(folder, 'cmd', name), { recursive: true })
  }
}

/** A change that leaks: a package, and its use in the command. */
export function writeLeak(folder: string, command: string, leak: keyof typeof LEAKS = 'chan-send'): void {
  for (const [from, to] of [
    [LEAKS[leak], LEAKS[leak]],
    [`cmd/${leak}`, `cmd/${command}`],
  ] as const) {
    cpSync(join(SERVICES, from), join(folder, to), { recursive: true })
  }
}

export function write(folder: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text, { mode })
}
