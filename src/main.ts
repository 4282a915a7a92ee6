import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@actions/core'
import { openCheckout } from './collect/checkout.ts'
import { readPolicy } from './collect/policy.ts'
import { readSide } from './collect/sides.ts'
import { formatUserError, UserError } from './errors.ts'
import { gate } from './gate.ts'
import { type Inputs, readInputs } from './github/inputs.ts'
import { publish } from './github/publish.ts'
import { Stacks } from './profile/stacks.ts'
import { logSafe } from './report/escape.ts'
import { renderMarkdown } from './report/markdown.ts'
import { type Report, serializeReport } from './report/report.ts'
import { failureSentence } from './report/sentence.ts'
import { renderTerminal } from './report/terminal.ts'

/** The action's step: read both sides, judge, publish, and only then fail. */
async function run(): Promise<void> {
  const inputs = readInputs(process.env)
  const policy = readPolicy('input policy', inputs.policy)
  const stacks = new Stacks()
  const head = readSide('input profiles', inputs.profiles, stacks)
  const base = isEmpty(inputs.baseline) ? undefined : readSide('input baseline', [inputs.baseline], stacks)
  const report = gate({ base, head, policy, checkout: openCheckout(inputs.source, '.'), now: new Date() })
  const file = save(report, inputs)
  core.info(logSafe(renderTerminal(report, { color: true, width: 100, ascii: false })))
  await publish(report, file)
  if (report.stops) core.setFailed(failureSentence(report))
}

/** No baseline yet is a state, not an error: the folder a restore step would have filled is missing or empty. */
function isEmpty(baseline: string): boolean {
  return baseline === '' || !existsSync(baseline) || readdirSync(baseline).length === 0
}

function save(report: Report, { output }: Inputs): string {
  const folder = output || join(process.env['RUNNER_TEMP'] ?? '.', 'leakgate')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'report.md'), renderMarkdown(report, { for: 'summary' }))
  const file = join(folder, 'report.json')
  writeFileSync(file, serializeReport(report))
  return file
}

try {
  await run()
} catch (error) {
  if (error instanceof UserError) core.setFailed(logSafe(formatUserError(error)))
  else core.setFailed(`This is a bug in leakgate, please report it.\n${(error as Error).stack ?? error}`)
}
