import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pair } from './data.ts'
import type { Contender } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')

/** Bundles of what is measured, made for this run so that the committed ones need not be up to date. */
export interface Built {
  readonly dist: string
  readonly pprofFormat: string
  readonly stages: string
}

export function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-bench-'))
  const rolldown = (...args: string[]): void => {
    execFileSync('npx', ['rolldown', ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  rolldown('-c', 'rolldown.config.ts', '--dir', join(folder, 'dist'))
  const bundle = (name: string): string => {
    rolldown(`bench/${name}.ts`, '--platform', 'node', '--format', 'esm', '--file', join(folder, `${name}.mjs`))
    return join(folder, `${name}.mjs`)
  }
  // As in the package: else Node.js reads every module twice to find out what it is.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return { dist: join(folder, 'dist'), pprofFormat: bundle('pprof-format'), stages: bundle('stages') }
}

/** The pprof of the installed Go itself, so that what `go tool` does to find it is not counted. */
export function pprofBinary(): string | undefined {
  const { status, stdout } = spawnSync('go', ['tool', '-n', 'pprof'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

export const EMPTY: Contender = { name: 'empty Node.js', command: [process.execPath, '-e', '0'] }
export const SHOW = 'leakgate show'
export const COMPARE = 'leakgate compare'
export const PPROF = 'go tool pprof'
export const PPROF_FORMAT = 'pprof-format'

export function contenders({ base, head }: Pair, built: Built, pprof: string | undefined): Contender[] {
  const cli = join(built.dist, 'cli.js')
  const node = process.execPath
  const go: Contender[] =
    pprof === undefined
      ? []
      : [{ name: PPROF, command: [pprof, '-top', '-symbolize=none', `-diff_base=${base}`, head] }]
  return [
    { name: SHOW, command: [node, cli, 'show', head, '--base', base] },
    { name: COMPARE, command: [node, cli, 'compare', base, head] },
    ...go,
    { name: PPROF_FORMAT, command: [node, built.pprofFormat, base, head] },
    EMPTY,
  ]
}
