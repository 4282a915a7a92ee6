import type { ServiceDiff } from '../diff/diff.ts'
import { exactly, sumOf } from '../diff/estimate.ts'
import { shortName } from '../profile/symbol.ts'
import type { Checkout } from './checkout.ts'
import type { Evaluation } from './evaluation.ts'
import { explanationOf } from './explain.ts'
import type { Evidence, Finding, Judgement, Outcome } from './finding.ts'
import type { FindingKind } from './kinds.ts'
import { groupLeaks, type Leak } from './leaks.ts'
import type { MetricName } from './metrics.ts'
import { growthSincePast } from './past.ts'
import { surrounded } from './place.ts'
import { goroutineSuspects, heapSuspects, type Suspect } from './suspects.ts'

/** Places that leak, worst first, and figures over their limit that no place explains. */
export function findingsOf(
  diff: ServiceDiff,
  evaluation: Evaluation,
  checkout: Checkout,
): { findings: Finding[]; ignored: Finding[] } {
  const goroutines = goroutineSuspects(diff, evaluation, checkout)
  const heap = withMain(heapSuspects(diff, evaluation, checkout), diff, evaluation)
  const accepted = [...goroutines, ...heap].filter((suspect) => suspect.ignored !== undefined)
  const open = (suspect: Suspect): boolean => suspect.ignored === undefined
  const leaks = groupLeaks(goroutines.filter(open), heap.filter(open))
  const places = leaks
    .map((leak) => findingOf(leak))
    .map((finding) => ({ ...finding, culprit: finding.culprit && surrounded(finding.culprit, checkout) }))
    .sort(worstFirst)
  const explained = new Set<MetricName>(places.length === 0 ? [] : EXPLAINED_BY_PLACES)
  const over = evaluation.judgements.filter(({ outcome }) => OVER.includes(outcome))
  const growth = over.find(({ metric }) => metric === 'heap.growth')
  const figures = over
    .filter((row) => !explained.has(row.metric) && KIND_OF_FIGURE[row.metric] !== undefined)
    .filter((row) => growth === undefined || !isLevelOf(growth, row))
    .map((row) => ({ ...figureFinding(row), ...explanationOf(row, diff, checkout) }))
  return {
    findings: [...places, ...figures],
    ignored: accepted.map((suspect) => findingOf({ main: suspect, rest: [], own: suspect.own })),
  }
}

/**
 * Growth of the whole heap that no single stack proves, as with one buffer that doubles: the stack that accounts for
 * most of it is named all the same, as a possibility. Not from a coarse profile, whose noise accounts for anything.
 */
function withMain(heap: readonly Suspect[], diff: ServiceDiff, { judgements }: Evaluation): readonly Suspect[] {
  const row =
    judgements.find((one) => one.metric === 'heap.growth' && ['fail', 'warn'].includes(one.outcome)) ??
    judgements.find((one) => one.metric === 'heap.inuse' && one.outcome === 'fail')
  const coarse = diff.doubts.some((doubt) => doubt.kind === 'sampling-coarse')
  if (row?.growth === undefined || coarse || heap.some((suspect) => suspect.counts)) return heap
  const most = heap.find((suspect) => suspect.own !== undefined)
  const evidence = most?.evidence[0]
  const share = (evidence?.growth.value ?? 0) / row.growth.value
  if (most === undefined || evidence === undefined || share < 0.5 || share > 2) return heap
  const named: Suspect = {
    ...most,
    counts: true,
    diagnosis: { ...most.diagnosis, confidence: 'possible' },
    evidence: [{ ...evidence, limit: row.limit, outcome: row.outcome }],
  }
  return [named, ...heap.filter((suspect) => suspect !== most)]
}

/** Worst first. */
const OVER: readonly Outcome[] = ['fail', 'warn', 'unclear']

/** A heap that grows is larger at its end: that is no finding of its own, unless it weighs more. */
function isLevelOf(growth: Judgement, { metric, outcome }: Judgement): boolean {
  return (metric === 'heap.inuse' || metric === 'heap.objects') && OVER.indexOf(outcome) >= OVER.indexOf(growth.outcome)
}

/** Figures that rise because of a leaking place; with the place named they are not findings of their own. */
const EXPLAINED_BY_PLACES: readonly MetricName[] = [
  'goroutines',
  'heap.growth',
  'heap.inuse',
  'heap.objects',
  'stack.inuse',
]

