import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getInput, getMultilineInput, setSecret } from '@actions/core'
import { type Expectation, parseExpectations } from '../collect/record/expect.ts'
import type { RecordPlan } from '../collect/record/plan.ts'
import { planOf, type RecordSettings } from '../collect/record/settings.ts'
import { UserError } from '../errors.ts'

/** Inputs of the gate step and of record/ that say what to record; kept equal to both action.yml by a test. */
export const RECORD_INPUT_NAMES = [
  'targets',
  'headers',
  'run',
  'rounds',
  'start',
  'runs',
  'duration',
  'max-duration',
  'interval',
  'operations',
  'expect',
  'evidence',
] as const

type Env = Readonly<Record<string, string | undefined>>

/** The plan of the step, or undefined when it records nothing. Header values are masked in the log from here on. */
export function readRecordInputs(env: Env): RecordPlan | undefined {
  const settings = readRecordSettings(env)
  if (settings === undefined) return undefined
  return planOf(settings, (setting) => `input ${setting}`)
}

/** What must be there, recorded by this step or read from files. */
export function readExpectations(): Expectation[] {
  return parseExpectations('input expect', getMultilineInput('expect'))
}

/** The same as text, for a process that reads it again. `folder`: where the recordings go. */
export function readRecordSettings(env: Env, folder = ''): RecordSettings | undefined {
  const headers = getMultilineInput('headers')
  for (const header of headers) mask(header)
  const targets = getMultilineInput('targets')
  const run = getInput('run')
  if (targets.length === 0) {
    if (run === '' && getInput('start') === '') return undefined
    throw new UserError('is required to record a load', {
      where: 'input targets',
      hint: 'Name each service and where it serves its profiles: api=http://127.0.0.1:6060',
    })
  }
  return {
    targets,
    headers,
    load: run === '' ? undefined : { script: run },
    rounds: getInput('rounds'),
    start: getInput('start'),
    runs: getInput('runs'),
    duration: getInput('duration'),
    maxDuration: getInput('max-duration'),
    interval: getInput('interval'),
    operations: getInput('operations'),
    expect: getMultilineInput('expect'),
    evidence: getInput('evidence'),
    folder: folder || mkdtempSync(join(env.RUNNER_TEMP || '.', 'leakgate-recordings-')),
    commit: commitOf(env),
  }
}

/** The whole value, and each word of it: a token may be printed without its "Bearer". */
function mask(header: string): void {
  const value = header.slice(header.indexOf(':') + 1).trim()
  for (const secret of new Set([value, ...value.split(/\s+/).filter((word) => word.length >= 6)])) {
    if (secret !== '') setSecret(secret)
  }
}

/** Of a pull request its own head, not the merge commit that is checked out. */
function commitOf(env: Env): string | undefined {
  try {
    const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'))
    const head: unknown = event?.pull_request?.head?.sha
    if (typeof head === 'string' && /^[0-9a-f]{40,64}$/.test(head)) return head
  } catch {
    // No event, or none that is readable: what is checked out is what was recorded.
  }
  return env.GITHUB_SHA || undefined
}

/** Inputs of record/ beside those. */
export const RECORD_ONLY_NAMES = ['mode', 'foreground', 'output'] as const

/** For record/: the runner only warns of a misspelt input. */
export function refuseUnknownInputs(env: Env): void {
  const names = [...RECORD_INPUT_NAMES, ...RECORD_ONLY_NAMES]
  const known = new Set(names.map((name) => `INPUT_${name.toUpperCase()}`))
  const unknown = Object.keys(env).find((name) => name.startsWith('INPUT_') && !known.has(name))
  if (unknown === undefined) return
  const name = unknown.slice('INPUT_'.length).toLowerCase()
  throw new UserError('no such input', { where: `input ${name}`, hint: `The inputs are: ${names.join(', ')}` })
}
