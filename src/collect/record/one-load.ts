import { type Ended, runCommand } from './command.ts'
import { evidenceAtEnd, evidenceUnderLoad } from './evidence.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Session } from './session.ts'
import { AT_END } from './snapshot.ts'

/** A load that runs once, and what is measured of it as a whole. Without a load of ours, the time until the stop. */
export interface OneLoad {
  /** Aborted when the load has ended by itself, or recording is told to stop. */
  readonly over: AbortSignal
  /** Ends what still runs. A load that is ended so did not fail. */
  end(): Promise<{ readonly output: string; readonly failure: string | undefined }>
}

export function startOneLoad(
  plan: RecordPlan,
  sessions: readonly Session[],
  progress: Progress,
  stop: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): OneLoad {
  const ending = new AbortController()
  const ended = new AbortController()
  const running = run(plan, progress, AbortSignal.any([stop, ending.signal]), environment)?.finally(() => ended.abort())
  const over = AbortSignal.any([stop, ended.signal])
  const note = (text: string): void => progress.note(text)
  const measuring = sessions.map(({ endpoint, writer }) =>
    evidenceUnderLoad(endpoint, writer, plan.evidence, over, note),
  )
  return {
    over,
    async end() {
      await Promise.all(measuring)
      const byItself = ended.signal.aborted
      ending.abort()
      const result = await running
      return { output: result?.output ?? '', failure: byItself ? result?.failure : undefined }
    },
  }
}

function run(
  plan: RecordPlan,
  progress: Progress,
  signal: AbortSignal,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> | undefined {
  if (plan.load === undefined) return undefined
  progress.loadBegins(1, 1)
  return runCommand(plan.load, {
    environment: { LEAKGATE_ROUND: '1', LEAKGATE_ROUNDS: '1', ...environment },
    onOutput: (chunk, stream) => progress.output(chunk, stream),
    signal,
  }).finally(() => progress.loadEnds())
}

export interface LastSnapshot {
  readonly round: number
  readonly phase: 'rest' | 'single'
  /** Counts what was done until then. */
  count(session: Session): Promise<void>
}

/** After the load, or after the word to stop, in the time that is left: everything that can be had. */
export async function takeLast(
  plan: RecordPlan,
  sessions: readonly Session[],
  { round, phase, count }: LastSnapshot,
  progress: Progress,
  stop: AbortSignal,
  budget: number,
): Promise<void> {
  const signal = stop.aborted ? AbortSignal.timeout(budget) : stop
  const most = stop.aborted ? Math.min(budget / 3, plan.settle) : plan.settle * 2
  await Promise.all(sessions.map((session) => session.rest({ most, poll: plan.poll }, signal)))
  for (const session of sessions) {
    await count(session)
    await session.take(round, phase, AT_END, signal)
    await evidenceAtEnd(session.endpoint, session.writer, plan.evidence, signal, (text) => progress.note(text))
  }
}
