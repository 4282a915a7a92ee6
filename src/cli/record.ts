import { DEFAULTS } from '../collect/record/plan.ts'
import { type RecordResult, record as recordPlan } from '../collect/record/record.ts'
import { planOf } from '../collect/record/settings.ts'
import { UserError } from '../errors.ts'
import { plainText } from '../report/escape.ts'
import { readArguments } from './arguments.ts'
import { TerminalProgress } from './record-progress.ts'
import { styleOf } from './terminal.ts'

export const RECORD_HELP = `Usage: leakgate record --target NAME=URL [options] -- COMMAND [ARGS]

Runs a load against live Go services and records their profiles at rest after each round.

Options:
  --target NAME=URL      service and where it serves net/http/pprof; may be repeated
                         api=http://127.0.0.1:6060, api=unix:/run/api.sock
  --header 'NAME: VALUE' sent with every request; may be repeated
  --output DIR           where the recordings go, a folder per service (default: recordings)
  --rounds N             how often COMMAND runs (default: ${DEFAULTS.rounds}); marks: it runs once, and ends each round by
                         curl "$LEAKGATE_MARK"; gaps: it runs once, and pauses for five seconds after each round
  --run SCRIPT           lines of shell instead of COMMAND
  --start SCRIPT         starts the service, which is stopped at the end
  --runs N               the whole again in fresh processes; needs --start
  --duration TIME        one long load without rounds, cut into slices of time, e.g. 10m
  --operations SOURCE    operations of a round: 400, file:PATH, /(\\d+) requests/ in the load's output, or
                         metric:NAME{label="value"} of the service's /metrics
  --expect NAME[:KINDS]  service (and kinds of profile) that must be recorded; may be repeated
  --evidence KINDS       cpu, trace, block, mutex, threadcreate: kept beside, not judged
  --interval TIME        between samples while the load runs (default: ${DEFAULTS.interval / 1000}s)
  --max-duration TIME    ends the recording whatever still runs (default: ${DEFAULTS.maxDuration / 60_000}m)
  --commit SHA           what is recorded, for the report

Without COMMAND it records until Ctrl-C. LEAKGATE_ROUND tells COMMAND its round.
Exit code: 0 recorded · 2 nothing recorded, or the load failed
`

/** Records services while a load runs; what was recorded is kept whatever happens to the load. */
export async function record(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments('record', args, {
    target: { type: 'string', multiple: true, default: [] },
    header: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: 'recordings' },
    rounds: { type: 'string', default: '' },
    run: { type: 'string' },
    start: { type: 'string', default: '' },
    runs: { type: 'string', default: '' },
    duration: { type: 'string', default: '' },
    operations: { type: 'string', default: '' },
    expect: { type: 'string', multiple: true, default: [] },
    evidence: { type: 'string', default: '' },
    interval: { type: 'string', default: '' },
    'max-duration': { type: 'string', default: '' },
    commit: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help) {
    process.stdout.write(RECORD_HELP)
    return 0
  }
  if (values.run !== undefined && positionals.length > 0) {
    throw new UserError('--run and a command were both given', { hint: 'Give one of them.' })
  }
  const load =
    values.run !== undefined ? { script: values.run } : positionals.length > 0 ? { words: positionals } : undefined
  const { target, header, output, 'max-duration': maxDuration, commit, ...rest } = values
  const plan = planOf(
    { ...rest, targets: target, headers: header, folder: output, maxDuration, load, commit },
    (setting) => `--${{ targets: 'target', headers: 'header' }[setting] ?? setting}`,
  )
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort('stopped'))
  const style = styleOf(process.stderr, process.env, 'auto')
  const progress = new TerminalProgress(process.stderr, process.stderr.isTTY === true, style.ascii)
  const result = await recordPlan(plan, { progress, stop: stop.signal })
  summarize(result)
  if (result.failure !== undefined) throw result.failure
  return 0
}

function summarize({ services }: RecordResult): void {
  for (const { service, folder, snapshots, doubts } of services) {
    process.stderr.write(
      `${service}: ${snapshots} ${snapshots === 1 ? 'snapshot' : 'snapshots'} in ${plainText(folder)}\n`,
    )
    for (const doubt of doubts) process.stderr.write(`  warning: ${describe(doubt)}\n`)
  }
}

/** `service-died: round 3, nothing answers there`; the report has whole sentences. */
function describe({ kind, ...facts }: { readonly kind: string }): string {
  const parts = Object.entries(facts).map(([name, value]) => {
    const text = plainText(String(value))
    return typeof value === 'string' ? text : `${name} ${text}`
  })
  return parts.length === 0 ? kind : `${kind}: ${parts.join(', ')}`
}
