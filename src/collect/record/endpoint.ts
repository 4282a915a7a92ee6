import { type Answer, FetchTrouble, fetchBounded } from './fetch.ts'
import type { Target } from './target.ts'

/** An answer of net/http/pprof is a few MiB; a debug=2 dump may reach 64. */
const MOST = 64 * 1024 * 1024
const TIMEOUT = 30_000

export interface RouteOptions {
  readonly timeout?: number
  readonly most?: number
  readonly cut?: boolean
  readonly signal?: AbortSignal | undefined
}

/** The profiles of one target, fetched route by route. */
export class Endpoint {
  readonly target: Target
  readonly #headers: Readonly<Record<string, string>>
  #base: string

  constructor(target: Target, headers: Readonly<Record<string, string>>) {
    this.target = target
    this.#headers = headers
    this.#base = `${target.address.path}/debug/pprof`
  }

  /**
   * Finds where below the target's path the profiles are: `path` itself or `path/debug/pprof`. Throws FetchTrouble
   * that tells what answered instead.
   */
  async find(signal?: AbortSignal): Promise<void> {
    const { path } = this.target.address
    const usual = path.endsWith('/debug/pprof') ? path : `${path}/debug/pprof`
    let first: unknown
    for (const base of new Set([usual, path])) {
      this.#base = base
      try {
        await this.countGoroutines({ timeout: 10_000, signal })
        return
      } catch (error) {
        first ??= error
        // Only an answer of the wrong kind says that the profiles may be elsewhere.
        if (!(error instanceof FetchTrouble) || (error.reason !== 'status' && error.reason !== 'broken')) break
      }
    }
    this.#base = usual
    throw first
  }

  /** The body of an answer of status 200; anything else is FetchTrouble. */
  async get(route: string, options: RouteOptions = {}): Promise<Buffer> {
    return (await this.answer(route, options)).body
  }

  async answer(route: string, options: RouteOptions = {}): Promise<Answer> {
    return this.#fetch(`${this.#base}/${route}`, options)
  }

  /** A path of the same host outside of the profiles, e.g. /metrics. */
  async getElsewhere(path: string, options: RouteOptions = {}): Promise<Buffer> {
    return (await this.#fetch(path, options)).body
  }

  /** Number of goroutines, the requesting one included. */
  async countGoroutines(options: RouteOptions = {}): Promise<number> {
    // Read to its end: a connection cut off leaves its goroutine in the service for a moment, to be counted next time.
    const body = await this.get('goroutine?debug=1', options)
    const total = /^goroutine profile: total (\d+)\n/.exec(body.toString('latin1', 0, 80))?.[1]
    if (total === undefined) throw new FetchTrouble('broken', `no goroutine profile: ${excerpt(body)}`)
    return Number(total)
  }

  /** Where a route is, for messages. */
  place(route = ''): string {
    const { shown, address } = this.target
    return `${this.target.name} (${shown}${this.#base.slice(address.path.length)}${route === '' ? '' : `/${route}`})`
  }

  async #fetch(path: string, options: RouteOptions): Promise<Answer> {
    const answer = await fetchBounded(this.target.address, path, {
      timeout: options.timeout ?? TIMEOUT,
      most: options.most ?? MOST,
      cut: options.cut ?? false,
      headers: this.#headers,
      signal: options.signal,
    })
    if (answer.status === 200) return answer
    throw new FetchTrouble('status', `status ${answer.status}: ${excerpt(answer.body)}`, answer.status)
  }
}

/** The first line of an answer, fit for a message. */
function excerpt(body: Buffer): string {
  const line = body.toString('utf8', 0, 300).trimStart().split('\n', 1)[0]!.trim()
  const plain = line.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ').replace(/::|##\[/g, ' ')
  return plain === '' ? 'an empty answer' : JSON.stringify(plain.slice(0, 80))
}
