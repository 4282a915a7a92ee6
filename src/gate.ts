import { diffService, type ServiceDiff } from './diff/diff.ts'
import type { Doubt } from './diff/doubts.ts'
import { figureOverTime, type HistoryPoint } from './diff/history.ts'
import { timelineOf } from './diff/timeline.ts'
import type { Checkout } from './policy/checkout.ts'
import { confirm, type Judged } from './policy/confirm.ts'
import { evaluate } from './policy/evaluate.ts'
import type { Finding, Verdict } from './policy/finding.ts'
import { findingsOf } from './policy/findings.ts'
import { judgePast, type Past } from './policy/past.ts'
import type { Policy } from './policy/policy.ts'
import { smallestLeak, undecided } from './policy/power.ts'
import { verdictOf, worstVerdict } from './policy/verdict.ts'
import type { Recording } from './profile/recording.ts'
import { coursesOf } from './report/course.ts'
import { describePolicy } from './report/policy.ts'
import {
  REPORT_SCHEMA,
  type RecordingReport,
  type Report,
  type ReportOrigin,
  type ServiceReport,
} from './report/report.ts'
import { VERSION } from './version.ts'

export interface GateInput {
  /** Undefined or empty when there is no baseline yet. */
  readonly base: readonly Recording[] | undefined
  /** Shares its Stacks with the base. */
  readonly head: readonly Recording[]
  readonly policy: Policy
  readonly checkout: Checkout
  readonly now: Date
  readonly origin?: Partial<ReportOrigin>
  /** Why the base could not be fetched, where there may be one: then nothing compared is INCONCLUSIVE, not SEEDING. */
  readonly baseUnreachable?: string | undefined
  /** Of the base's branch up to the base, oldest first. */
  readonly history?: readonly HistoryPoint[]
}

/** The product: two sides and a policy in, a report out. Pure. */
export function gate(input: GateInput): Report {
  const { base, head, policy, now, origin, baseUnreachable } = input
  const unreachable: Doubt[] =
    baseUnreachable === undefined ? [] : [{ kind: 'base-unreachable', reason: baseUnreachable, blocks: true }]
  const pairs = pairServices(base ?? [], head).map((pair) =>
    pair.base === undefined ? { ...pair, doubts: [...pair.doubts, ...unreachable] } : pair,
  )
  const services = pairs.map((pair) => judgeService(pair, input))
  const verdict = worstVerdict(services.map((service) => service.verdict))
  return {
    schema: REPORT_SCHEMA,
    version: VERSION,
    judgedAt: now.toISOString(),
    verdict,
    stops: stops(verdict, policy),
    services,
    policy: describePolicy(
      policy,
      now,
      services.map(({ service }) => service),
    ),
    origin: {
      repository: undefined,
      headCommit: head[0]?.commit,
      baseCommit: base?.[0]?.commit,
      baseRef: undefined,
      baseRecordedAt: undefined,
      runUrl: undefined,
      reportUrl: undefined,
      docsUrl: undefined,
      ...origin,
    },
  }
}

function stops(verdict: Verdict, policy: Policy): boolean {
  if (verdict === 'fail') return policy.gates
  return verdict === 'inconclusive' && policy.gates && policy.inconclusive === 'fail'
}

/** Base and head of one service. */
export interface Pair {
  readonly base: Recording | undefined
  readonly head: Recording
  readonly doubts: readonly Doubt[]
}

/** Services by name; a lone one on either side is the same service whatever it is called. */
export function pairServices(base: readonly Recording[], head: readonly Recording[]): Pair[] {
  if (base.length === 1 && head.length === 1) return [{ base: base[0], head: head[0]!, doubts: [] }]
  const pairs: Pair[] = head.map((recording) => {
    const partner = base.find((candidate) => candidate.service === recording.service)
    const unseen = partner === undefined && base.length > 0
    return {
      base: partner,
      head: recording,
      doubts: unseen ? [{ kind: 'missing-service', side: 'base', blocks: false }] : [],
    }
  })
  for (const recording of base) {
    if (head.some((candidate) => candidate.service === recording.service)) continue
    // The base knows a service the head did not record: what is not there cannot pass.
    const nothing: Recording = { ...recording, source: '', commit: undefined, snapshots: [] }
    pairs.push({ base: recording, head: nothing, doubts: [{ kind: 'missing-service', side: 'head', blocks: true }] })
  }
  return pairs
}

