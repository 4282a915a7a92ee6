import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../../../src/collect/record/command.ts'
import type { RecordPlan } from '../../../src/collect/record/plan.ts'
import { SILENT } from '../../../src/collect/record/progress.ts'
import { type RecordResult, record } from '../../../src/collect/record/record.ts'
import { planOf, type RecordSettings } from '../../../src/collect/record/settings.ts'

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'leakgate-test-'))
}

/** A plan as a user would write it. */
export function plan(
  targets: readonly string[],
  load: Command | undefined,
  more: Partial<RecordSettings> = {},
): RecordPlan {
  const settings: RecordSettings = {
    targets,
    headers: [],
    load,
    rounds: '6',
    start: '',
    runs: '',
    duration: '',
    maxDuration: '',
    interval: '',
    operations: '',
    expect: [],
    evidence: '',
    folder: newFolder(),
    commit: undefined,
    ...more,
  }
  return { ...planOf(settings, (setting) => setting), patience: 300, poll: 10 }
}

export function recordPlan(one: RecordPlan, stop = new AbortController().signal): Promise<RecordResult> {
  return record(one, { progress: SILENT, stop, budget: 3000 })
}
