import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { Endpoint } from './endpoint.ts'
import { FetchTrouble } from './fetch.ts'
import type { RecordPlan } from './plan.ts'
import type { StartedService } from './service.ts'

/** A service that listens but answers with something else may still be starting; for so long. */
const WRONG_ANSWER_PATIENCE = 5000

/** Endpoints of all targets, once each has answered with a profile. */
export async function connect(
  { targets, headers, patience }: Pick<RecordPlan, 'targets' | 'headers' | 'patience'>,
  service: StartedService | undefined,
  signal: AbortSignal,
): Promise<Endpoint[]> {
  const endpoints = targets.map((target) => new Endpoint(target, headers))
  const end = Date.now() + patience
  for (const endpoint of endpoints) await untilItAnswers(endpoint, end, service, signal)
  return endpoints
}

async function untilItAnswers(
  endpoint: Endpoint,
  end: number,
  service: StartedService | undefined,
  signal: AbortSignal,
): Promise<void> {
  const wrongAnswerEnd = Math.min(end, Date.now() + WRONG_ANSWER_PATIENCE)
  let last: FetchTrouble | undefined
  for (let wait = 50; ; wait = Math.min(wait * 2, 500)) {
    service?.expectRunning()
    try {
      await endpoint.find(signal)
      return
    } catch (error) {
      if (!(error instanceof FetchTrouble)) throw error
      const patient = Date.now() < (error.reason === 'gone' || error.reason === 'timeout' ? end : wrongAnswerEnd)
      // That the recording was stopped meanwhile says nothing about the service.
      if (error.reason !== 'stopped') last = error
      if (!patient || signal.aborted) throw notServed(endpoint, last ?? error)
    }
    await sleep(wait, undefined, { signal }).catch(() => undefined)
  }
}

function notServed(endpoint: Endpoint, { message, reason, status }: FetchTrouble): UserError {
  return new UserError(`no profiles: ${message}`, {
    where: `target ${endpoint.place()}`,
    hint:
      status === 401 || status === 403
        ? 'Give the credentials in a header (headers, --header): Authorization: Bearer …; or in the URL: http://user:password@host'
        : reason === 'gone' || reason === 'timeout'
          ? 'Start the service before it is recorded, or let leakgate start it (start:); check host and port.'
          : 'The service must import _ "net/http/pprof" (or mount its handlers) and serve it there; a path goes into the URL.',
  })
}

/** Before a service is started: what answers already would be recorded in its place. */
export async function expectNothingAnswers({
  targets,
  headers,
}: Pick<RecordPlan, 'targets' | 'headers'>): Promise<void> {
  for (const target of targets) {
    const endpoint = new Endpoint(target, headers)
    const answers = await endpoint.countGoroutines({ timeout: 1000 }).then(
      () => true,
      (error: FetchTrouble) => error.reason === 'status' || error.reason === 'broken',
    )
    if (!answers) continue
    throw new UserError('something answers there before the service is started', {
      where: `target ${endpoint.place()}`,
      hint: 'Stop it, or leave start: out to record what runs already.',
    })
  }
}
