import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { shellOf } from './shell.ts'

/** A command as the user gave it: lines of shell, or words that are run as they are. */
export type Command = { readonly script: string } | { readonly words: readonly string[] }

export interface Ended {
  /** undefined when it ended with status 0. */
  readonly failure: string | undefined
  /** The end of what it printed, for counts and messages. */
  readonly output: string
}

const KEPT_OUTPUT = 1024 * 1024

/** Program and arguments; a script runs in bash as steps of a workflow do, in sh where there is none. */
export function wordsOf(command: Command): [string, ...string[]] {
  return 'words' in command ? (command.words as [string, ...string[]]) : shellOf(command.script)
}

/** The environment without the step's own inputs: they may hold the headers' secrets. */
export function childEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(INPUT_|STATE_|LEAKGATE_SAMPLER$)/.test(name))
  return { ...Object.fromEntries(kept), ...more }
}

export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void
  readonly signal: AbortSignal
}

/** Runs a command to its end, or ends it with all it started when the signal says so. */
export async function runCommand(command: Command, { environment, onOutput, signal }: RunOptions): Promise<Ended> {
  const [program, ...args] = wordsOf(command)
  // A group of its own, so that what it starts can be ended with it.
  const child = spawn(program, args, {
    env: childEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  let output = ''
  const keep = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
    onOutput(chunk, stream)
  }
  child.stdout.on('data', keep('stdout'))
  child.stderr.on('data', keep('stderr'))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = (): void => void endGroup(child, 2000)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `no such program: ${program}` : error.message),
    )
    child.once('exit', (code, by) =>
      resolve(code === 0 ? undefined : code === null ? `ended by ${by}` : `status ${code}`),
    )
  })
  // A process it left behind may keep the pipes open for ever.
  await Promise.race([closed, sleep(1000, undefined, { ref: false })])
  signal.removeEventListener('abort', stop)
  return { failure, output }
}

/**
 * SIGTERM to the child's whole group, SIGKILL to what is left after `grace` milliseconds. Windows knows neither: there
 * the whole tree is ended at once.
 */
export async function endGroup(child: ChildProcess, grace: number): Promise<void> {
  if (child.pid === undefined) return
  const running = (): boolean => child.exitCode === null && child.signalCode === null
  const gone = new Promise<void>((resolve) => (running() ? child.once('exit', () => resolve()) : resolve()))
  signalGroup(child.pid, 'SIGTERM')
  await Promise.race([gone, sleep(grace, undefined, { ref: false })])
  // Also when the first process is gone: its children may not be.
  signalGroup(child.pid, 'SIGKILL')
  if (running()) await Promise.race([gone, sleep(2000, undefined, { ref: false })])
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32') {
    // Ended alone, a process leaves those it started behind.
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of it is left.
  }
}
