import type { Doubt } from '../diff/doubts.ts'
import type { PastFigure } from '../diff/history.ts'
import type { Timeline } from '../diff/timeline.ts'
import type { AppliedLimit, Finding, Judgement, Verdict } from '../policy/finding.ts'
import type { MetricName } from '../policy/metrics.ts'
import type { Policy, PolicySource } from '../policy/policy.ts'
import type { BaseReport, Recordings } from './base.ts'

/** Version of the shape below. A reader refuses another major; new optional fields do not raise it. */
export const REPORT_SCHEMA = 'leakgate/report@1'

/**
 * Everything people and machines are told: report.json. Every renderer takes this and nothing else, so that a report
 * read back from a file renders the same. Values in the metric's unit (bytes, count, nanoseconds, ratio).
 */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA
  /** Version of leakgate that judged. */
  readonly version: string
  /** When it was judged, ISO 8601. */
  readonly judgedAt: string
  readonly verdict: Verdict
  /** Whether the verdict stops the build under the policy. */
  readonly stops: boolean
  readonly services: readonly ServiceReport[]
  readonly policy: PolicyReport
  readonly origin: ReportOrigin
  /** What the search for the base came to; absent where it was given. */
  readonly base?: BaseReport
  /** Absent where both are files of the machine that judged. */
  readonly recordings?: Recordings
}

export interface ServiceReport {
  readonly service: string
  readonly verdict: Verdict
  /** One row per metric that was judged, in the order of the metrics table. */
  readonly judgements: readonly Judgement[]
  /** Worst first. */
  readonly findings: readonly Finding[]
  /** Growth that is accepted, by the policy or by leakgate itself. */
  readonly ignored: readonly Finding[]
  readonly doubts: readonly Doubt[]
  readonly base: RecordingReport | undefined
  readonly head: RecordingReport
  /** At every snapshot at rest; the judged ones are from .. to. */
  readonly rounds: { readonly from: number; readonly to: number }
  /** Of the head, between the first and the last judged snapshot. */
  readonly operations: number | undefined
  readonly hours: number | undefined
  /** Bytes of steady growth of the live heap over the judged rounds from which on it would have failed. */
  readonly smallestLeak?: number
  readonly series: readonly Series[]
  /** Where the snapshots of the series lie, and what was read under load. Absent in reports that do not tell. */
  readonly timeline?: Timeline
  /** Absent where the base's branch has no history. */
  readonly history?: readonly Course[]
}

/** A figure over the recordings of the base's branch under the same load, oldest first; the last is the base. */
export interface Course {
  readonly metric: MetricName
  readonly points: readonly PastFigure[]
  /** Small steps that have added up to more than a limit: from which point on, and the limit. */
  readonly crept: { readonly from: number; readonly limit: AppliedLimit } | undefined
}

export interface RecordingReport {
  readonly source: string
  readonly goVersion: string | undefined
  readonly commit: string | undefined
  readonly snapshots: number
  /** Heap profile rate, bytes per sample. */
  readonly sampling: number | undefined
}

/** A figure of the service at every snapshot at rest. */
export interface Series {
  readonly metric: 'heap.inuse' | 'goroutines' | 'heap.objects'
  readonly base: readonly number[]
  readonly head: readonly number[]
}

export interface PolicyReport {
  readonly preset: Policy['preset']
  readonly inconclusive: Policy['inconclusive']
  /** Limits in force for services without their own. */
  readonly limits: readonly {
    readonly metric: string
    readonly warn: string | undefined
    readonly fail: string | undefined
    /** `recommended`, or `policy:4:7`. */
    readonly from: string
  }[]
  /** Where the repository's own policy was written; absent where there is none. */
  readonly own?: PolicySource
  /** Ignore entries past their last day. */
  readonly expired: readonly { readonly name: string; readonly expires: string; readonly reason: string }[]
  /** Services that have limits of their own and were not recorded: a name that is misspelt, or of another job. */
  readonly unseen?: readonly string[]
}

/** What was compared, as far as it is known. Links are built from these by the renderers, never read from them. */
export interface ReportOrigin {
  /** `https://github.com/owner/name`, for permalinks. */
  readonly repository: string | undefined
  readonly headCommit: string | undefined
  readonly baseCommit: string | undefined
  readonly baseRef: string | undefined
  /** When the base was recorded, ISO 8601. */
  readonly baseRecordedAt: string | undefined
  readonly runUrl: string | undefined
  readonly reportUrl: string | undefined
  /** leakgate's own repository at the version in use, `https://github.com/owner/leakgate/blob/v1`, for its pages. */
  readonly docsUrl: string | undefined
}

/** report.json: infinite bounds become null, which parseReport undoes. */
export function serializeReport(report: Report): string {
  return `${JSON.stringify(report, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value), 2)}\n`
}
