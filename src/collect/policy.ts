import { existsSync, readFileSync, statSync } from 'node:fs'
import { UserError } from '../errors.ts'
import { type PolicyText, parsePolicy } from '../policy/parse.ts'
import type { Policy } from '../policy/policy.ts'

/** Read where no policy is given; what `leakgate accept` writes. */
export const POLICY_FILE = '.github/leakgate.yml'

/**
 * The policy behind an input: YAML as such, or the path of a file. Empty: .github/leakgate.yml where it is there, else
 * the recommended preset.
 */
export function readPolicy(input: string, value: string, under: readonly PolicyText[] = []): Policy {
  const text = value.trim() || (existsSync(POLICY_FILE) ? POLICY_FILE : '')
  if (text === '') return parsePolicy(under)
  if (text.includes('\n') || /^[\w.-]+\s*:(\s|$)/.test(text))
    return parsePolicy([...under, { source: input, text: value, from: 'input' }])
  if (!existsSync(text) || !statSync(text).isFile()) {
    throw new UserError(`no such policy file: ${text}`, {
      where: input,
      hint: 'Give a path in the repository or the YAML itself, e.g. "preset: strict".',
    })
  }
  return parsePolicy([...under, { source: text, text: readFileSync(text, 'utf8'), from: 'file' }])
}
