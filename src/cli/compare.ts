import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAhead } from '../collect/ahead/ahead.ts'
import { openCheckout } from '../collect/checkout.ts'
import { readRecordings } from '../collect/folder.ts'
import { readPolicy } from '../collect/policy.ts'
import { UserError } from '../errors.ts'
import { gate, type Pair, pairServices } from '../gate.ts'
import { type Checkout, NO_CHECKOUT } from '../policy/checkout.ts'
import { Stacks } from '../profile/stacks.ts'
import { renderMarkdown } from '../report/markdown/markdown.ts'
import { type Report, serializeReport } from '../report/report.ts'
import { renderTerminal } from '../report/terminal/terminal.ts'
import { choice, readArguments } from './arguments.ts'
import { exitCodeOf } from './exit.ts'
import { keepReport } from './last-report.ts'
import { styleOf } from './terminal.ts'

export const COMPARE_HELP = `Usage: leakgate compare BASE HEAD [options]

Compares two recordings and judges the growth.
BASE and HEAD are recordings, folders of recordings (one per service), folders of profiles, or single profiles.

Options:
  --policy FILE     policy in YAML (default: .github/leakgate.yml, else the recommended preset)
  --source DIR      Go sources, for source lines (default: this folder if it is a Go module or a repository)
  --format FORMAT   terminal, markdown, html or json (default: terminal)
  --output FILE     write there instead of to standard output
  --diff DIR        write head minus base there, as diff.pb.gz and goroutine-diff.pb.gz for go tool pprof
  --color WHEN      auto, always or never (default: auto)

Exit code: 0 pass, warn or seeding · 1 fail · 2 could not compare · 3 inconclusive
`

const FORMATS = ['terminal', 'markdown', 'html', 'json'] as const

export async function compare(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments('compare', args, {
    policy: { type: 'string', default: '' },
    source: { type: 'string' },
    format: { type: 'string', default: 'terminal' },
    output: { type: 'string' },
    diff: { type: 'string' },
    color: { type: 'string', default: 'auto' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help) {
    process.stdout.write(COMPARE_HELP)
    return 0
  }
  const [basePath, headPath, ...extra] = positionals
  if (basePath === undefined || headPath === undefined || extra.length > 0) {
    throw new UserError(`compare takes two recordings, BASE and HEAD, found ${positionals.length}`, {
      hint: 'See: leakgate compare --help',
    })
  }
  const format = choice('format', values.format, FORMATS)
  const color = choice('color', values.color, ['auto', 'always', 'never'])
  const stacks = new Stacks()
  // A repository may have its modules in folders of its own.
  const source = values.source ?? (['go.mod', 'go.work', '.git'].some((name) => existsSync(name)) ? '.' : undefined)
  if (source !== undefined && !existsSync(source))
    throw new UserError('no such folder', { where: `--source ${source}` })
  const ahead = readAhead([basePath, headPath])
  const base = readRecordings(basePath, stacks, ahead)
  const head = readRecordings(headPath, stacks, ahead)
  ahead?.close()
  const policy = await readPolicy('--policy', values.policy)
  const checkout = source === undefined ? NO_CHECKOUT : openCheckout(source, '.')
  const report = gate({ base, head, policy, checkout, now: new Date() })
  keepReport(report)
  const text =
    format === 'html'
      ? await renderPage(report, pairServices(base, head), checkout)
      : render(report, format, color, values.output !== undefined)
  if (values.diff !== undefined) await writeDiffs(values.diff, pairServices(base, head))
  if (values.output === undefined) process.stdout.write(text)
  else writeFileSync(values.output, text)
  return exitCodeOf(report)
}

async function writeDiffs(folder: string, pairs: readonly Pair[]): Promise<void> {
  const { diffFiles } = await import('../report/diff-profile.ts')
  const files = diffFiles(pairs)
  if (files.size === 0) {
    const hint = 'It needs the heap or goroutine profile of one service on both sides.'
    throw new UserError('there is nothing to subtract', { where: `--diff ${folder}`, hint })
  }
  try {
    mkdirSync(folder, { recursive: true })
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
  } catch (error) {
    throw new UserError(`cannot be written: ${(error as Error).message}`, { where: `--diff ${folder}`, cause: error })
  }
}

/** The page is heavy: loaded only where it is asked for. */
async function renderPage(report: Report, pairs: readonly Pair[], checkout: Checkout): Promise<string> {
  const [{ renderHtml }, { flameGraphs }] = await Promise.all([
    import('../report/html/document.ts'),
    import('../report/html/graphs.ts'),
  ])
  return renderHtml(
    report,
    pairs.flatMap((pair) => flameGraphs(pair.base, pair.head, checkout)),
  )
}

function render(
  report: Report,
  format: 'terminal' | 'markdown' | 'json',
  color: 'auto' | 'always' | 'never',
  file: boolean,
): string {
  if (format === 'json') return serializeReport(report)
  if (format === 'markdown') return renderMarkdown(report, { for: 'summary' })
  return renderTerminal(report, styleOf(file ? {} : process.stdout, process.env, color))
}
