import type { Doubt } from '../src/diff/doubts.ts'

type Examples = { readonly [K in Doubt['kind']]: readonly Extract<Doubt, { kind: K }>[] }

/** A doubt of every kind for the table of the docs, more than one where its words differ. */
export const EXAMPLES: Examples = {
  'nothing-recorded': [{ kind: 'nothing-recorded', blocks: true }],
  'base-unreachable': [{ kind: 'base-unreachable', reason: 'HTTP 403', blocks: true }],
  'same-recording': [{ kind: 'same-recording', blocks: true }],
  'missing-service': [
    { kind: 'missing-service', side: 'head', blocks: true },
    { kind: 'missing-service', side: 'base', blocks: false },
  ],
  'missing-kind': [{ kind: 'missing-kind', profile: 'heap', side: 'head', blocks: true }],
  'too-few-rounds': [{ kind: 'too-few-rounds', rounds: 3, needed: 5, blocks: true }],
  'rounds-differ': [{ kind: 'rounds-differ', base: 10, head: 8, blocks: false }],
  'load-differs': [{ kind: 'load-differs', base: 4000, head: 2500, blocks: true }],
  'load-unknown': [{ kind: 'load-unknown', blocks: false }],
  'sampling-differs': [{ kind: 'sampling-differs', base: 524_288, head: 8192, blocks: true }],
  'sampling-coarse': [{ kind: 'sampling-coarse', rate: 524_288, blocks: false }],
  restarted: [{ kind: 'restarted', side: 'head', round: 4, blocks: true }],
  'go-differs': [{ kind: 'go-differs', base: 'go1.26.8', head: 'go1.27.3', blocks: false }],
  'setting-differs': [{ kind: 'setting-differs', name: 'GOGC', base: '', head: '50', blocks: false }],
  undecided: [
    { kind: 'undecided', metric: 'heap.growth', rounds: 10, needed: 16, blocks: false },
    { kind: 'undecided', metric: 'goroutines.growth', rounds: 7, needed: 8, blocks: false },
  ],
  'not-at-rest': [{ kind: 'not-at-rest', blocks: false }],
  inexact: [{ kind: 'inexact', blocks: false }],
  unconfirmed: [{ kind: 'unconfirmed', failures: 1, pairs: 2, blocks: false }],
  'short-history': [{ kind: 'short-history', metric: 'heap.inuse', since: '10 merges', recordings: 4, blocks: false }],
  unfinished: [{ kind: 'unfinished', rounds: 6, planned: 10, reason: 'max-duration', side: 'head', blocks: true }],
  'service-died': [{ kind: 'service-died', round: 3, reason: 'nothing answers there', side: 'head', blocks: true }],
  'fetch-failed': [{ kind: 'fetch-failed', profile: 'heap', round: 3, reason: 'HTTP 500', side: 'head', blocks: true }],
  'empty-profile': [{ kind: 'empty-profile', profile: 'heap', round: 3, side: 'head', blocks: true }],
  'process-changed': [{ kind: 'process-changed', round: 3, sign: 'start time', side: 'head', blocks: true }],
  'no-load': [{ kind: 'no-load', round: 3, sign: 'operations', side: 'head', blocks: true }],
  'stale-profile': [
    { kind: 'stale-profile', profile: 'heap', round: 3, sign: 'time', side: 'head', blocks: true },
    { kind: 'stale-profile', profile: 'heap', round: 3, sign: 'gc', side: 'head', blocks: true },
  ],
  'load-failed': [{ kind: 'load-failed', round: 3, status: 'exit status 1', side: 'head', blocks: true }],
  'expected-service': [{ kind: 'expected-service', side: 'head', blocks: true }],
  'expected-kind': [{ kind: 'expected-kind', profile: 'goroutineleak', side: 'head', blocks: true }],
  sliced: [{ kind: 'sliced', slices: 10, side: 'head', blocks: false }],
  unsettled: [{ kind: 'unsettled', rounds: 2, goroutines: 214, side: 'head', blocks: false }],
  'unknown-doubt': [{ kind: 'unknown-doubt', name: 'clock-moved', side: 'head', blocks: true }],
}
