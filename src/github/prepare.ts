import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFiles } from '../baseline/files.ts'
import type { HistoryPoint } from '../diff/history.ts'
import type { BaseReport, KeptAt } from '../report/base.ts'
import type { ReportOrigin } from '../report/report.ts'
import { describeLookup } from './base.ts'
import { type Change, findChange, findLineage } from './change.ts'
import { commitUnderTest } from './context.ts'
import type { GitHubRun } from './run.ts'

/** What is known before anything is judged. */
export interface Prepared {
  /** Paths to read the base at; empty when there is none. */
  readonly paths: readonly string[]
  readonly base: BaseReport
  /** Where the base was found; undefined when there is none. */
  readonly kept: KeptAt | undefined
  /** Whether there may well be one that could not be looked up. */
  readonly unreachable: boolean
  /** Of the branch up to the base, oldest first. */
  readonly history: readonly HistoryPoint[]
  readonly lines: Change['lines']
}

/** Finds the baseline and the changed lines. Whatever cannot be had is told in the answer. */
export async function prepare(run: GitHubRun, workspace: string): Promise<Prepared> {
  const { context, rest, key, store, inputs, branches } = run
  const { repository, workflow, pull, queue, sha } = context
  const { start, note, lines } = await findChange(rest, context, workspace)
  const lineage = await findLineage(rest, repository, start)
  // A commit is not its own baseline: run again, a red main would turn green.
  const excluded = pull === undefined && queue === undefined ? sha : undefined
  const lookup = await store.find({ key, lineage, excluded })
  const base = describeLookup(lookup, {
    start,
    note,
    key,
    branch: branches[0] ?? '',
    workflow: inputs.baselineWorkflow || workflow,
  })
  const unreachable = !lookup.found && typeof lookup.reason === 'object'
  if (!lookup.found) return { paths: [], base, kept: undefined, unreachable, history: [], lines }
  const folder = mkdtempSync(join(run.env.RUNNER_TEMP || tmpdir(), 'leakgate-base-'))
  const { files, facts } = lookup.baseline
  const { kept } = lookup
  return { paths: writeFiles(folder, files), base, kept, unreachable, history: facts.history, lines }
}

/** What the report says about where it comes from. */
export function originOf(run: GitHubRun, prepared: Prepared | undefined): Partial<ReportOrigin> {
  const base = prepared?.base.base
  return {
    repository: run.repositoryUrl,
    headCommit: commitUnderTest(run.context),
    runUrl: run.runUrl,
    ...(base === undefined ? {} : { baseCommit: base.commit, baseRef: base.branch, baseRecordedAt: base.recordedAt }),
  }
}
