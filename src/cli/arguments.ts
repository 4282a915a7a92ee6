import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { UserError } from '../errors.ts'

/** Parses a command's arguments; a wrong one is a UserError that points to the command's help. */
export function readArguments<T extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's message says which option; its advice on `--` is not ours.
    const message = (error as Error).message.split('. To specify')[0]!
    throw new UserError(message, { hint: `See: leakgate ${command} --help` })
  }
}

/** One of the allowed words, or a UserError that lists them. */
export function choice<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) {
    throw new UserError(`--${option} ${value}: expected ${allowed.join(', ')}`)
  }
  return found
}
