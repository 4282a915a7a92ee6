import { faultWords } from '../baseline/fault.ts'
import type { Lookup, Missing } from '../baseline/store.ts'
import type { BaseReport } from '../report/base.ts'

export interface Search {
  readonly start: string
  readonly note: string | undefined
  readonly key: string
  readonly branch: string
  readonly workflow: string
}

const MOST_PASSED_OVER = 20

export function describeLookup(lookup: Lookup, search: Search): BaseReport {
  const passedOver = lookup.passedOver
    .slice(0, MOST_PASSED_OVER)
    .map(({ commit, fault }) => ({ commit, why: faultWords(fault) }))
  const { start, note } = search
  if (!lookup.found) return { base: undefined, start, note, passedOver, ...missingWords(lookup, search) }
  const { commit, branch, recordedAt, verdict, runId } = lookup.baseline.facts
  const base = { commit, branch, recordedAt, away: lookup.away, verdict, runId }
  return { base, start, note, passedOver, missing: undefined, advice: undefined, yaml: undefined }
}

function missingWords(
  { reason }: Missing,
  { key, branch, workflow }: Search,
): Pick<BaseReport, 'missing' | 'advice' | 'yaml'> {
  const file = workflow || 'the workflow'
  if (typeof reason === 'object') {
    const denied = reason.fault.kind === 'request' && reason.fault.fault === 'forbidden'
    return {
      missing: `The baselines could not be looked up: ${faultWords(reason.fault)}.`,
      advice: denied ? 'Give the job the permission to read them:' : 'Run the job again.',
      yaml: denied ? 'permissions: { contents: read, actions: read }' : undefined,
    }
  }
  switch (reason) {
    case 'never-recorded':
      return {
        missing: `No run on ${branch} has recorded a baseline with the key ${key} yet.`,
        advice: `Let ${file} run on ${branch} too:`,
        yaml: `on: { push: { branches: [${branch}] } }`,
      }
    case 'no-ancestor':
      return {
        missing: `No baseline with the key ${key} was recorded at a commit this change is built on.`,
        advice: `Bring the branch up to date with ${branch}, or run ${file} there once.`,
        yaml: undefined,
      }
    case 'all-refused':
      return {
        missing: `No baseline with the key ${key} can be used: see what was passed over.`,
        advice: `Run ${file} on ${branch} again. Artifacts expire; a weekly run keeps one:`,
        yaml: "on: { schedule: [{ cron: '0 3 * * 1' }] }",
      }
  }
}
