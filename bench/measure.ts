import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What one run of a process took. */
export interface Run {
  /** Milliseconds. */
  readonly wall: number
  /** Milliseconds of all its threads, in and for the process; undefined without GNU time. */
  readonly cpu: number | undefined
  /** Peak resident bytes. */
  readonly memory: number | undefined
}

export interface Contender {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const TIME = '/usr/bin/time'
const HAS_TIME = existsSync(TIME)
const USAGE = join(mkdtempSync(join(tmpdir(), 'leakgate-bench-')), 'usage')

/** Runs a process to its end; its own exit code is its own affair, but it must have printed something. */
export function run({ command, env, cwd }: Contender): Run {
  const [file, ...args] = HAS_TIME ? [TIME, '-o', USAGE, '-f', '%U %S %M', ...command] : command
  const started = performance.now()
  const { stdout, stderr, error, signal } = spawnSync(file!, args, {
    env: { ...process.env, PPROF_BINARY_PATH: '/nonexistent', ...env },
    cwd,
    maxBuffer: 1 << 28,
  })
  const wall = performance.now() - started
  if (error !== undefined || signal !== null) throw error ?? new Error(`${command.join(' ')}: ${signal} ${stderr}`)
  if (/panic|is a bug|FATAL/.test(String(stderr))) throw new Error(`${command.join(' ')}: ${stderr}`)
  if (stdout.length === 0 && !command.includes('-e')) throw new Error(`${command.join(' ')} printed nothing: ${stderr}`)
  if (!HAS_TIME) return { wall, cpu: undefined, memory: undefined }
  // A line about a non-zero exit code may come first.
  const [user, system, kilobytes] = readFileSync(USAGE, 'utf8').trim().split('\n').at(-1)!.split(' ').map(Number)
  return { wall, cpu: (user! + system!) * 1000, memory: kilobytes! * 1024 }
}

/** A contender that has used up so much is not run again. */
const BUDGET = 90_000

/** Rounds in which every contender runs once, so that what else the machine does hits all of them alike. */
export function interleaved(contenders: readonly Contender[], rounds: number): Map<string, Run[]> {
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const done = runs.get(contender.name)!
      if (done.reduce((sum, { wall }) => sum + wall, 0) < BUDGET) done.push(run(contender))
    }
  }
  return runs
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
