import { UserError } from '../../errors.ts'
import {
  type PolicyReport,
  REPORT_SCHEMA,
  type RecordingReport,
  type Report,
  type ReportOrigin,
  type Series,
  type ServiceReport,
} from '../report.ts'
import { readBase, readRecordings } from './base.ts'
import { readCourse } from './course.ts'
import { readDoubt } from './doubts.ts'
import { Field } from './fields.ts'
import { readFinding, readJudgement, readValues } from './findings.ts'
import { readTimeline } from './timeline.ts'

const MOST_CHARACTERS = 64 * 1024 * 1024
const MOST_SERVICES = 200
const MOST_FINDINGS = 1000
const MOST_ROWS = 100
const MOST_COURSES = 20
const VERDICTS = ['pass', 'warn', 'fail', 'inconclusive', 'seeding'] as const

/**
 * Reads report.json. It may come from the run of a pull request, so nothing in it is believed but its shape: every
 * field is checked, and only known fields are kept. `source` names it in messages.
 */
export function parseReport(source: string, text: string): Report {
  if (text.length > MOST_CHARACTERS) throw new UserError('larger than 64 MiB', { where: source })
  const root = new Field(source, '', parseJson(source, text))
  const schema = root.at('schema').text(100)
  if (schema !== REPORT_SCHEMA) {
    throw new UserError(`expected schema ${REPORT_SCHEMA}, found ${JSON.stringify(schema)}`, {
      where: source,
      hint: 'Use the version of leakgate that wrote the report.',
    })
  }
  return {
    schema: REPORT_SCHEMA,
    version: root.at('version').text(40),
    judgedAt: readTime(root.at('judgedAt')),
    verdict: root.at('verdict').word(VERDICTS),
    stops: root.at('stops').flag(),
    services: root.at('services').list(MOST_SERVICES, readService),
    policy: readPolicy(root.at('policy')),
    origin: readOrigin(root.at('origin')),
    ...present('base', root.at('base').optional(readBase)),
    ...present('recordings', root.at('recordings').optional(readRecordings)),
  }
}

/** Absent and undefined are the same to JSON, but not to whoever compares. */
function present<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: T })
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError('not valid JSON', { where: source, cause: error, hint: 'Give the report.json of a run.' })
  }
}

function readService(field: Field): ServiceReport {
  const rounds = field.at('rounds')
  const history = field.at('history').optional((one) => one.list(MOST_COURSES, readCourse))
  return {
    service: field.at('service').text(300),
    verdict: field.at('verdict').word(VERDICTS),
    judgements: field.at('judgements').list(MOST_ROWS, readJudgement),
    findings: field.at('findings').list(MOST_FINDINGS, readFinding),
    ignored: field.at('ignored').list(MOST_FINDINGS, readFinding),
    doubts: field.at('doubts').list(MOST_ROWS, readDoubt),
    base: field.at('base').optional(readRecording),
    head: readRecording(field.at('head')),
    rounds: { from: rounds.at('from').natural(), to: rounds.at('to').natural() },
    operations: field.at('operations').optional((one) => one.number()),
    hours: field.at('hours').optional((one) => one.number()),
    ...readSmallest(field.at('smallestLeak')),
    series: field.at('series').list(10, readSeries),
    ...readTimeline(field.at('timeline')),
    ...(history === undefined ? {} : { history }),
  }
}

function readSmallest(field: Field): Pick<ServiceReport, 'smallestLeak'> {
  const smallestLeak = field.optional((one) => one.number())
  return smallestLeak === undefined ? {} : { smallestLeak }
}

function readRecording(field: Field): RecordingReport {
  return {
    source: field.at('source').text(2000),
    goVersion: field.at('goVersion').optional((one) => one.text(100)),
    commit: field.at('commit').optional((one) => one.text(100)),
    snapshots: field.at('snapshots').natural(),
    sampling: field.at('sampling').optional((one) => one.number()),
  }
}

function readSeries(field: Field): Series {
  return {
    metric: field.at('metric').word(['heap.inuse', 'goroutines', 'heap.objects']),
    base: readValues(field.at('base')),
    head: readValues(field.at('head')),
  }
}

function readPolicy(field: Field): PolicyReport {
  return {
    preset: field.at('preset').word(['recommended', 'strict', 'watch']),
    inconclusive: field.at('inconclusive').word(['fail', 'pass']),
    limits: field.at('limits').list(MOST_ROWS, (limit) => ({
      metric: limit.at('metric').text(100),
      warn: limit.at('warn').optional((one) => one.text(300)),
      fail: limit.at('fail').optional((one) => one.text(300)),
      from: limit.at('from').text(500),
    })),
    ...readOwn(field.at('own')),
    expired: field.at('expired').list(MOST_FINDINGS, (entry) => ({
      name: entry.at('name').text(2000),
      expires: entry.at('expires').text(10),
      reason: entry.at('reason').text(2000),
    })),
    ...readUnseen(field.at('unseen')),
  }
}

function readUnseen(field: Field): Pick<PolicyReport, 'unseen'> {
  return field.isAbsent ? {} : { unseen: field.list(MOST_ROWS, (name) => name.text(2000)) }
}

function readOwn(field: Field): Pick<PolicyReport, 'own'> {
  if (field.isAbsent) return {}
  return { own: { source: field.at('source').text(500), isFile: field.at('isFile').flag() } }
}

function readOrigin(field: Field): ReportOrigin {
  const url = (one: Field): string => {
    const text = one.text(2000)
    if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw one.wrong('an address that starts with https://')
    return text
  }
  // Whatever was recorded as commit; links are made from those that are one.
  const commit = (one: Field): string => one.text(100)
  return {
    repository: field.at('repository').optional(url),
    headCommit: field.at('headCommit').optional(commit),
    baseCommit: field.at('baseCommit').optional(commit),
    baseRef: field.at('baseRef').optional((one) => one.text(300)),
    baseRecordedAt: field.at('baseRecordedAt').optional(readTime),
    runUrl: field.at('runUrl').optional(url),
    reportUrl: field.at('reportUrl').optional(url),
    docsUrl: field.at('docsUrl').optional(url),
  }
}

function readTime(field: Field): string {
  const text = field.text(40)
  if (!Number.isFinite(Date.parse(text))) throw field.wrong('a time as 2027-03-01T12:00:00Z')
  return text
}