const KIND_OF_FIGURE: Partial<Record<MetricName, FindingKind>> = {
  goroutines: 'goroutine-level',
  'heap.growth': 'heap-growth',
  'heap.inuse': 'heap-level',
  'heap.objects': 'heap-level',
  'heap.sys': 'heap-level',
  'stack.inuse': 'stack-memory',
  'alloc.bytes': 'alloc-rate',
  'alloc.objects': 'alloc-rate',
  'gc.count': 'gc-frequency',
  'gc.pause.max': 'gc-pause',
  'gc.pause.p90': 'gc-pause',
  'gc.pause.p99': 'gc-pause',
  'gc.cpu': 'gc-cpu',
}

function findingOf({ main, rest, own }: Leak): Finding {
  const evidence = [...main.evidence, ...rest.flatMap((suspect) => suspect.evidence).sort(largestFirst)]
  const culprit = own ?? main.stack[0]
  return {
    kind: main.diagnosis.kind,
    level: levelOf(evidence, main),
    confidence: own === undefined ? 'possible' : main.diagnosis.confidence,
    culprit,
    startedAt: main.startedAt,
    dependency: main.dependency,
    total: totalOf(evidence),
    evidence,
    ignored: main.ignored,
  }
}

/** Goroutines before heap, more before less. */
function largestFirst(a: Evidence, b: Evidence): number {
  const heap = (evidence: Evidence): number => (evidence.metric.startsWith('goroutines') ? 0 : 1)
  return heap(a) - heap(b) || b.growth.value - a.growth.value
}

function amountOf({ metric, growth, perOperation, perHour }: Evidence): Finding['total'] {
  return { metric, growth, perOperation, perHour }
}

/** All heap of the finding, or the goroutines of its own stack. */
function totalOf(evidence: readonly Evidence[]): Finding['total'] {
  const main = evidence[0]!
  if (main.metric !== 'heap.growth.stack') return amountOf(main)
  const sum = (read: (one: Evidence) => number | undefined): number | undefined => {
    const values = evidence.filter((one) => one.metric === main.metric).map(read)
    return values.includes(undefined) ? undefined : values.reduce<number>((total, value) => total + value!, 0)
  }
  return {
    metric: main.metric,
    // Errors of independent samples add in squares.
    growth: sumOf(evidence.filter((one) => one.metric === main.metric).map((one) => one.growth)),
    perOperation: sum((one) => one.perOperation),
    perHour: sum((one) => one.perHour),
  }
}

function levelOf(evidence: readonly Evidence[], main: Suspect): Finding['level'] {
  if (main.ignored !== undefined) return 'note'
  return evidence.some((one) => one.outcome === 'fail') ? 'fail' : 'warn'
}

function figureFinding(row: Judgement): Finding {
  const { past } = row
  const evidence: Evidence = {
    metric: row.metric,
    base: past?.value ?? row.base ?? 0,
    head: row.head ?? 0,
    growth: growthSincePast(row) ?? row.growth ?? exactly(0),
    ...(past === undefined ? {} : { past }),
    perOperation: undefined,
    perHour: undefined,
    series: { base: [], head: [] },
    limit: row.limit,
    outcome: row.outcome,
    wait: undefined,
    stack: [],
  }
  return {
    kind: past === undefined ? KIND_OF_FIGURE[row.metric]! : 'slow-growth',
    level: row.outcome === 'fail' ? 'fail' : 'warn',
    confidence: 'certain',
    culprit: undefined,
    startedAt: undefined,
    dependency: undefined,
    total: amountOf(evidence),
    evidence: [evidence],
    ignored: undefined,
  }
}

/** Failing before warning, goroutines before heap, more before less; the name last, so that the order is stable. */
function worstFirst(a: Finding, b: Finding): number {
  const level = (finding: Finding): number => (finding.level === 'fail' ? 0 : 1)
  const heap = (finding: Finding): number => (finding.evidence[0]!.metric.startsWith('goroutines') ? 0 : 1)
  // Both ends of one connection may pile up in one process: the end that a line of the user's made is the one to fix.
  const foreign = (finding: Finding): number => (finding.culprit?.party === 'first' ? 0 : 1)
  return (
    level(a) - level(b) ||
    heap(a) - heap(b) ||
    foreign(a) - foreign(b) ||
    b.total.growth.value - a.total.growth.value ||
    shortName(a.culprit?.function ?? '').localeCompare(shortName(b.culprit?.function ?? ''))
  )
}
