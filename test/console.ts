import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, recording, SERVICES } from './fixtures.ts'
import { cli } from './process.ts'

/** A command of a terminal block, and the lines that stand below it up to the next one. */
export interface Exchange {
  readonly command: string
  readonly output: string
}

const FENCE = /^```console\n([\s\S]*?)^```$/gm

/** The terminal blocks of a page, each the exchanges of one session. */
export function sessionsOf(page: string): Exchange[][] {
  return [...page.matchAll(FENCE)].map(([, block]) => exchangesOf(block!))
}

function exchangesOf(block: string): Exchange[] {
  return block
    .split(/^(?=\$ )/m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n')
      return { command: part.slice(2, end), output: part.slice(end + 1) }
    })
}

/** The page with what its blocks were seen to print. */
export function withOutputs(page: string, seen: readonly (readonly Exchange[])[]): string {
  let next = 0
  return page.replace(FENCE, () => {
    const lines = seen[next++]!.map(({ command, output }) => `$ ${command}\n${output}`)
    return `\`\`\`console\n${lines.join('')}\`\`\``
  })
}

/**
 * A repository as a reader has it: the sources, the recording of main in `baseline`, that of the change in
 * `recordings`, of the service `orders`. `leaking` is the fixture the change was recorded from.
 */
export function readersRepository(leaking: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-reader-'))
  cpSync(SERVICES, folder, { recursive: true })
  mkdirSync(join(folder, '.github'))
  for (const [side, name] of [
    ['baseline', 'healthy'],
    ['recordings', leaking],
    ['again', 'healthy-again'],
  ] as const) {
    mkdirSync(join(folder, side))
    cpSync(recording(name), join(folder, side, 'orders'), { recursive: true })
  }
  return folder
}

/** Runs a session as it stands: `leakgate …` in the reader's repository, `node dist/cli.js …` in this one. */
export function played(session: readonly Exchange[], folder: string): Exchange[] {
  let code: number | null = 0
  return session.map(({ command, output }) => {
    const [program, ...rest] = words(command)
    if (command === 'echo $?') return { command, output: `${code}\n` }
    const written = /^echo '([^']*)' > (\S+)$/.exec(command)
    if (written !== null) {
      writeFileSync(join(folder, written[2]!), `${written[1]}\n`)
      return { command, output: '' }
    }
    const own = program === 'node' && rest[0] === 'dist/cli.js'
    if (program !== 'leakgate' && !own) throw new Error(`a terminal block may not run ${command}`)
    const ran = cli(own ? rest.slice(1) : rest, { XDG_CACHE_HOME: join(folder, '.cache') }, own ? ROOT : folder)
    code = ran.code
    const printed = (ran.stdout + ran.stderr).replace(/[ \t]+$/gm, '')
    return { command, output: shortened(output, printed.replace(/^\n+|\n+$/g, '').concat('\n')) }
  })
}

/** A line `…` in the page stands for lines that were left out: as many stay above and below it as the page has. */
function shortened(page: string, printed: string): string {
  const shown = page.split('\n').slice(0, -1)
  const gap = shown.indexOf('…')
  const lines = printed.split('\n').slice(0, -1)
  const below = shown.length - gap - 1
  if (gap === -1 || lines.length <= gap + below) return printed
  return [...lines.slice(0, gap), '…', ...lines.slice(lines.length - below)].join('\n').concat('\n')
}

/** Days depend on the day the page is read. */
export function anyDay(text: string): string {
  return text.replace(/\b20\d\d-\d\d-\d\d\b/g, '2000-01-01')
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!)
}
