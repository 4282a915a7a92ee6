import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import { childEnvironment, endGroup, wordsOf } from './command.ts'

/** What leakgate sets for a service it starts, the same for base and head. */
export function serviceSettings(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return {
    GODEBUG: mergedGodebug(env['GODEBUG'] ?? ''),
    // Two, unless the user says otherwise: what every hosted runner has.
    GOMAXPROCS: env['GOMAXPROCS'] || '2',
    ...(env['GOGC'] ? { GOGC: env['GOGC'] } : {}),
    ...(env['GOMEMLIMIT'] ? { GOMEMLIMIT: env['GOMEMLIMIT'] } : {}),
  }
}

/** Keeps what the user has set, a sampling rate of their own included. */
function mergedGodebug(godebug: string): string {
  const parts = godebug.split(',').filter((part) => part !== '')
  return parts.some((part) => part.startsWith('memprofilerate='))
    ? parts.join(',')
    : [...parts, 'memprofilerate=8192'].join(',')
}

/** A service that leakgate started, with all the processes it started in turn. */
export class StartedService {
  readonly #child: ChildProcess
  readonly #log: string
  #failure: string | undefined

  constructor(script: string, settings: Readonly<Record<string, string>>) {
    const [program, ...args] = wordsOf({ script })
    this.#log = join(mkdtempSync(join(process.env['RUNNER_TEMP'] || tmpdir(), 'leakgate-start-')), 'service.log')
    // A file, not a pipe: a service must not stall because nobody reads.
    const log = openSync(this.#log, 'a')
    this.#child = spawn(program, args, {
      env: childEnvironment(settings),
      stdio: ['ignore', log, log],
      detached: process.platform !== 'win32',
    })
    closeSync(log)
    this.#child.once('error', (error) => {
      this.#failure = error.message
    })
    this.#child.once('exit', (code, signal) => {
      this.#failure ??= code === null ? `ended by ${signal}` : `ended with status ${code}`
    })
  }

  /** Throws when the service has ended. */
  expectRunning(): void {
    if (this.#failure === undefined) return
    throw new UserError(`the service ${this.#failure} before it answered${this.#tail()}`, {
      where: 'start',
      hint: 'The command must stay in the foreground and serve net/http/pprof on the targets.',
    })
  }

  /** How it ended, with the last lines it printed; undefined while it runs. */
  get end(): string | undefined {
    return this.#failure && `start: the service ${this.#failure} while it was recorded${this.#tail()}`
  }

  #tail(): string {
    const tail = readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-15).join('\n  | ')
    return tail === '' ? '' : `:\n  | ${tail}`
  }

  /** SIGTERM, and SIGKILL for what is left after `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    await endGroup(this.#child, grace)
  }

  /** Where the service's output is. */
  get log(): string {
    return this.#log
  }
}
