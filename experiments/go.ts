// Builds the programs of the experiments.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE } from './live.ts'

export const EXPERIMENTS = import.meta.dirname
export const BINARIES = join(CACHE, 'bin')

/** Environment of the Go command for a toolchain such as go1.26.8; 1.26 needs the experiment for goroutineleak. */
export function goEnvironment(go: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GOTOOLCHAIN: go, CGO_ENABLED: '0', GOFLAGS: '' }
  if (go.startsWith('go1.26')) env.GOEXPERIMENT = 'goroutineleakprofile'
  else delete env.GOEXPERIMENT
  return env
}

export interface Build {
  readonly go: string
  readonly folder: string
  readonly output: string
  /** Package or files, `./cmd/healthy`. */
  readonly what: readonly string[]
  readonly flags?: readonly string[]
  /** Without experiments of the toolchain: other people's programs take long to build twice. */
  readonly plain?: boolean
}

/** The path of the built program. */
export function buildGo({ go, folder, output, what, flags = [], plain = false }: Build): string {
  const path = join(BINARIES, go, output)
  mkdirSync(join(BINARIES, go), { recursive: true })
  const env = goEnvironment(go)
  if (plain) delete env.GOEXPERIMENT
  execFileSync('go', ['build', '-trimpath', '-buildvcs=false', ...flags, '-o', path, ...what], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return path
}

/** An empty folder for generated sources. */
export function workFolder(name: string): string {
  const folder = join(CACHE, 'src', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

export function goRoot(go: string): string {
  return execFileSync('go', ['env', 'GOROOT'], { env: goEnvironment(go), encoding: 'utf8' }).trim()
}
