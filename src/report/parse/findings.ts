import type { PastFigure } from '../../diff/history.ts'
import type { AppliedLimit, Evidence, Finding, IgnoredBy, Judgement } from '../../policy/finding.ts'
import { FINDING_KINDS } from '../../policy/kinds.ts'
import { METRIC_NAMES } from '../../policy/metrics.ts'
import type { Origin } from '../../policy/policy.ts'
import type { Wait } from '../../profile/wait.ts'
import { readExplanation } from './explanation.ts'
import type { Field } from './fields.ts'
import { readPoint } from './history.ts'
import { MOST_FRAMES, readEstimate, readPlace } from './place.ts'

const OUTCOMES = ['fail', 'warn', 'unclear', 'ok', 'not-judged'] as const
const MOST_EVIDENCE = 1000
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
    ...readExplanation(field),
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
