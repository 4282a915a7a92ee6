import { UserError } from '../../errors.ts'
import { formatValue } from '../../profile/unit.ts'
import { Gaps } from './gaps.ts'
import { MARK_VARIABLE, type Marks } from './marks.ts'
import { startOneLoad, takeLast } from './one-load.ts'
import type { RecordPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import { sampleWhile } from './sampler.ts'
import type { Marks as Allocated, Session } from './session.ts'
import { AT_REST } from './snapshot.ts'

/**
 * One load that runs once and rests between its rounds: where it says so itself (`marks`), or where nothing is done for
 * two seconds. Each end of a round is recorded at rest, which tells as much as rounds of our own do.
 */
export async function recordMarked(
  plan: RecordPlan,
  sessions: readonly Session[],
  progress: Progress,
  stop: AbortSignal,
  budget: number,
  marks: Marks | undefined,
  whenReady: () => void,
): Promise<UserError | undefined> {
  for (const session of sessions) {
    await session.beginCount(plan.operations)
    await session.calibrate(stop)
  }
  const source = marks ?? new Gaps(sessions)
  // Before the load begins: what it does first must not be missed.
  const before = await beginRound(sessions, source, stop)
  whenReady()
  const environment = marks === undefined ? {} : { [MARK_VARIABLE]: marks.url }
  const load = startOneLoad(plan, sessions, progress, stop, environment)
  const rounds = await untilTheEnd(plan, sessions, source, before, load.over)
  const ended = await load.end()
  // What came after the last mark is no round: kept, not judged. After the last gap there may be one.
  const unfinishedRound = source instanceof Gaps && source.busy
  const count = async (session: Session): Promise<void> => {
    if (unfinishedRound) await countOf(plan, session, rounds + 1, undefined)
  }
  const last = { round: rounds + 1, phase: unfinishedRound ? 'rest' : 'single', count } as const
  await takeLast(plan, sessions, last, progress, stop, budget)
  const failure = stop.aborted ? undefined : ended.failure
  if (failure !== undefined) {
    for (const { writer } of sessions) writer.addDoubt({ kind: 'load-failed', round: rounds + 1, status: failure })
    return new UserError(`the load failed after ${rounds} rounds: ${failure}`, {
      where: 'run',
      hint: 'What was recorded until then is kept.',
    })
  }
  if (rounds > 0 || unfinishedRound) return undefined
  return new UserError(marks === undefined ? 'the load never paused' : 'the load ended without a mark', {
    where: 'rounds',
    hint:
      marks === undefined
        ? 'Let it do nothing for five seconds after each round, or mark them: rounds: marks.'
        : `Let it ask for $${MARK_VARIABLE} at the end of each round: curl -fsS "$${MARK_VARIABLE}"`,
  })
}

/** Marks where a round begins, for each service. */
async function beginRound(
  sessions: readonly Session[],
  source: Marks | Gaps,
  signal: AbortSignal,
): Promise<readonly Marked[]> {
  const marked: Marked[] = []
  for (const session of sessions) marked.push({ ...(await session.markCosts(signal)), samples: session.loadSamples })
  if (source instanceof Gaps) await source.begin(signal)
  return marked
}

type Marked = Allocated & { readonly samples: number }

/** Records at rest at the end of each round; returns how many there were. */
async function untilTheEnd(
  plan: RecordPlan,
  sessions: readonly Session[],
  source: Marks | Gaps,
  begun: readonly Marked[],
  signal: AbortSignal,
): Promise<number> {
  let before = begun
  for (let round = 1; ; round++) {
    const roundEnded = new AbortController()
    const sampling = sampleWhile(sessions, round, plan.interval, AbortSignal.any([signal, roundEnded.signal]))
    const end = await source.next(signal)
    roundEnded.abort()
    await sampling
    const mark = typeof end === 'object' ? end : undefined
    if (end === undefined || end === false || signal.aborted) {
      mark?.answer(503, 'The recording has ended.')
      return round - 1
    }
    const after = await Promise.all(sessions.map((session) => session.mark(signal)))
    for (const [i, session] of sessions.entries()) {
      session.checkLoad(round, before[i]!, after[i], session.loadSamples - before[i]!.samples)
    }
    try {
      const words = await recordRound(plan, sessions, round, mark?.operations, signal)
      before = await beginRound(sessions, source, signal)
      mark?.answer(200, `round ${round}: ${words}`)
    } catch (error) {
      mark?.answer(500, (error as Error).message)
      throw error
    }
  }
}

/** Waits for rest and takes the snapshot that is judged; returns what it shows. */
async function recordRound(
  plan: RecordPlan,
  sessions: readonly Session[],
  round: number,
  told: number | undefined,
  signal: AbortSignal,
): Promise<string> {
  await Promise.all(sessions.map((session) => session.rest({ most: plan.settle, poll: plan.poll }, signal)))
  const words: string[] = []
  for (const session of sessions) {
    await countOf(plan, session, round, told)
    const taken = await session.take(round, 'rest', AT_REST, signal)
    words.push(`${session.name} ${taken ? describe(session) : 'not recorded'}`)
  }
  return words.join('; ')
}

function describe({ heap, goroutines }: Session): string {
  return `${heap === undefined ? '?' : formatValue(heap, 'bytes')} live, ${goroutines ?? '?'} goroutines`
}

/** Counts a round: as its mark told, else as the plan says. What a load prints or writes counts all of it, not a round. */
async function countOf(
  { operations }: RecordPlan,
  session: Session,
  round: number,
  told: number | undefined,
): Promise<void> {
  const counted = told ?? (operations?.from === 'number' ? operations.perRound : undefined)
  if (operations?.from === 'metric' || counted !== undefined) await session.count(round, operations, counted)
}