function judgeService(pair: Pair, input: GateInput): ServiceReport {
  const { policy } = input
  const diff = diffService(pair.base, pair.head)
  const first = judgeDiff(diff, input)
  const others = furtherPairs(pair).map((other) => judgeDiff(diffService(other.base, other.head), input))
  const { judgements, findings: confirmed, dropped } = confirm(first, others)
  const unconfirmed: Doubt = { kind: 'unconfirmed', failures: dropped, pairs: others.length, blocks: false }
  const doubts = [...pair.doubts, ...diff.doubts, ...first.doubts, ...(dropped === 0 ? [] : [unconfirmed])]
  const findings = confirmed.map((finding) => softened(finding, pair, doubts, policy))
  doubts.push(...undecided(judgements, diff, policy))
  const smallest = smallestLeak(judgements, diff, policy)
  const verdict = verdictOf(diff, judgements, findings, doubts, policy)
  return {
    service: diff.service,
    verdict,
    judgements,
    findings,
    ignored: first.ignored,
    doubts,
    base: pair.base === undefined ? undefined : describeRecording(pair.base),
    head: describeRecording(pair.head),
    rounds: { from: diff.window.from, to: diff.window.to },
    operations: diff.window.operations,
    hours: diff.window.hours,
    ...(smallest === undefined ? {} : { smallestLeak: smallest }),
    series: seriesOf(diff),
    timeline: timelineOf(diff.window, pair.base, pair.head),
    ...coursesOf(diff.service, policy, pastOf(diff, input)),
  }
}

interface JudgedDiff extends Judged {
  readonly ignored: readonly Finding[]
  readonly doubts: readonly Doubt[]
}

function judgeDiff(diff: ServiceDiff, input: GateInput): JudgedDiff {
  const { policy, checkout, now } = input
  const evaluation = evaluate(diff, policy, now.toISOString().slice(0, 10))
  const { judgements, doubts } = judgePast(evaluation.judgements, policy, diff.service, pastOf(diff, input), now)
  return { judgements, doubts, ...findingsOf(diff, { ...evaluation, judgements }, checkout) }
}

/** What the branch did under the load that is judged. */
function pastOf({ service, window }: ServiceDiff, { history = [] }: GateInput): Past {
  const load = { rounds: window.to, operations: window.operations }
  return (metric) => figureOverTime(history, service, metric, load)
}

/** Recordings made again on either side, paired in turn; a side that was recorded once stands in every pair. */
function furtherPairs({ base, head }: Pair): Pair[] {
  if (base === undefined) return []
  const [bases, heads] = [
    [base, ...(base.again ?? [])],
    [head, ...(head.again ?? [])],
  ]
  return Array.from({ length: Math.max(bases.length, heads.length) - 1 }, (_, i) => ({
    base: bases[(i + 1) % bases.length],
    head: heads[(i + 1) % heads.length]!,
    doubts: [],
  }))
}

/** Doubts under which growth may be the load's doing and not the code's. A proof is not touched by them. */
const UNCOMPARABLE: readonly Doubt['kind'][] = [
  'load-differs',
  'restarted',
  'process-changed',
  'no-load',
  'load-failed',
]

function softened(finding: Finding, pair: Pair, doubts: readonly Doubt[], policy: Policy): Finding {
  const proven = finding.evidence.some((evidence) => evidence.metric === 'goroutines.leaked')
  const doubtful = doubts.some((doubt) => UNCOMPARABLE.includes(doubt.kind)) && !proven
  const seeding = pair.base === undefined
  return finding.level === 'fail' && (doubtful || seeding || !policy.gates) ? { ...finding, level: 'warn' } : finding
}

function describeRecording(recording: Recording): RecordingReport {
  return {
    source: recording.source,
    goVersion: recording.goVersion,
    commit: recording.commit,
    snapshots: recording.snapshots.length,
    sampling: recording.snapshots.findLast((snapshot) => snapshot.heap !== undefined)?.heap?.period,
  }
}

function seriesOf({ levels }: ServiceDiff): ServiceReport['series'] {
  return (['heap.inuse', 'goroutines', 'heap.objects'] as const).flatMap((metric) => {
    const level = levels[metric]
    return level === undefined ? [] : [{ metric, ...level.series }]
  })
}
