import { gzipSync } from 'node:zlib'
import type { MemStats } from '../../profile/memstats/memstats.ts'
import { type Parsed, parse } from '../../profile/parse.ts'
import type { Profile } from '../../profile/profile.ts'
import type { Endpoint, RouteOptions } from './endpoint.ts'
import { FetchTrouble } from './fetch.ts'

/** One file of a snapshot. */
export interface Piece {
  readonly kind: 'heap' | 'memstats' | 'goroutine' | 'goroutine-text' | 'allocs' | 'goroutineleak'
  readonly name: string
  readonly body: Buffer
}

/** A profile that could not be had, and why. */
export interface Failure {
  readonly profile: Piece['kind']
  readonly trouble: FetchTrouble
}

/** What was fetched of one service at one moment. */
export interface Taken {
  readonly time: Date
  readonly pieces: readonly Piece[]
  readonly failures: readonly Failure[]
  readonly memstats: MemStats | undefined
  readonly heap: Profile | undefined
  readonly goroutines: number | undefined
  /** False where the service answers 404: its Go has no such profile. */
  readonly hasLeakProfile: boolean | undefined
}

export interface Detail {
  /** Collect garbage first: twice at rest, so that finalizers and pools are empty; once under load. */
  readonly collections: 0 | 1 | 2
  readonly heap: boolean
  /** The text of debug=1 instead of the protobuf form: a fifth of the service's work, and labels left out. */
  readonly cheap?: boolean
  readonly dump: boolean
  readonly allocs: boolean
  /** How often the profile of leaked goroutines is captured: single captures can miss some (golang/go#79452). */
  readonly leakCaptures: number
}

/** After a round, quiet: what is judged. */
export const AT_REST: Detail = { collections: 2, heap: true, dump: true, allocs: false, leakCaptures: 2 }
/** At the end: everything. */
export const AT_END: Detail = { ...AT_REST, allocs: true, leakCaptures: 3 }
/** A slice of a long load. */
export const SLICE: Detail = { collections: 1, heap: true, dump: false, allocs: false, leakCaptures: 0 }
/** While the load runs: cheap, no collection. */
export const UNDER_LOAD: Detail = {
  collections: 0,
  heap: false,
  cheap: true,
  dump: false,
  allocs: false,
  leakCaptures: 0,
}

/** A dump stops the world while it is written, so that it is cut where it gets long. */
const MOST_DUMP = 16 * 1024 * 1024
/** From this many goroutines on, only the last snapshot has a dump. */
const MANY_GOROUTINES = 5000

/** Fetches one snapshot. Nothing is thrown: what fails is told, what succeeds is kept. */
export async function takeSnapshot(endpoint: Endpoint, detail: Detail, options: RouteOptions = {}): Promise<Taken> {
  const pieces: Piece[] = []
  const failures: Failure[] = []
  const fetcher = new Fetcher(endpoint, options, pieces, failures)
  const gc = detail.collections > 0 ? 'gc=1&' : ''
  // The heap profile shows the state of the last collection, hence the collections before it.
  if (detail.collections === 2) await fetcher.attempt('heap', () => endpoint.get('heap?gc=1', options))
  const text = await fetcher.fetch('memstats', 'memstats.txt.gz', `heap?${gc}debug=1`, withoutRecords)
  const time = new Date()
  const heap = detail.heap ? await fetcher.fetch('heap', 'heap.pb.gz', 'heap') : undefined
  const goroutine = detail.cheap
    ? await fetcher.fetch('goroutine-text', 'goroutine.txt.gz', 'goroutine?debug=1')
    : await fetcher.fetch('goroutine', 'goroutine.pb.gz', 'goroutine')
  const goroutines = countOf(goroutine)
  if (detail.dump && (detail.allocs || (goroutines ?? 0) < MANY_GOROUTINES)) await fetcher.dump()
  if (detail.allocs) await fetcher.fetch('allocs', 'allocs.pb.gz', 'allocs')
  return {
    time,
    pieces,
    failures,
    memstats: text?.form === 'memstats' ? text.memstats : undefined,
    heap: heap?.form === 'profile' ? heap.profile : undefined,
    goroutines,
    hasLeakProfile: await fetcher.leaks(detail.leakCaptures),
  }
}

