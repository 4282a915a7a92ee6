import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { startOneLoad, takeLast } from './one-load.ts'
import { countRound } from './operations.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Marks, Session } from './session.ts'
import { SLICE } from './snapshot.ts'

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
  const load = startOneLoad(plan, sessions, progress, stop)
  const slices = await untilTheEnd(plan, sessions, before, load.over)
  const { output, failure } = await load.end()
  const { operations } = plan
  const counted =
    operations === undefined || operations.from === 'metric' || stop.aborted
      ? undefined
      : countRound(operations, output)
  const count = async (session: Session): Promise<void> => {
    if (operations?.from === 'metric' || counted !== undefined) await session.count(slices + 1, operations, counted)
  }
  await takeLast(plan, sessions, { round: slices + 1, phase: 'single', count }, progress, stop, budget)
  for (const { writer } of sessions) writer.addDoubt({ kind: 'sliced', slices: slices + 1 })
  if (failure === undefined) return undefined
  for (const { writer } of sessions) writer.addDoubt({ kind: 'load-failed', round: slices + 1, status: failure })
  return new UserError(`the load failed: ${failure}`, { where: 'run', hint: 'What was recorded until then is kept.' })
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
