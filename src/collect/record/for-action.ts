import { UserError } from '../../errors.ts'
import { runningSamplers, samplersFolder, stopSampler } from './background.ts'
import { LogProgress } from './log-progress.ts'
import type { RecordPlan } from './plan.ts'
import { type RecordResult, record } from './record.ts'

/** What a step's recording came to. */
export interface ActionRecording {
  /** Folders to read: recordings, one per service. */
  readonly folders: readonly string[]
  readonly services: RecordResult['services']
  /** The step must fail with it, after what was recorded is judged and saved. */
  readonly failure: UserError | undefined
}

/** On SIGINT the runner leaves a step 7.5 s; so long may the last snapshot take. */
const SIGINT_BUDGET = 4500

/**
 * The recording of a step: runs the load of the plan and records it, and collects what samplers of earlier steps have
 * recorded in the background. undefined when there is neither.
 */
export async function recordForAction(
  plan: RecordPlan | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ActionRecording | undefined> {
  const recorded = plan === undefined ? undefined : await recordHere(plan)
  const collected = await collectBackground(env)
  if (recorded === undefined && collected === undefined) return undefined
  return {
    folders: [...(recorded === undefined ? [] : [recorded.folder]), ...(collected?.folders ?? [])],
    services: recorded?.services ?? [],
    failure: recorded?.failure ?? collected?.failure,
  }
}

/** Ends every sampler of this job that still runs. */
export async function collectBackground(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Pick<ActionRecording, 'folders' | 'failure'> | undefined> {
  const folders = new Set<string>()
  let failure: UserError | undefined
  for (const home of runningSamplers(samplersFolder(env))) {
    const stopped = await stopSampler(home)
    if (stopped === undefined) continue
    folders.add(stopped.folder)
    failure ??= stopped.failure
  }
  return folders.size === 0 ? undefined : { folders: [...folders], failure }
}

/** Records in this process; SIGINT and SIGTERM end it with what there is. */
export async function recordHere(plan: RecordPlan, untilStopped = false): Promise<RecordResult> {
  if (plan.load === undefined && plan.duration === undefined && !untilStopped) {
    throw new UserError('targets without a load', {
      where: 'input targets',
      hint: 'Give the load command as run:, or record in the background with the record/ action.',
    })
  }
  const stop = new AbortController()
  const onSignal = (): void => stop.abort('stopped')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    return await record(plan, { progress: new LogProgress(), stop: stop.signal, budget: SIGINT_BUDGET })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal)
  }
}