class Fetcher {
  readonly #endpoint: Endpoint
  readonly #options: RouteOptions
  readonly #pieces: Piece[]
  readonly #failures: Failure[]
  constructor(endpoint: Endpoint, options: RouteOptions, pieces: Piece[], failures: Failure[]) {
    this.#endpoint = endpoint
    this.#options = options
    this.#pieces = pieces
    this.#failures = failures
  }

  /** The answer, or undefined after a failure that is told. A service that is gone is not asked again. */
  async attempt(profile: Piece['kind'], get: () => Promise<Buffer>): Promise<Buffer | undefined> {
    if (this.#failures.some(({ trouble }) => trouble.reason === 'gone' || trouble.reason === 'stopped'))
      return undefined
    try {
      return await get()
    } catch (error) {
      this.#failures.push({ profile, trouble: asTrouble(error) })
      return undefined
    }
  }

  /** Fetches a profile, checks that it is one, and keeps it. */
  async fetch(
    kind: Piece['kind'],
    name: string,
    route: string,
    shorten = (body: Buffer): Buffer => body,
  ): Promise<Parsed | undefined> {
    let parsed: Parsed | undefined
    const body = await this.attempt(kind, async () => {
      const answer = await this.#endpoint.get(route, this.#options)
      if (answer.length === 0) throw new FetchTrouble('broken', EMPTY)
      const short = shorten(answer)
      parsed = parse(route, short)
      const found = kindOf(parsed)
      // Go's own heap route sets no default type; a proxy of pprof may, and the samples are the same.
      if (found !== kind && !(kind === 'heap' && found === 'allocs')) {
        throw new FetchTrouble('broken', `expected a ${kind} profile, found ${found}`)
      }
      return short
    })
    if (body !== undefined) this.#pieces.push({ kind, name, body: name.endsWith('.txt.gz') ? gzipSync(body) : body })
    return parsed
  }

  async dump(): Promise<void> {
    await this.attempt('goroutine-text', async () => {
      const answer = await this.#endpoint.answer('goroutine?debug=2', { ...this.#options, most: MOST_DUMP, cut: true })
      // A cut dump ends with the last goroutine that is whole.
      const body = answer.cut ? answer.body.subarray(0, answer.body.lastIndexOf('\n\n') + 1) : answer.body
      this.#pieces.push({ kind: 'goroutine-text', name: 'goroutine.txt.gz', body: gzipSync(body) })
      return body
    })
  }

  async leaks(captures: number): Promise<boolean | undefined> {
    for (let take = 1; take <= captures; take++) {
      const before = this.#failures.length
      await this.fetch('goroutineleak', `goroutineleak-${take}.pb.gz`, 'goroutineleak')
      const failure = this.#failures[before]
      if (failure === undefined) continue
      // Go before 1.27 has no such route: nothing went wrong.
      if (failure.trouble.status !== 404) return undefined
      this.#failures.splice(before, 1)
      return false
    }
    return captures > 0 ? true : undefined
  }
}

export const EMPTY = 'the answer is empty'

/** The first line and MemStats; the heap records between them are in the heap profile as well. */
export function withoutRecords(text: Buffer): Buffer {
  const first = text.indexOf('\n')
  const trailer = text.indexOf('\n# runtime.MemStats')
  if (first === -1 || trailer === -1) return text
  return Buffer.concat([text.subarray(0, first + 1), text.subarray(trailer)])
}

function kindOf(parsed: Parsed): string {
  if (parsed.form === 'goroutines') return 'goroutine-text'
  return parsed.form === 'profile' ? parsed.kind : parsed.form
}

function countOf(parsed: Parsed | undefined): number | undefined {
  if (parsed?.form === 'goroutines') return parsed.dump.total
  return parsed?.form === 'profile' ? sumOf(parsed.profile) : undefined
}

function sumOf(profile: Profile): number {
  let sum = 0
  const types = profile.sampleTypes.length
  for (let s = 0; s < profile.samples.count; s++) sum += profile.samples.value[s * types]!
  return sum
}

function asTrouble(error: unknown): FetchTrouble {
  return error instanceof FetchTrouble ? error : new FetchTrouble('broken', (error as Error).message.slice(0, 200))
}
