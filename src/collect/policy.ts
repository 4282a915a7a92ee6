import { existsSync, readFileSync, statSync } from 'node:fs'
import { UserError } from '../errors.ts'
import { layered } from '../policy/layers.ts'
import type { PolicyText } from '../policy/parse.ts'
import type { Policy } from '../policy/policy.ts'

/** Read where no policy is given; what `leakgate accept` writes. */
export const POLICY_FILE = '.github/leakgate.yml'

/**
 * The policy behind an input: YAML as such, or the path of a file. Empty: .github/leakgate.yml where it is there, else
 * the recommended preset.
 */
export async function readPolicy(input: string, value: string, under: readonly PolicyText[] = []): Promise<Policy> {
  const own = ownPolicy(input, value)
  const texts = own === undefined ? under : [...under, own]
  if (texts.length === 0) return layered([], undefined)
  // The parser of YAML is most of what a comparison would load.
  const { parsePolicy } = await import('../policy/parse.ts')
  return parsePolicy(texts)
}

function ownPolicy(input: string, value: string): PolicyText | undefined {
  const text = value.trim() || (existsSync(POLICY_FILE) ? POLICY_FILE : '')
  if (text === '') return undefined
  if (text.includes('\n') || /^[\w.-]+\s*:(\s|$)/.test(text)) return { source: input, text: value, from: 'input' }
  if (!existsSync(text) || !statSync(text).isFile()) {
    throw new UserError(`no such policy file: ${text}`, {
      where: input,
      hint: 'Give a path in the repository or the YAML itself, e.g. "preset: strict".',
    })
  }
  return { source: text, text: readFileSync(text, 'utf8'), from: 'file' }
}
