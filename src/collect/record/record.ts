import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import type { RecordedDoubt } from '../../profile/recorded-doubt.ts'
import { connect, expectNothingAnswers } from './connect.ts'
import { unmet } from './expect.ts'
import { recordMarked } from './marked.ts'
import { Marks } from './marks.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import { recordRounds } from './rounds.ts'
import { StartedService, serviceSettings } from './service.ts'
import { Session } from './session.ts'
import { recordSlices } from './slices.ts'
import { RecordingWriter } from './writer.ts'

export interface RecordOptions {
  readonly progress: Progress
  /** Ends the recording; what was taken is kept. Its reason may be `max-duration`. */
  readonly stop: AbortSignal
  /** Milliseconds that are left after `stop` for a last snapshot, where stopping is the usual end. */
  readonly budget?: number
  /** Called when every target has answered and recording begins, with the address for marks where rounds end by them. */
  readonly onReady?: (mark: string | undefined) => void
}

/** What a recording came to. */
export interface RecordResult {
  /** Holds a recording per service: what `compare` and the gate read. */
  readonly folder: string
  readonly services: readonly RecordedService[]
  /** Why the step must fail although a recording was kept, e.g. a load that failed. */
  readonly failure: UserError | undefined
}

export interface RecordedService {
  readonly service: string
  readonly folder: string
  readonly snapshots: number
  readonly doubts: readonly RecordedDoubt[]
}

const DEFAULT_BUDGET = 5000

/**
 * Records the targets of a plan. Throws UserError where nothing could be recorded; from the first snapshot on,
 * whatever goes wrong becomes a doubt in the recording.
 */
export async function record(plan: RecordPlan, options: RecordOptions): Promise<RecordResult> {
  if (plan.targets.length === 0) {
    throw new UserError('there is nothing to record', {
      where: 'targets',
      hint: 'Name a service and where it serves its profiles: api=http://127.0.0.1:6060',
    })
  }
  mkdirSync(plan.folder, { recursive: true })
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort('max-duration'), plan.maxDuration)
  const stop = AbortSignal.any([options.stop, limit.signal])
  const services: RecordedService[] = []
  let failure: UserError | undefined
  try {
    for (let run = 1; run <= plan.runs && failure === undefined && !(run > 1 && stop.aborted); run++) {
      if (run > 1) options.progress.note(`run ${run} of ${plan.runs}, in a fresh process`)
      const done = await recordRun(plan, run, { ...options, stop })
      if (run === 1) services.push(...done.services)
      failure = done.failure
    }
  } finally {
    clearTimeout(timer)
  }
  services.push(...missingServices(plan, services))
  return { folder: plan.folder, services, failure }
}

/** One pass over load and services; a second run lies inside the recording of the first. */
async function recordRun(
  plan: RecordPlan,
  run: number,
  { progress, stop, budget = DEFAULT_BUDGET, onReady }: RecordOptions,
): Promise<Pick<RecordResult, 'services' | 'failure'>> {
  const settings = plan.start === undefined ? {} : serviceSettings(process.env)
  if (plan.start !== undefined) await expectNothingAnswers(plan)
  const service = plan.start === undefined ? undefined : new StartedService(plan.start, settings)
  try {
    const endpoints = await connect(plan, service, stop)
    const known = plan.ends === undefined && (plan.load !== undefined || plan.duration !== undefined)
    const planned = known ? plan.rounds : 0
    const sessions = endpoints.map((endpoint) => {
      const { name, shown } = endpoint.target
      const folder = run === 1 ? join(plan.folder, name) : join(plan.folder, name, 'runs', String(run))
      const heading = { service: name, target: shown, commit: plan.commit, settings, planned }
      return new Session(endpoint, new RecordingWriter(folder, heading), planned, progress)
    })
    const marks = plan.ends === 'marks' ? await Marks.open() : undefined
    // A load that marks its rounds may begin when the first has been begun here.
    if (plan.ends === undefined) onReady?.(undefined)
    const whenReady = (): void => onReady?.(marks?.url)
    let failure: UserError | undefined
    try {
      failure = await recordSessions(plan, sessions, progress, stop, budget, marks, whenReady)
    } catch (error) {
      // Snapshots were taken: they are kept, and the step fails.
      if (!(error instanceof UserError)) throw error
      failure = error
    } finally {
      marks?.close()
    }
    // A panic says more than that nothing answers any more.
    if (!stop.aborted) for (const line of service?.end?.split('\n') ?? []) progress.note(line)
    finish(plan, sessions, stop)
    return { services: sessions.map(describe), failure }
  } finally {
    // A step that was cancelled has seconds left.
    await service?.stop(stop.aborted ? 1000 : 10_000)
  }
}

function recordSessions(
  plan: RecordPlan,
  sessions: readonly Session[],
  progress: Progress,
  stop: AbortSignal,
  budget: number,
  marks: Marks | undefined,
  whenReady: () => void,
): Promise<UserError | undefined> {
  const { load, duration } = plan
  if (plan.ends !== undefined) return recordMarked(plan, sessions, progress, stop, budget, marks, whenReady)
  if (load !== undefined && duration === undefined) return recordRounds({ ...plan, load }, sessions, progress, stop)
  return recordSlices(plan, sessions, progress, stop, budget)
}

/** The last word in every recording: how it ended, and what is expected and not in it. */
function finish(plan: RecordPlan, sessions: readonly Session[], stop: AbortSignal): void {
  const untilStopped = plan.load === undefined && plan.duration === undefined
  for (const session of sessions) {
    const limit = stop.reason === 'max-duration'
    if (stop.aborted && (limit || !untilStopped)) {
      const rounds = session.judged
      const reason = limit ? 'max-duration' : 'stopped'
      session.writer.addDoubt({ kind: 'unfinished', rounds, planned: plan.rounds, reason })
    }
    for (const expectation of plan.expect.filter(({ service }) => service === session.name)) {
      for (const doubt of unmet(expectation, session.writer.kinds)) session.writer.addDoubt(doubt)
    }
    session.finish()
  }
}

/** Services that are expected but no target: an empty recording each, so that their lack is judged. */
function missingServices(plan: RecordPlan, recorded: readonly RecordedService[]): RecordedService[] {
  return plan.expect
    .filter((expectation) => !recorded.some(({ service }) => service === expectation.service))
    .map((expectation) => {
      const { service } = expectation
      const heading = { service, target: '', commit: plan.commit, settings: {}, planned: 0 }
      const writer = new RecordingWriter(join(plan.folder, service.replace(/[^\w.-]/g, '_')), heading)
      for (const doubt of unmet(expectation, undefined)) writer.addDoubt(doubt)
      writer.finish()
      return { service, folder: writer.folder, snapshots: 0, doubts: writer.doubts }
    })
}

function describe({ name, writer }: Session): RecordedService {
  return { service: name, folder: writer.folder, snapshots: writer.snapshots, doubts: writer.doubts }
}
