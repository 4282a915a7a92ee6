import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { type Ended, runCommand } from './command.ts'
import { evidenceAtEnd, evidenceUnderLoad } from './evidence.ts'
import { countRound } from './operations.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Marks, Session } from './session.ts'
import { AT_END, SLICE } from './snapshot.ts'

/** From here on slices get longer, so that a recording nobody stops stays small. */
const MANY_SLICES = 200

/**
 * One load without rounds, cut into slices of time: each ends with a snapshot under load, the last one is taken at
 * rest after it. Without a load of ours it goes on until it is stopped. Far weaker than rounds, and marked so.
 */
export async function recordSlices(
  plan: RecordPlan,
  sessions: readonly Session[],
  progress: Progress,
  stop: AbortSignal,
  budget: number,
): Promise<UserError | undefined> {
  // Only before a load of ours is it known that nothing else happens.
  const before: Marks[] = []
  for (const session of sessions) {
    await session.beginCount(plan.operations)
    if (plan.load === undefined) continue
    await session.calibrate(stop)
    before.push(await session.markCosts(stop))
  }
  const ending = new AbortController()
  const load = startLoad(plan, progress, AbortSignal.any([stop, ending.signal]))
  const loadEnded = new AbortController()
  const ended = load?.then((result) => {
    loadEnded.abort()
    return result
  })
  const both = AbortSignal.any([stop, loadEnded.signal])
  const note = (text: string): void => progress.note(text)
  const measuring = sessions.map(({ endpoint, writer }) =>
    evidenceUnderLoad(endpoint, writer, plan.evidence, both, note),
  )
  const slices = await untilTheEnd(plan, sessions, before, both)
  await Promise.all(measuring)
  const endedByItself = loadEnded.signal.aborted
  ending.abort()
  const result = await ended
  // A load that is ended when its time is over did not fail.
  const failure = endedByItself ? result?.failure : undefined
  await lastSnapshot(plan, sessions, slices + 1, result?.output ?? '', progress, stop, budget)
  for (const { writer } of sessions) writer.addDoubt({ kind: 'sliced', slices: slices + 1 })
  if (failure === undefined) return undefined
  for (const { writer } of sessions) writer.addDoubt({ kind: 'load-failed', round: slices + 1, status: failure })
  return new UserError(`the load failed: ${failure}`, { where: 'run', hint: 'What was recorded until then is kept.' })
}

function startLoad(plan: RecordPlan, progress: Progress, signal: AbortSignal): Promise<Ended> | undefined {
  if (plan.load === undefined) return undefined
  progress.loadBegins(1, 1)
  return runCommand(plan.load, {
    environment: { LEAKGATE_ROUND: '1', LEAKGATE_ROUNDS: '1' },
    onOutput: (chunk, stream) => progress.output(chunk, stream),
    signal,
  }).finally(() => progress.loadEnds())
}

/** Takes a snapshot at the end of each slice; returns how many. */
async function untilTheEnd(
  plan: RecordPlan,
  sessions: readonly Session[],
  before: readonly Marks[],
  signal: AbortSignal,
): Promise<number> {
  const begin = Date.now()
  let next = begin
  let length = plan.duration === undefined ? plan.slice : plan.duration / plan.rounds
  for (let slice = 1; ; slice++) {
    next += length
    await sleep(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => undefined)
    if (signal.aborted || (plan.duration !== undefined && slice >= plan.rounds)) return slice - 1
    for (const [i, session] of sessions.entries()) {
      const marks = before[i]
      if (slice === 1 && marks !== undefined) session.checkLoad(slice, marks, await session.mark(signal), 0)
      if (plan.operations?.from === 'metric') await session.count(slice, plan.operations, undefined)
      await session.take(slice, 'single', SLICE, signal)
    }
    if (slice % MANY_SLICES === 0) length *= 2
  }
}

/** After the load, or after the word to stop, in the time that is left. */
async function lastSnapshot(
  plan: RecordPlan,
  sessions: readonly Session[],
  slice: number,
  output: string,
  progress: Progress,
  stop: AbortSignal,
  budget: number,
): Promise<void> {
  const signal = stop.aborted ? AbortSignal.timeout(budget) : AbortSignal.any([stop])
  const { operations } = plan
  const counted =
    operations === undefined || operations.from === 'metric' || stop.aborted
      ? undefined
      : countRound(operations, output)
  const rest = stop.aborted ? Math.min(budget / 3, plan.settle) : plan.settle * 2
  await Promise.all(sessions.map((session) => session.rest({ most: rest, poll: plan.poll }, signal)))
  for (const session of sessions) {
    if (operations?.from === 'metric' || counted !== undefined) await session.count(slice, operations, counted)
    await session.take(slice, 'single', AT_END, signal)
    const { endpoint, writer } = session
    await evidenceAtEnd(endpoint, writer, plan.evidence, signal, (text) => progress.note(text))
  }
}
