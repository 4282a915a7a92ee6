import { formatUserError, UserError } from '../../errors.ts'
import { type SamplerOrder, toldToStop, writeState } from './background.ts'
import { LogProgress } from './log-progress.ts'
import { record } from './record.ts'
import { planOf } from './settings.ts'

/** A sampler that is told to stop has this long for its last snapshot. */
const BUDGET = 60_000

/** The detached process: reads its order from standard input, records until told to stop, leaves word in files. */
export async function runSampler(input: AsyncIterable<Buffer>): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(chunk)
  const order = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SamplerOrder
  const stop = new AbortController()
  const watch = setInterval(() => {
    if (toldToStop(order)) stop.abort('stopped')
  }, 200)
  // The runner ends what is left of a job this way.
  process.once('SIGTERM', () => stop.abort('stopped'))
  let ready = false
  try {
    const plan = planOf(order.settings, (setting) => `input ${setting}`)
    const { failure } = await record(plan, {
      progress: new LogProgress(),
      stop: stop.signal,
      budget: BUDGET,
      onReady: (mark) => {
        ready = true
        writeState(order.home, { state: 'ready', mark })
      },
    })
    writeState(order.home, { state: 'done', failure: failure === undefined ? undefined : formatUserError(failure) })
  } catch (error) {
    const message = error instanceof UserError ? formatUserError(error) : `${(error as Error).stack ?? error}`
    writeState(order.home, ready ? { state: 'done', failure: message } : { state: 'failed', message })
  } finally {
    clearInterval(watch)
  }
}
