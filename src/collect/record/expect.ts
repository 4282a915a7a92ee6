import { UserError } from '../../errors.ts'
import type { RecordedDoubt } from '../../profile/recorded-doubt.ts'
import type { Recording, Snapshot } from '../../profile/recording.ts'
import type { Stacks } from '../../profile/stacks.ts'

/** A service that must be there, with the kinds of profile it must have. */
export interface Expectation {
  readonly service: string
  readonly kinds: readonly ExpectedKind[]
}

const KINDS = ['heap', 'allocs', 'goroutine', 'goroutineleak', 'memstats'] as const
export type ExpectedKind = (typeof KINDS)[number]

/** Lines of `service` or `service: heap, goroutine`. */
export function parseExpectations(where: string, lines: readonly string[]): Expectation[] {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [service = '', ...rest] = line.split(':')
      const kinds = rest.join(':').split(',')
      return {
        service: service.trim(),
        kinds: kinds
          .map((kind) => kind.trim())
          .filter((kind) => kind !== '')
          .map((kind) => expectedKind(where, kind)),
      }
    })
}

function expectedKind(where: string, kind: string): ExpectedKind {
  const found = KINDS.find((known) => known === kind)
  if (found !== undefined) return found
  throw new UserError(`no such kind of profile: ${JSON.stringify(kind)}`, {
    where,
    hint: `One service per line, its kinds behind a colon: api: heap, goroutine. Kinds: ${KINDS.join(', ')}`,
  })
}

/** Doubts for one expected service; `present` is undefined when there is no recording of it. */
export function unmet(expectation: Expectation, present: ReadonlySet<string> | undefined): RecordedDoubt[] {
  if (present === undefined || present.size === 0) return [{ kind: 'expected-service' }]
  return expectation.kinds
    .filter((kind) => !present.has(kind))
    .map((profile) => ({ kind: 'expected-kind', profile }) as const)
}

/**
 * Recordings with the doubts of what is expected and not there; a service that is missing altogether becomes an empty
 * recording, so that it is judged INCONCLUSIVE instead of not at all. For recordings read from files; the recorder
 * writes its own doubts.
 */
export function withExpectations(
  recordings: readonly Recording[],
  expectations: readonly Expectation[],
  stacks: Stacks,
): Recording[] {
  const result = [...recordings]
  for (const expectation of expectations) {
    const at = result.findIndex(({ service }) => service === expectation.service)
    const found = result[at]
    const doubts = unmet(expectation, found === undefined ? undefined : kindsOf(found))
    if (doubts.length === 0) continue
    const base = found ?? missing(expectation.service, stacks)
    const known = base.doubts ?? []
    const added = doubts.filter((doubt) => !known.some((other) => JSON.stringify(other) === JSON.stringify(doubt)))
    const next = { ...base, doubts: [...known, ...added] }
    if (found === undefined) result.push(next)
    else result[at] = next
  }
  return result
}

function kindsOf({ snapshots }: Recording): Set<string> {
  const has = (kind: ExpectedKind): boolean => snapshots.some((snapshot: Snapshot) => snapshot[kind] !== undefined)
  return new Set(KINDS.filter(has))
}

function missing(service: string, stacks: Stacks): Recording {
  return {
    service,
    source: '',
    goVersion: undefined,
    commit: undefined,
    settings: {},
    load: undefined,
    stacks,
    snapshots: [],
  }
}
