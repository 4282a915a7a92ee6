import { UserError } from '../../errors.ts'
import { type Command, type Ended, runCommand } from './command.ts'
import { evidenceAtEnd, evidenceUnderLoad } from './evidence.ts'
import { countRound } from './operations.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import { sampleWhile } from './sampler.ts'
import type { Session } from './session.ts'
import { AT_END, AT_REST } from './snapshot.ts'

/**
 * The protocol that tells growth from noise: equal rounds of load, each followed by rest, two collections and a
 * snapshot. Returns what made it end early, which fails the step; what was recorded by then is written.
 */
export async function recordRounds(
  plan: RecordPlan & { readonly load: Command },
  sessions: readonly Session[],
  progress: Progress,
  signal: AbortSignal,
): Promise<UserError | undefined> {
  for (const session of sessions) {
    await session.beginCount(plan.operations)
    await session.calibrate(signal)
  }
  for (let round = 1; round <= plan.rounds && !signal.aborted; round++) {
    const ended = await loadedRound(plan, sessions, round, progress, signal)
    if (signal.aborted) return undefined
    const failure = await afterLoad(plan, sessions, round, ended)
    const last = round === plan.rounds || failure !== undefined
    const wait = { most: plan.settle * (last ? 2 : 1), poll: plan.poll }
    await Promise.all(sessions.map((session) => session.rest(wait, signal)))
    for (const session of sessions) await session.take(round, 'rest', last ? AT_END : AT_REST, signal)
    if (last) {
      for (const { endpoint, writer } of sessions) {
        await evidenceAtEnd(endpoint, writer, plan.evidence, signal, (text) => progress.note(text))
      }
    }
    if (failure !== undefined) return failure
  }
  return undefined
}

/** One run of the load, with samples while it runs. */
async function loadedRound(
  plan: RecordPlan & { readonly load: Command },
  sessions: readonly Session[],
  round: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Ended> {
  const before = await Promise.all(sessions.map((session) => session.markCosts(signal)))
  const samplesBefore = sessions.map((session) => session.loadSamples)
  const loading = new AbortController()
  const sampling = sampleWhile(sessions, round, plan.interval, AbortSignal.any([signal, loading.signal]))
  const measuring = round > 1 ? undefined : evidenceOf(plan, sessions, progress, signal)
  progress.loadBegins(round, plan.rounds)
  const ended = await runCommand(plan.load, {
    environment: { LEAKGATE_ROUND: String(round), LEAKGATE_ROUNDS: String(plan.rounds) },
    onOutput: (chunk, stream) => progress.output(chunk, stream),
    signal,
  })
  progress.loadEnds()
  loading.abort()
  await Promise.all([sampling, measuring])
  const after = await Promise.all(sessions.map((session) => session.mark(signal)))
  if (measuring === undefined) {
    for (const [i, session] of sessions.entries()) {
      session.checkLoad(round, before[i]!, after[i], session.loadSamples - samplesBefore[i]!)
    }
  }
  return ended
}

/** CPU profile and trace, in the first round: it is warm-up and not judged. */
function evidenceOf(
  plan: RecordPlan,
  sessions: readonly Session[],
  progress: Progress,
  signal: AbortSignal,
): Promise<unknown> | undefined {
  if (!plan.evidence.some((kind) => kind === 'cpu' || kind === 'trace')) return undefined
  const note = (text: string): void => progress.note(text)
  return Promise.all(
    sessions.map(({ endpoint, writer }) => evidenceUnderLoad(endpoint, writer, plan.evidence, signal, note)),
  )
}

/** Counts the round's operations; a load that failed, or whose operations cannot be counted, is a failure. */
async function afterLoad(
  plan: RecordPlan,
  sessions: readonly Session[],
  round: number,
  { failure, output }: Ended,
): Promise<UserError | undefined> {
  if (failure !== undefined) {
    for (const { writer } of sessions) writer.addDoubt({ kind: 'load-failed', round, status: failure })
    return new UserError(`the load failed in round ${round}: ${failure}`, {
      where: 'run',
      hint: 'What was recorded until then is kept.',
    })
  }
  const { operations } = plan
  try {
    const counted =
      operations === undefined || operations.from === 'metric' ? undefined : countRound(operations, output)
    for (const session of sessions) await session.count(round, operations, counted)
    return undefined
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}
