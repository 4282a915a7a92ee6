import { KNOWN } from '../policy/known.ts'
import { readArguments } from './arguments.ts'

/** Lists the stacks that never count, each with its reason. */
export function ignores(args: readonly string[]): number {
  const { values } = readArguments('ignores', args, { help: { type: 'boolean', short: 'h' } })
  if (values.help) {
    process.stdout.write(
      'Usage: leakgate ignores\n\nLists the goroutines that are accepted by default, with the reason for each.\n',
    )
    return 0
  }
  for (const { name, reason, context } of KNOWN) process.stdout.write(`${name}\n    ${reason} (${context})\n`)
  return 0
}
