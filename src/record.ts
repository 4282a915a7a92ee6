import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@actions/core'
import { samplersFolder, startSampler, stopSampler } from './collect/record/background.ts'
import { collectBackground, recordHere } from './collect/record/for-action.ts'
import { MARK_VARIABLE } from './collect/record/marks.ts'
import { runSampler } from './collect/record/sampler-process.ts'
import { planOf } from './collect/record/settings.ts'
import { formatUserError, UserError } from './errors.ts'
import { readRecordSettings, refuseUnknownInputs } from './github/record-inputs.ts'

/** A sampler's first answer may wait for its service to start. */
const START_PATIENCE = 90_000

/**
 * The record/ action. `mode: start` leaves a sampler behind that outlives the step, `mode: stop` ends it; with `run` or
 * `foreground` the step records itself. The same program is the sampler, and the post hook that saves what exists.
 */
async function step(): Promise<void> {
  const env = process.env
  if (core.getState('main') !== '') return post(core.getState('sampler'))
  core.saveState('main', 'ran')
  refuseUnknownInputs(env)
  const mode = core.getInput('mode') || 'start'
  if (mode === 'stop') return stop(env)
  if (mode !== 'start') throw new UserError(`expected start or stop, found "${mode}"`, { where: 'input mode' })
  const folder = core.getInput('output') || mkdtempSync(join(env['RUNNER_TEMP'] || '.', 'leakgate-recordings-'))
  core.setOutput('recordings', folder)
  const settings = readRecordSettings(env, folder)
  if (settings === undefined) {
    throw new UserError('is required', {
      where: 'input targets',
      hint: 'Name each service and where it serves its profiles: api=http://127.0.0.1:6060',
    })
  }
  const plan = planOf(settings, (setting) => `input ${setting}`)
  const foreground = core.getInput('foreground') === 'true'
  if (foreground && plan.ends === 'marks') {
    throw new UserError('marks need an address that later steps know, which a step that still runs cannot give them', {
      where: 'input foreground',
      hint: 'Leave foreground out, or use rounds: gaps.',
    })
  }
  if (foreground || plan.load !== undefined) {
    const { failure } = await recordHere(plan, foreground)
    if (failure !== undefined) throw failure
    return
  }
  const program: [string, ...string[]] = [process.execPath, fileURLToPath(import.meta.url)]
  const { home, mark } = await startSampler(samplersFolder(env), program, settings, START_PATIENCE)
  // For the steps that follow.
  if (mark !== undefined) core.exportVariable(MARK_VARIABLE, mark)
  core.saveState('sampler', home)
  core.info(`Recording in the background until the gate step, mode: stop, or the job's end. Log: ${home}/sampler.log`)
}

async function stop(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const collected = await collectBackground(env)
  if (collected === undefined) {
    throw new UserError('nothing records in the background', {
      where: 'input mode',
      hint: 'A step of this job must have started it with mode: start.',
    })
  }
  core.setOutput('recordings', collected.folders.join('\n'))
  if (collected.failure !== undefined) throw collected.failure
}

/** Nobody stopped it: what was recorded is completed, so that a later upload finds it whole. */
async function post(home: string): Promise<void> {
  const stopped = home === '' ? undefined : await stopSampler(home)
  if (stopped !== undefined) core.info(`Recorded until the end of the job: ${stopped.folder}`)
}

try {
  if (process.env['LEAKGATE_SAMPLER'] === '1') await runSampler(process.stdin)
  else await step()
} catch (error) {
  const message =
    error instanceof UserError
      ? formatUserError(error)
      : `This is a bug in leakgate, please report it.\n${(error as Error).stack ?? error}`
  core.setFailed(message.replace(/##\[/g, '## ['))
}
