import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { childEnvironment } from './command.ts'
import { startTimeOf } from './process.ts'
import type { RecordSettings } from './settings.ts'
import { writeWhole } from './writer.ts'

/** What the step that starts a sampler leaves for the step that ends it. */
export interface HandOver {
  readonly pid: number
  /** Start time of the process where the system tells it: a pid alone may be another process by now. */
  readonly started: string | undefined
  readonly token: string
  /** Of the recordings. */
  readonly folder: string
}

/** What the sampler says of itself, in a file. */
export type SamplerState =
  | { readonly state: 'ready'; readonly mark?: string | undefined }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'done'; readonly failure: string | undefined }

/** How the sampler process is told what to do: through its standard input, since headers may be secrets. */
export interface SamplerOrder {
  readonly settings: RecordSettings
  readonly home: string
  readonly token: string
}

const HAND_OVER = 'hand-over.json'
const STATE = 'state.json'
const STOP = 'stop'
/** A sampler that was told to stop takes a last snapshot after its services have settled. */
const STOP_PATIENCE = 90_000

/** Where samplers of this job leave word. */
export function samplersFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['RUNNER_TEMP'] || '.', 'leakgate', 'samplers')
}

/**
 * Starts a sampler that outlives this process; `program` are the words that run it. Returns its home folder, and where
 * marks go, once every target has answered; throws UserError with the sampler's own words when one does not.
 */
export async function startSampler(
  samplers: string,
  program: readonly [string, ...string[]],
  settings: RecordSettings,
  patience: number,
): Promise<{ readonly home: string; readonly mark: string | undefined }> {
  const token = randomUUID()
  const home = join(samplers, token.slice(0, 8))
  mkdirSync(home, { recursive: true })
  const log = openSync(join(home, 'sampler.log'), 'a')
  const [command, ...args] = program
  // Its own session and no pipe of ours: the runner waits for pipes, and ends what is left of a job by itself.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['pipe', log, log],
    env: childEnvironment({ LEAKGATE_SAMPLER: '1' }),
  })
  closeSync(log)
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, signal) => {
    ended ??= signal ?? `status ${code}`
  })
  const order: SamplerOrder = { settings, home, token }
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(JSON.stringify(order))
  const end = Date.now() + patience
  let state: SamplerState | undefined
  while (true) {
    state = readState(home)
    if (state?.state === 'failed') throw new UserError(state.message)
    if (state !== undefined) break
    if (ended !== undefined || Date.now() > end) {
      throw new UserError(`the sampler did not start: ${ended ?? `no word within ${patience / 1000} s`}`, {
        where: join(home, 'sampler.log'),
      })
    }
    await sleep(100)
  }
  const handOver: HandOver = { pid: child.pid!, started: startTimeOf(child.pid!), token, folder: settings.folder }
  writeWhole(join(home, HAND_OVER), JSON.stringify(handOver))
  child.unref()
  return { home, mark: state.state === 'ready' ? state.mark : undefined }
}

/** Homes of the samplers that nobody has stopped yet. */
export function runningSamplers(samplers: string): string[] {
  if (!existsSync(samplers)) return []
  return readdirSync(samplers)
    .map((name) => join(samplers, name))
    .filter((home) => existsSync(join(home, HAND_OVER)))
}

/**
 * Ends a sampler and waits until its recordings are complete. One that is dead already is collected all the same.
 * undefined when another step has collected it before.
 */
export async function stopSampler(
  home: string,
): Promise<{ readonly folder: string; readonly failure: UserError | undefined } | undefined> {
  const handOver = readJson<HandOver>(join(home, HAND_OVER))
  if (handOver === undefined) return undefined
  writeWhole(join(home, STOP), handOver.token)
  const end = Date.now() + STOP_PATIENCE
  let state = readState(home)
  while (state?.state !== 'done' && alive(handOver) && Date.now() < end) {
    await sleep(100)
    state = readState(home)
  }
  rmSync(join(home, HAND_OVER), { force: true })
  state = readState(home)
  const failure = state?.state === 'done' && state.failure !== undefined ? new UserError(state.failure) : undefined
  return { folder: handOver.folder, failure }
}

/** For the sampler itself: whether it was told to stop, by the one who started it. */
export function toldToStop({ home, token }: SamplerOrder): boolean {
  try {
    return readFileSync(join(home, STOP), 'utf8') === token
  } catch {
    return false
  }
}

export function writeState(home: string, state: SamplerState): void {
  writeWhole(join(home, STATE), JSON.stringify(state))
}

function readState(home: string): SamplerState | undefined {
  return readJson<SamplerState>(join(home, STATE))
}

/** Files of our own in the job's folder; undefined where there is none. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return undefined
  }
}

function alive({ pid, started }: HandOver): boolean {
  if (started !== undefined) return startTimeOf(pid) === started
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
