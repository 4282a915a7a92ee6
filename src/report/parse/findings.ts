import type { Estimate } from '../../diff/estimate.ts'
import type { PastFigure } from '../../diff/history.ts'
import type { AppliedLimit, Evidence, Finding, IgnoredBy, Judgement, Place } from '../../policy/finding.ts'
import { FINDING_KINDS } from '../../policy/kinds.ts'
import { METRIC_NAMES } from '../../policy/metrics.ts'
import type { Origin } from '../../policy/policy.ts'
import type { Wait } from '../../profile/wait.ts'
import type { Field } from './fields.ts'
import { readPoint } from './history.ts'

const OUTCOMES = ['fail', 'warn', 'unclear', 'ok', 'not-judged'] as const
const MOST_EVIDENCE = 1000
/** Go cuts stacks at 128 frames; inlining adds some. */
const MOST_FRAMES = 1000
const MOST_LINES = 20
export const MOST_VALUES = 10_000

const WAITS: Readonly<Record<Wait, true>> = {
  'chan send': true,
  'chan receive': true,
  'chan range': true,
  select: true,
  'select (no cases)': true,
  mutex: true,
  rwmutex: true,
  waitgroup: true,
  cond: true,
  semaphore: true,
  sleep: true,
  'IO wait': true,
  syscall: true,
  running: true,
}

export function readJudgement(field: Field): Judgement {
  return {
    metric: field.at('metric').word(METRIC_NAMES),
    base: field.at('base').optional((one) => one.number()),
    head: field.at('head').optional((one) => one.number()),
    growth: field.at('growth').optional(readEstimate),
    limit: field.at('limit').optional(readLimit),
    outcome: field.at('outcome').word(OUTCOMES),
    ...readAccepted(field.at('accepted')),
    ...readPast(field),
  }
}

function readAccepted(field: Field): Pick<Judgement, 'accepted'> {
  return field.isAbsent ? {} : { accepted: field.number() }
}

function readPast(field: Field): { past?: PastFigure } {
  const past = field.at('past').optional(readPoint)
  return past === undefined ? {} : { past }
}

export function readFinding(field: Field): Finding {
  return {
    kind: field.at('kind').word(FINDING_KINDS),
    level: field.at('level').word(['fail', 'warn', 'note']),
    confidence: field.at('confidence').word(['certain', 'likely', 'possible']),
    culprit: field.at('culprit').optional(readPlace),
    startedAt: field.at('startedAt').optional(readPlace),
    dependency: field.at('dependency').optional((one) => one.text()),
    total: readTotal(field.at('total')),
    evidence: field.at('evidence').list(MOST_EVIDENCE, readEvidence),
    ignored: field.at('ignored').optional(readIgnored),
  }
}

function readTotal(field: Field): Finding['total'] {
  return {
    metric: field.at('metric').word(METRIC_NAMES),
    growth: readEstimate(field.at('growth')),
    perOperation: field.at('perOperation').optional((one) => one.number()),
    perHour: field.at('perHour').optional((one) => one.number()),
  }
}

function readEvidence(field: Field): Evidence {
  const series = field.at('series')
  return {
    metric: field.at('metric').word(METRIC_NAMES),
    base: field.at('base').number(),
    head: field.at('head').number(),
    growth: readEstimate(field.at('growth')),
    perOperation: field.at('perOperation').optional((one) => one.number()),
    perHour: field.at('perHour').optional((one) => one.number()),
    series: { base: readValues(series.at('base')), head: readValues(series.at('head')) },
    limit: field.at('limit').optional(readLimit),
    outcome: field.at('outcome').word(OUTCOMES),
    ...readPast(field),
    wait: field.at('wait').optional((one) => one.word(Object.keys(WAITS) as Wait[])),
    stack: field.at('stack').list(MOST_FRAMES, readPlace),
  }
}

export function readValues(field: Field): number[] {
  return field.list(MOST_VALUES, (item) => item.number())
}

function readEstimate(field: Field): Estimate {
  return {
    value: field.at('value').number(),
    lower: field.at('lower').numberOr(Number.NEGATIVE_INFINITY),
    upper: field.at('upper').numberOr(Number.POSITIVE_INFINITY),
  }
}

function readPlace(field: Field): Place {
  return {
    function: field.at('function').text(2000),
    file: field.at('file').text(2000),
    line: field.at('line').natural(),
    party: field.at('party').word(['first', 'third', 'standard']),
    path: field.at('path').optional(readPath),
    text: field.at('text').optional((one) => one.text(1000)),
    changed: field.at('changed').optional((one) => one.flag()),
    ...readAround(field.at('around')),
  }
}

function readAround(field: Field): Pick<Place, 'around'> {
  if (field.isAbsent) return {}
  const lines = field.at('lines').list(MOST_LINES, (one) => one.text())
  return { around: { first: field.at('first').natural(), lines } }
}

/** A path inside the checkout; one that leads out of it would point a remark at another file. */
function readPath(field: Field): string {
  const path = field.text(2000)
  if (path === '' || path.startsWith('/') || path.split(/[/\\]/).includes('..'))
    throw field.wrong('a path inside the checkout')
  return path
}

export function readLimit(field: Field): AppliedLimit {
  return {
    level: field.at('level').word(['warn', 'fail']),
    text: field.at('text').text(300),
    origin: readOrigin(field.at('origin')),
  }
}

function readIgnored(field: Field): IgnoredBy {
  return {
    reason: field.at('reason').text(2000),
    expires: field.at('expires').optional((one) => one.text(10)),
    origin: readOrigin(field.at('origin')),
  }
}

function readOrigin(field: Field): Origin {
  const kind = field.at('kind').word(['preset', 'text', 'built-in'])
  if (kind === 'built-in') return { kind }
  if (kind === 'preset') return { kind, name: field.at('name').word(['recommended', 'strict', 'watch']) }
  return {
    kind,
    source: field.at('source').text(500),
    line: field.at('line').natural(),
    column: field.at('column').natural(),
  }
}
