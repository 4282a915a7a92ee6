import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createTwoFilesPatch } from 'diff'
import { POLICY_FILE } from '../collect/policy.ts'
import { UserError } from '../errors.ts'
import { withIgnore } from '../policy/amend.ts'
import { parseMax } from '../policy/ignore-max.ts'
import { lastDay, maxText, type Proposal, proposals } from '../report/accept.ts'
import { plainText } from '../report/escape.ts'
import { parseReport } from '../report/parse/parse.ts'
import type { Report } from '../report/report.ts'
import { countText, valueText } from '../report/words/figures.ts'
import { suspectName } from '../report/words/findings.ts'
import { type NumberedFinding, numberedFindings } from '../report/words/numbers.ts'
import { readArguments } from './arguments.ts'
import { lastReport } from './last-report.ts'

export const ACCEPT_HELP = `Usage: leakgate accept SUSPECT --reason TEXT [options]
       leakgate accept --place FUNCTION --limit LIMIT --reason TEXT [options]

Writes an exception into the policy: growth that is meant, up to a limit and a day. Commit it for review.
SUSPECT is the number of a suspect in the last report of \`leakgate compare\` in this folder.

Options:
  --reason TEXT      why the growth is meant; required
  --place FUNCTION   every stack through this function, instead of a number
  --top FUNCTION     every stack whose innermost function outside of the runtime is this one
  --limit LIMIT      growth that stays accepted: "64 goroutines", 4MiB (heap), "64 goroutines and 4MiB"
                     (default: what the report saw, and a quarter more)
  --force            also with a limit below what the report saw: the gate goes on failing until it grows less
  --until DATE       last day, e.g. 2027-03-01 (default: 90 days from now)
  --for DAYS         the same as a number of days: 30d
  --report FILE      report.json of another run (default: the last of this folder)
  --policy FILE      the policy to write to (default: ${POLICY_FILE})
`

const OPTIONS = {
  reason: { type: 'string' },
  place: { type: 'string' },
  top: { type: 'string' },
  limit: { type: 'string' },
  until: { type: 'string' },
  for: { type: 'string' },
  force: { type: 'boolean', default: false },
  report: { type: 'string' },
  policy: { type: 'string', default: POLICY_FILE },
  help: { type: 'boolean', short: 'h' },
} as const

/** Writes what is accepted; prints the change. */
export function accept(args: readonly string[]): number {
  const { values, positionals } = readArguments('accept', args, OPTIONS)
  if (values.help) {
    process.stdout.write(ACCEPT_HELP)
    return 0
  }
  const reason = plainText(values.reason ?? '', 300)
  if (reason === '') throw new UserError('a reason is required', { hint: "Give --reason 'why this growth is meant'." })
  const chosen = choose(positionals, values)
  const entries = chosen.map((one) => ({ ...one, max: limited(one, values.limit) }))
  const uncovered = entries.flatMap((one) => uncoveredBy(one))
  if (uncovered.length > 0 && !values.force) {
    throw new UserError(`--limit ${plainText(values.limit!)} does not cover what grew: ${uncovered.join(', ')}`, {
      hint: `The next compare would still fail. Leave --limit out to accept ${maxText(chosen[0]!.max)}, or give --force.`,
    })
  }
  const expires = lastDayOf(values.until, values.for, new Date())
  const before = existsSync(values.policy) ? readFileSync(values.policy, 'utf8') : ''
  const after = entries.reduce(
    (text, { where, name, max }) => withIgnore(values.policy, text, { where, name, reason, max, expires }),
    before,
  )
  if (after === before) {
    process.stdout.write(`${values.policy} says so already.\n`)
    return 0
  }
  mkdirSync(dirname(values.policy), { recursive: true })
  writeFileSync(values.policy, after)
  const patch = createTwoFilesPatch(values.policy, values.policy, before, after, '', '', { context: 2 })
  // Blanks at the start of a line are YAML's; plainText would trim them.
  const shown = patch
    .split('\n')
    .slice(1, -1)
    .map((line) => /^.? */.exec(line)![0] + plainText(line.replace(/^.? */, ''), 400))
  process.stdout.write(`${shown.join('\n')}\n\n${next(values.policy, uncovered)}`)
  return 0
}

function next(file: string, uncovered: readonly string[]): string {
  const read = file === POLICY_FILE ? '' : ` The gate reads it where its policy input is ${plainText(file)}.`
  if (uncovered.length > 0) {
    const grown = uncovered.join(', ')
    return `Written, but not yet accepted: the entry does not cover what grew: ${grown}. The gate fails until it grows less.${read}\n`
  }
  return `Accepted until a reviewer says otherwise: commit ${plainText(file)} with the change it is about.${read}\n`
}

/** What the report saw grow beyond the limit of an entry. */
function uncoveredBy({ name, max, grown }: Omit<Proposal, 'max'> & { readonly max: string }): string[] {
  const { goroutines = 0, bytes = 0 } = parseMax(max) ?? {}
  const over = [
    (grown.goroutines ?? 0) > goroutines ? countText(grown.goroutines!, 'goroutine') : '',
    (grown.bytes ?? 0) > bytes ? valueText(grown.bytes!, 'bytes') : '',
  ].filter((part) => part !== '')
  return over.length === 0 ? [] : [`${over.join(' and ')} at ${plainText(name)}`]
}

