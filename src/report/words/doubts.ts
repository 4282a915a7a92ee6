import type { Doubt } from '../../diff/doubts.ts'
import { formatValue } from '../../profile/unit.ts'
import { plainText } from '../escape.ts'
import { countText } from './figures.ts'

export interface DoubtWords {
  /** What is in doubt, one sentence. */
  readonly what: string
  /** What to do next, one sentence. */
  readonly next: string
}

type Quote = (name: string) => string

type WordsByKind = {
  readonly [K in Doubt['kind']]: (doubt: Extract<Doubt, { kind: K }>, quote: Quote) => DoubtWords
}

const DOUBT_WORDS: WordsByKind = {
  'nothing-recorded': () => ({
    what: 'Nothing was recorded that could be judged.',
    next: 'Check that the load ran while the profiles were taken, and that the path names the recording.',
  }),
  'base-unreachable': ({ reason }, quote) => ({
    what: `There may be a baseline, but none could be fetched and nothing was compared: ${quote(reason.replace(/\.$/, ''))}.`,
    next: 'Run the job again; if that does not help, check that it has the permission `actions: read`.',
  }),
  'same-recording': () => ({
    what: 'Base and head are one and the same recording, so nothing was compared.',
    next: 'Check the two paths: one of them should name the recording of the base.',
  }),
  'missing-service': ({ side }) =>
    side === 'head'
      ? {
          what: 'The base has a recording of this service and the head has none.',
          next: 'Record the service again; if it is gone for good, record a new base without it.',
        }
      : {
          what: 'The base has no recording of this service, so there is nothing to compare it with.',
          next: 'Its first recording on the base branch makes the comparison.',
        },
  'missing-kind': ({ profile, side }, quote) => ({
    what: `The ${side} has no ${quote(profile)} in every judged round; the other side has.`,
    next: 'Record both sides with the same profiles.',
  }),
  'too-few-rounds': ({ rounds, needed }) => ({
    what: `${countText(rounds, 'round was', 'rounds were')} recorded; growth needs ${needed} to tell a slope from noise.`,
    next: `Repeat the load ${needed + 2} times or more and take the profiles after each round.`,
  }),
  'rounds-differ': ({ base, head }) => ({
    what: `The base has ${countText(base, 'round')} and the head ${head}; the rounds both have were compared.`,
    next: 'Record both sides with the same number of rounds.',
  }),
  'load-differs': ({ base, head }) => ({
    what: `The load differs: the base did ${countText(base, 'operation')}, the head ${countText(head, 'operation')}, so their growth does not compare.`,
    next: 'Run the same load on both sides, a fixed number of operations in each round.',
  }),
  'load-unknown': () => ({
    what: 'Nobody counted the operations, so growth is not told per operation and equal load is taken on trust.',
    next: 'Count the operations of the load in the recording.',
  }),
  'sampling-differs': ({ base, head }) => ({
    what: `The heap profiles sample differently: every ${rate(base)} on the base, every ${rate(head)} on the head.`,
    next: 'Record both sides with the same `GODEBUG=memprofilerate`.',
  }),
  unconfirmed: ({ failures, pairs }) => ({
    what: `${countText(failures, 'failure was', 'failures were')} seen in the first pair of recordings and not in ${pairs === 1 ? 'the second' : `all ${pairs + 1}`}, and so ${failures === 1 ? 'counts as a warning' : 'count as warnings'}.`,
    next: 'Run more operations in each round to tell a small leak from chance.',
  }),
  'sampling-coarse': ({ rate: period }) => ({
    what: `The heap profile takes one sample every ${rate(period)}: a leak of less than ${formatValue(period * 20, 'bytes')} shows in the total but not with its line.`,
    next: 'Start the service with `GODEBUG=memprofilerate=8192` (Go 1.20 or newer).',
  }),
  restarted: ({ side, round }) => ({
    what: `The service restarted while the ${side} was recorded: in round ${round} its counters fell.`,
    next: 'Find out why it restarted (a crash, no memory, a second instance) and record again.',
  }),
  'go-differs': ({ base, head }, quote) => ({
    what: `The Go versions differ: ${quote(base)} on the base, ${quote(head)} on the head. Levels may differ for that alone.`,
    next: 'Record the base again with the new Go version.',
  }),
  'setting-differs': ({ name, base, head }, quote) => ({
    what: `${quote(name)} differs: ${setting(base, quote)} on the base, ${setting(head, quote)} on the head.`,
    next: 'Record both sides with the same environment.',
  }),
  undecided: ({ metric, rounds, needed }, quote) =>
    metric === 'goroutines.growth'
      ? {
          what: `Of the stacks of goroutines so many moved that in ${rounds} rounds a steady rise may be luck. If it goes on like this, ${needed} rounds decide.`,
          next: 'Raise rounds to that.',
        }
      : {
          what: `The growth of ${quote(metric)} is over its limit by less than its own error. If it goes on like this, about ${needed} rounds instead of ${rounds} decide.`,
          next: 'Raise rounds to that, or give each of them more operations.',
        },
  'not-at-rest': () => ({
    what: 'The snapshots are not known to be taken at rest. Under load the heap swings, so growth fails only where it is larger than what the base swings by itself, and warns below.',
    next: 'Let leakgate run the load in rounds, or mark them: it then takes its snapshots at rest.',
  }),
  inexact: () => ({
    what: 'Some values are larger than a number can hold exactly; their last digits are rounded.',
    next: 'Nothing to do: the rounding is far below any limit.',
  }),
  'short-history': ({ metric, since, recordings }, quote) => ({
    what: `The limit of ${quote(metric)} since ${quote(since)} was not judged: ${countText(recordings, 'recording')} on the base's branch compare${recordings === 1 ? 's' : ''} with this one, which does not go back so far.`,
    next: 'Nothing to do but wait: each recording of the branch under the same load adds to its history.',
  }),
  unfinished: ({ side, rounds, planned, reason }) => ({
    what: `The recording of the ${side} ended early (${UNFINISHED[reason] ?? 'for an unknown reason'}): ${countText(rounds, 'round')} of ${planned} were recorded.`,
    next: 'Record again and let the recorder end by itself.',
  }),
  'service-died': ({ side, round, reason }, quote) => ({
    what: `The service of the ${side} stopped answering in round ${round}: ${quote(reason)}.`,
    next: 'Find out why it ended (a crash, no memory, a time limit) and record again.',
  }),
  'fetch-failed': ({ side, profile, round, reason }, quote) => ({
    what: `The ${quote(profile)} profile of the ${side} could not be recorded in round ${round}: ${quote(reason)}.`,
    next: 'Check that the service serves it under load as well, and record again.',
  }),
  'empty-profile': ({ side, profile, round }, quote) => ({
    what: `The ${quote(profile)} profile of the ${side} was empty in round ${round}.`,
    next: 'Check that the service does not set `runtime.MemProfileRate` to 0 and that the URL is the right one.',
  }),
  'process-changed': ({ side, round, sign }, quote) => ({
    what: `Another process answered in round ${round} of the ${side}; its ${quote(sign)} gave it away.`,
    next: 'Record one instance, not a load balancer, and find out whether the service restarted.',
  }),
  'no-load': ({ side, round, sign }, quote) => ({
    what: `The load did nothing in round ${round} of the ${side}, as its ${quote(sign)} show.`,
    next: 'Check that the load goes to the service that is recorded, and that it fails when its requests do.',
  }),
  'stale-profile': ({ side, profile, round, sign }, quote) => ({
    what:
      sign === 'gc'
        ? `The service of the ${side} did not collect garbage when asked to in round ${round}.`
        : `The ${quote(profile)} profile of the ${side} stopped changing in round ${round}.`,
    next: 'Check that nothing between recorder and service caches, and that the service serves net/http/pprof itself.',
  }),
  'load-failed': ({ side, round, status }, quote) => ({
    what: `The load command of the ${side} failed in round ${round}: ${quote(status)}.`,
    next: 'Mend the load and record again.',
  }),
  'expected-service': ({ side }) => ({
    what: `The ${side} should have a recording of this service and has none.`,
    next: 'Check the targets, and that the service ran during the load.',
  }),
  'expected-kind': ({ side, profile }, quote) => ({
    what: `The ${side} should have ${quote(profile)} profiles and has none.`,
    next: 'Check that the service serves them; goroutineleak needs Go 1.27 or newer.',
  }),
  sliced: ({ side, slices }) => ({
    what: `The ${side} is one load cut into ${countText(slices, 'slice')} of time. Under load the heap swings, so growth fails only where it is larger than what the base swings by itself, and warns below.`,
    next: 'Repeat a short load in rounds, or let the load mark them: small leaks need snapshots at rest.',
  }),
  unsettled: ({ side, rounds, goroutines }) => ({
    what: `In ${countText(rounds, 'round')} of the ${side} the number of goroutines still changed when the wait for rest ended (${countText(goroutines, 'goroutine')} then).`,
    next: 'Let the load close its connections at its end, or shorten what the service does in the background.',
  }),
  'unknown-doubt': ({ side, name }, quote) => ({
    what: `A later version of leakgate recorded the ${side} and reports a doubt this one does not know: ${quote(name)}.`,
    next: 'Use the same version to record and to judge.',
  }),
}

const UNFINISHED: Readonly<Record<string, string>> = {
  killed: 'the recorder was killed',
  stopped: 'it was stopped',
  'max-duration': 'the maximum duration was over',
}

/** The words for a doubt. `quote` marks what comes from the recording: names, versions, settings. */
export function doubtWords(doubt: Doubt, quote: Quote = plainText): DoubtWords {
  const words = DOUBT_WORDS[doubt.kind] as (doubt: Doubt, quote: Quote) => DoubtWords
  return words(doubt, quote)
}

function rate(period: number): string {
  return formatValue(period, 'bytes')
}

function setting(value: string, quote: Quote): string {
  return value === '' ? 'unset' : quote(value)
}
