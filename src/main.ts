import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@actions/core'
import { collectFiles } from './baseline/files.ts'
import { openCheckout } from './collect/checkout.ts'
import { readPolicy } from './collect/policy.ts'
import { withExpectations } from './collect/record/expect.ts'
import { type ActionRecording, recordForAction } from './collect/record/for-action.ts'
import { readSide } from './collect/sides.ts'
import { formatUserError, UserError } from './errors.ts'
import { gate, type Pair, pairServices } from './gate.ts'
import { type Inputs, readInputs } from './github/inputs.ts'
import { publish } from './github/publish.ts'
import { readExpectations, readRecordInputs } from './github/record-inputs.ts'
import { withRecordings } from './github/recordings.ts'
import { readGitHubInputs } from './github/run-inputs.ts'
import { type Begun, begin, finish, keep, organisationPolicy } from './github/step.ts'
import type { Checkout } from './policy/checkout.ts'
import type { Recording } from './profile/recording.ts'
import { Stacks } from './profile/stacks.ts'
import { logSafe } from './report/escape.ts'
import { renderMarkdown } from './report/markdown/markdown.ts'
import { type Report, serializeReport } from './report/report.ts'
import { renderTerminal } from './report/terminal/terminal.ts'
import { failureSentence } from './report/words/sentence.ts'

/** The action's step: record or read head, read base, judge, publish, and only then fail. */
async function run(): Promise<void> {
  const inputs = readInputs(process.env)
  const github = readGitHubInputs()
  const policy = await readPolicy('input policy', inputs.policy, await organisationPolicy(process.env, github))
  const plan = readRecordInputs(process.env)
  const expected = readExpectations()
  const recorded = await recordForAction(plan, process.env)
  const stacks = new Stacks()
  const paths = headPaths(inputs, recorded)
  const head = withExpectations(readSide('input profiles', paths, stacks), expected, stacks)
  const begun = await begin(process.env, github, inputs.baseline === '', TELL)
  const base = readBase(inputs, begun, stacks)
  const checkout = openCheckout(inputs.source, '.', begun?.prepared?.lines)
  let judged: Report | undefined
  try {
    const origin = { docsUrl: docsUrl(process.env), ...begun?.origin }
    const baseUnreachable = begun?.prepared?.unreachable ? begun.prepared.base.missing : undefined
    const history = begun?.prepared?.history ?? []
    judged = gate({ base, head, policy, checkout, now: new Date(), origin, baseUnreachable, history })
  } finally {
    // A red main, or one that cannot be judged, must not freeze the baseline.
    if (recorded?.failure === undefined) await keep(begun, paths, judged, TELL)
  }
  const pairs = pairServices(base ?? [], head)
  const { diffFiles } = await import('./report/diff-profile.ts')
  const kept = new Map([...diffFiles(pairs), ...evidence(paths)])
  const told = begun === undefined ? judged : withRecordings(begun.run, begun.prepared, judged, kept, inputs.source)
  const page = await renderPage(told, pairs, checkout)
  const others = new Map([['report.json', Buffer.from(serializeReport(told))], ...kept])
  const { report, notes, accepted } = await finish(begun, told, { page: Buffer.from(page), others }, TELL)
  core.setOutput('accepted', accepted)
  const file = save(report, page, inputs)
  core.info(logSafe(renderTerminal(report, { color: true, width: 100, ascii: false })))
  await publish(report, file, notes)
  if (report.stops) core.setFailed(failureSentence(report))
  if (recorded?.failure !== undefined) core.setFailed(logSafe(formatUserError(recorded.failure)))
}

/** What was given and what was recorded just now. */
function headPaths({ profiles }: Inputs, recorded: ActionRecording | undefined): readonly string[] {
  if (recorded !== undefined) core.setOutput('recordings', recorded.folders.join('\n'))
  const paths = [...profiles, ...(recorded?.folders ?? [])]
  if (paths.length > 0) return paths
  throw new UserError('is required', {
    where: 'input profiles',
    hint: 'Give targets and run to record a service here, or profiles: recordings/ for what an earlier step recorded.',
  })
}

/** For a closer look: the recording itself, also that of a load that failed. */
function evidence(paths: readonly string[]): ReadonlyMap<string, Buffer> {
  try {
    return collectFiles(paths)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    TELL.warn(`The recording is not uploaded: ${formatUserError(error)}`)
    return new Map()
  }
}

const TELL = {
  info: (message: string): void => core.info(logSafe(message)),
  warn: (message: string): void => core.warning(logSafe(message)),
}

/** The folder that was given, else what was found. */
function readBase({ baseline }: Inputs, begun: Begun | undefined, stacks: Stacks): Recording[] | undefined {
  if (!isEmpty(baseline)) return readSide('input baseline', [baseline], stacks)
  const found = begun?.prepared?.paths ?? []
  return found.length === 0 ? undefined : readSide('the baseline', found, stacks)
}

/** No baseline yet is a state, not an error: the folder a restore step would have filled is missing or empty. */
function isEmpty(baseline: string): boolean {
  return baseline === '' || !existsSync(baseline) || readdirSync(baseline).length === 0
}

function save(report: Report, page: string, { output }: Inputs): string {
  const folder = output || join(process.env['RUNNER_TEMP'] ?? '.', 'leakgate')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'report.md'), renderMarkdown(report, { for: 'summary' }))
  writeFileSync(join(folder, 'report.html'), page)
  const file = join(folder, 'report.json')
  writeFileSync(file, serializeReport(report))
  return file
}

/** Heavy, and nothing before it needs it. */
async function renderPage(report: Report, pairs: readonly Pair[], checkout: Checkout): Promise<string> {
  const [{ renderHtml }, { flameGraphs }] = await Promise.all([
    import('./report/html/document.ts'),
    import('./report/html/graphs.ts'),
  ])
  const graphs = pairs.flatMap((pair) => flameGraphs(pair.base, pair.head, checkout))
  return renderHtml(report, graphs)
}

/** This action's own pages, at the version the workflow names. */
function docsUrl(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref, GITHUB_SERVER_URL: server } = env
  return repository && ref ? `${server || 'https://github.com'}/${repository}/blob/${ref}` : undefined
}

try {
  await run()
} catch (error) {
  if (error instanceof UserError) core.setFailed(logSafe(formatUserError(error)))
  else core.setFailed(`This is a bug in leakgate, please report it.\n${(error as Error).stack ?? error}`)
}
