/**
 * What the recorder saw go wrong while it recorded. Kept in recording.json, so that whoever judges the recording later
 * knows; facts, not words.
 */
export type RecordedDoubt =
  /** The recording ended before its plan. `reason`: killed, stopped or max-duration. */
  | { readonly kind: 'unfinished'; readonly rounds: number; readonly planned: number; readonly reason: string }
  /** The service no longer answered. */
  | { readonly kind: 'service-died'; readonly round: number; readonly reason: string }
  /** A profile could not be fetched or was none. */
  | { readonly kind: 'fetch-failed'; readonly profile: string; readonly round: number; readonly reason: string }
  | { readonly kind: 'empty-profile'; readonly profile: string; readonly round: number }
  /** Another process answers. `sign`: what gave it away, build id, start time or counters. */
  | { readonly kind: 'process-changed'; readonly round: number; readonly sign: string }
  /** The load did nothing. `sign`: operations or allocations. */
  | { readonly kind: 'no-load'; readonly round: number; readonly sign: string }
  /** The same answer twice, or no collection when asked for one. `sign`: time, counters or gc. */
  | { readonly kind: 'stale-profile'; readonly profile: string; readonly round: number; readonly sign: string }
  | { readonly kind: 'load-failed'; readonly round: number; readonly status: string }
  /** `expect` names a service that was not recorded. */
  | { readonly kind: 'expected-service' }
  /** `expect` names a kind of profile that is not in the recording. */
  | { readonly kind: 'expected-kind'; readonly profile: string }
  /** One load cut into slices of time: snapshots under load, which see much less than those at rest. */
  | { readonly kind: 'sliced'; readonly slices: number }
  /** The number of goroutines still moved when the wait for rest ended. */
  | { readonly kind: 'unsettled'; readonly rounds: number; readonly goroutines: number }
  /** A doubt of a later version of leakgate. */
  | { readonly kind: 'unknown-doubt'; readonly name: string }

// Declared here rather than in recording.ts: only recordings made by the recorder have it.
type Fact = 'text' | 'number'

interface Shape {
  /** Without this doubt cleared, "no leak" cannot be said. */
  readonly blocks: boolean
  readonly facts: Readonly<Record<string, Fact>>
}

const SHAPES: Readonly<Record<RecordedDoubt['kind'], Shape>> = {
  unfinished: { blocks: true, facts: { rounds: 'number', planned: 'number', reason: 'text' } },
  'service-died': { blocks: true, facts: { round: 'number', reason: 'text' } },
  'fetch-failed': { blocks: true, facts: { profile: 'text', round: 'number', reason: 'text' } },
  'empty-profile': { blocks: true, facts: { profile: 'text', round: 'number' } },
  'process-changed': { blocks: true, facts: { round: 'number', sign: 'text' } },
  'no-load': { blocks: true, facts: { round: 'number', sign: 'text' } },
  'stale-profile': { blocks: true, facts: { profile: 'text', round: 'number', sign: 'text' } },
  'load-failed': { blocks: true, facts: { round: 'number', status: 'text' } },
  'expected-service': { blocks: true, facts: {} },
  'expected-kind': { blocks: true, facts: { profile: 'text' } },
  sliced: { blocks: false, facts: { slices: 'number' } },
  unsettled: { blocks: false, facts: { rounds: 'number', goroutines: 'number' } },
  'unknown-doubt': { blocks: true, facts: { name: 'text' } },
}

/** Whether the doubt rules out a verdict of "no leak". */
export function recordedDoubtBlocks(doubt: RecordedDoubt): boolean {
  return SHAPES[doubt.kind].blocks
}

/**
 * A doubt read from a file. One of a kind this version does not know, or whose facts are not what they should be, stays
 * a doubt: dropping it could turn INCONCLUSIVE into PASS.
 */
export function readRecordedDoubt(value: unknown): RecordedDoubt {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const kind = typeof entry['kind'] === 'string' ? entry['kind'].slice(0, 100) : ''
  const shape = Object.hasOwn(SHAPES, kind) ? SHAPES[kind as RecordedDoubt['kind']] : undefined
  if (shape === undefined) return { kind: 'unknown-doubt', name: kind }
  const facts: Record<string, unknown> = { kind }
  for (const [name, type] of Object.entries(shape.facts)) {
    const fact = entry[name]
    const fits = type === 'text' ? typeof fact === 'string' : typeof fact === 'number' && Number.isFinite(fact)
    if (!fits) return { kind: 'unknown-doubt', name: kind }
    facts[name] = typeof fact === 'string' ? fact.slice(0, 300) : fact
  }
  return facts as unknown as RecordedDoubt
}
