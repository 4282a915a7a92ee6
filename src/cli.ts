#!/usr/bin/env node
import { TROUBLE } from './cli/exit.ts'
import { formatUserError, UserError } from './errors.ts'
import { VERSION } from './version.ts'

const HELP = `leakgate ${VERSION}: finds Go memory leaks by comparing pprof recordings

Usage:
  leakgate record -- COMMAND   record live services while COMMAND puts load on them
  leakgate compare BASE HEAD   compare two recordings and judge the growth
  leakgate show FILE           print what a profile or recording holds
  leakgate accept SUSPECT      accept a suspect's growth in the policy, with a reason and an end
  leakgate ignores             list the stacks that are accepted by default

leakgate COMMAND --help tells the options of a command.
`

/** Commands load what they need when they run, so that `--version` costs nothing. */
async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  switch (command) {
    case 'record':
      return (await import('./cli/record.ts')).record(rest)
    case 'compare':
      return (await import('./cli/compare.ts')).compare(rest)
    case 'show':
      return (await import('./cli/show.ts')).show(rest)
    case 'accept':
      return (await import('./cli/accept.ts')).accept(rest)
    case 'ignores':
      return (await import('./cli/ignores.ts')).ignores(rest)
    case '--version':
    case '-v':
      process.stdout.write(`${VERSION}\n`)
      return 0
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(HELP)
      return command === undefined ? TROUBLE : 0
    default:
      throw new UserError(`unknown command ${JSON.stringify(command)}`, { hint: 'See: leakgate --help' })
  }
}

// `leakgate … | head` closes the pipe: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.exitCode = TROUBLE
  if (error instanceof UserError) process.stderr.write(`leakgate: ${formatUserError(error)}\n`)
  else process.stderr.write(`leakgate: this is a bug, please report it\n${(error as Error).stack ?? error}\n`)
}
