import { UserError } from '../errors.ts'
import { KNOWN } from '../policy/known.ts'
import { readArguments } from './arguments.ts'

/** Lists the stacks that never count, each with its reason. */
export function ignores(args: readonly string[]): number {
  const { values, positionals } = readArguments('ignores', args, { help: { type: 'boolean', short: 'h' } })
  if (positionals.length > 0) {
    throw new UserError(`ignores takes no arguments, found ${JSON.stringify(positionals[0])}`, {
      hint: 'The entries of your policy are in its file; leakgate show prints recordings.',
    })
  }
  if (values.help) {
    process.stdout.write(
      'Usage: leakgate ignores\n\nLists the goroutines that are accepted by default, with the reason for each.\n',
    )
    return 0
  }
  for (const { name, reason, context } of KNOWN) process.stdout.write(`${name}\n    ${reason} (${context})\n`)
  return 0
}
