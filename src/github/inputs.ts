import { getInput, getMultilineInput } from '@actions/core'
import { UserError } from '../errors.ts'
import { RECORD_INPUT_NAMES } from './record-inputs.ts'
import { GITHUB_INPUT_NAMES } from './run-inputs.ts'

/** What the workflow step says, read once. */
export interface Inputs {
  /** Empty when the step records what it judges. */
  readonly profiles: readonly string[]
  readonly baseline: string
  readonly policy: string
  readonly source: string
  readonly output: string
}

/** Kept equal to action.yml by a test. */
export const INPUT_NAMES = [
  'profiles',
  'baseline',
  'policy',
  'source',
  'output',
  ...RECORD_INPUT_NAMES,
  ...GITHUB_INPUT_NAMES,
] as const

export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  refuseUnknown(env)
  return {
    profiles: getMultilineInput('profiles'),
    baseline: getInput('baseline'),
    policy: getInput('policy'),
    source: getInput('source') || '.',
    output: getInput('output'),
  }
}

/** The runner only warns of a misspelt input and leaves the default in force: a gate must not run on a typo. */
function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`))
  const unknown = Object.keys(env).find((name) => name.startsWith('INPUT_') && !known.has(name))
  if (unknown === undefined) return
  const name = unknown.slice('INPUT_'.length).toLowerCase()
  throw new UserError('no such input', { where: `input ${name}`, hint: `The inputs are: ${INPUT_NAMES.join(', ')}` })
}
