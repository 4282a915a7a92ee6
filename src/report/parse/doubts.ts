import type { Doubt } from '../../diff/doubts.ts'
import type { Field } from './fields.ts'

type Read = 'text' | 'number' | 'side'

/** The facts of each kind of doubt, in the order they are written. */
const FACTS: { readonly [K in Doubt['kind']]: Readonly<Record<string, Read>> } = {
  'nothing-recorded': {},
  'base-unreachable': { reason: 'text' },
  'same-recording': {},
  'missing-service': { side: 'side' },
  'missing-kind': { profile: 'text', side: 'side' },
  'too-few-rounds': { rounds: 'number', needed: 'number' },
  'rounds-differ': { base: 'number', head: 'number' },
  'load-differs': { base: 'number', head: 'number' },
  'load-unknown': {},
  'sampling-differs': { base: 'number', head: 'number' },
  'sampling-coarse': { rate: 'number' },
  restarted: { side: 'side', round: 'number' },
  'go-differs': { base: 'text', head: 'text' },
  'setting-differs': { name: 'text', base: 'text', head: 'text' },
  undecided: { metric: 'text', rounds: 'number', needed: 'number' },
  'not-at-rest': {},
  inexact: {},
  unconfirmed: { failures: 'number', pairs: 'number' },
  'short-history': { metric: 'text', since: 'text', recordings: 'number' },
  unfinished: { rounds: 'number', planned: 'number', reason: 'text', side: 'side' },
  'service-died': { round: 'number', reason: 'text', side: 'side' },
  'fetch-failed': { profile: 'text', round: 'number', reason: 'text', side: 'side' },
  'empty-profile': { profile: 'text', round: 'number', side: 'side' },
  'process-changed': { round: 'number', sign: 'text', side: 'side' },
  'no-load': { round: 'number', sign: 'text', side: 'side' },
  'stale-profile': { profile: 'text', round: 'number', sign: 'text', side: 'side' },
  'load-failed': { round: 'number', status: 'text', side: 'side' },
  'expected-service': { side: 'side' },
  'expected-kind': { profile: 'text', side: 'side' },
  sliced: { slices: 'number', side: 'side' },
  unsettled: { rounds: 'number', goroutines: 'number', side: 'side' },
  'unknown-doubt': { name: 'text', side: 'side' },
}

export const DOUBT_KINDS = Object.keys(FACTS) as Doubt['kind'][]

export function readDoubt(field: Field): Doubt {
  const kind = field.at('kind').word(DOUBT_KINDS)
  const doubt: Record<string, unknown> = { kind }
  for (const [name, read] of Object.entries(FACTS[kind])) doubt[name] = fact(field.at(name), read)
  doubt.blocks = field.at('blocks').flag()
  return doubt as unknown as Doubt
}

function fact(field: Field, read: Read): string | number {
  switch (read) {
    case 'text':
      return field.text(500)
    case 'number':
      return field.number()
    case 'side':
      return field.word(['base', 'head'])
  }
}