interface Choice {
  readonly place?: string | undefined
  readonly top?: string | undefined
  readonly limit?: string | undefined
  readonly report?: string | undefined
}

/** What the entries are about: a suspect of the report, or a function. */
function choose(positionals: readonly string[], { place, top, limit, report: file }: Choice): Proposal[] {
  const given = [positionals[0], place, top].filter((one) => one !== undefined)
  if (given.length !== 1 || positionals.length > 1) {
    throw new UserError('accept takes the number of one suspect, or --place FUNCTION, or --top FUNCTION', {
      hint: 'See: leakgate accept --help',
    })
  }
  const name = place ?? top
  const where = top === undefined ? 'any' : 'top'
  const path = file ?? lastReport()
  // All that an entry needs: no report has to be at hand, nor one that is about it.
  if (name !== undefined && limit !== undefined) return known(name, where, path)
  if (path === undefined) {
    throw new UserError('there is no report of this folder yet', {
      hint: 'Run leakgate compare here first, give --report FILE, or both --place and --limit.',
    })
  }
  const report = readReport(path)
  const found = name === undefined ? suspectBy(positionals[0]!, report, path) : suspectAt(name, report, path)
  const all = proposals([found.finding], report.services)
  const wanted = name === undefined ? all : all.filter((one) => one.name === name)
  if (wanted.length > 0) return wanted
  throw new UserError(`suspect ${found.number} is a figure of the whole service, which no stack accounts for`, {
    where: path,
    hint: `Raise its limit in the policy, e.g. limits: { ${found.finding.total.metric}: … }.`,
  })
}

/** An entry with what the report saw of it, where there is one that did. */
function known(name: string, where: Proposal['where'], path: string | undefined): Proposal[] {
  const report = path === undefined ? undefined : readReport(path)
  const services = report?.services ?? []
  // Also what an earlier entry accepts: the new one takes its place.
  const findings = services.flatMap(({ findings, ignored }) => [...findings, ...ignored])
  const seen = proposals(findings, services).find((one) => one.name === name && one.where === where)
  return [seen ?? { where, name, max: { goroutines: undefined, bytes: undefined }, grown: {} }]
}

function readReport(path: string): Report {
  if (!existsSync(path)) throw new UserError('no such file', { where: path, hint: 'Give the report.json of a run.' })
  return parseReport(path, readFileSync(path, 'utf8'))
}

function suspectBy(text: string, report: Report, path: string): NumberedFinding {
  const found = numberedFindings(report).find(({ number }) => String(number) === text.replace(/^#/, ''))
  if (found !== undefined) return found
  throw new UserError(`no suspect ${JSON.stringify(text)}`, { where: path, hint: listed(report) })
}

function suspectAt(name: string, report: Report, path: string): NumberedFinding {
  const found = numberedFindings(report).find(({ finding }) =>
    proposals([finding], report.services).some((one) => one.name === name),
  )
  if (found !== undefined) return found
  throw new UserError(`no suspect at ${JSON.stringify(plainText(name))}`, { where: path, hint: listed(report) })
}

function listed(report: Report): string {
  const all = numberedFindings(report).slice(0, 10)
  if (all.length === 0) return 'The report has no suspects: there is nothing to accept.'
  return `It has: ${all.map(({ number, finding }) => `${number} ${suspectName(finding)}`).join(', ')}.`
}

/** The limit as it is given; for what it does not name, what the report saw. */
function limited({ max }: Proposal, limit: string | undefined): string {
  if (limit === undefined) return maxText(max)
  const text = limit.trim()
  const parsed = parseMax(text)
  if (parsed === undefined) {
    throw new UserError(`--limit ${JSON.stringify(plainText(limit))}: expected goroutines, bytes or both`, {
      hint: 'Examples: "64 goroutines", 4MiB, "64 goroutines and 4MiB".',
    })
  }
  const rest = parsed.goroutines === undefined ? max.goroutines : parsed.bytes === undefined ? max.bytes : undefined
  return rest === undefined ? text : `${text} and ${rest}`
}

function lastDayOf(until: string | undefined, days: string | undefined, now: Date): string {
  if (until !== undefined && days !== undefined) throw new UserError('--until and --for were both given')
  const count = days === undefined ? undefined : /^([1-9]\d{0,3})d?$/.exec(days)?.[1]
  if (days !== undefined && count === undefined) throw new UserError(`--for ${days}: expected days, e.g. 30d`)
  const day = until ?? lastDay(now.toISOString(), count === undefined ? undefined : Number(count))!
  const parsed = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : new Date(Number.NaN)
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day))
    throw new UserError(`--until ${day}: expected a date, e.g. 2027-03-01`)
  if (day < now.toISOString().slice(0, 10)) throw new UserError(`--until ${day}: this day is over`)
  return day
}
