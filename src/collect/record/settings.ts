import { UserError } from '../../errors.ts'
import type { Command } from './command.ts'
import { parseCount, parseDuration } from './duration.ts'
import { parseEvidence } from './evidence.ts'
import { parseExpectations } from './expect.ts'
import { parseHeaders } from './headers.ts'
import { parseOperations } from './operations.ts'
import { DEFAULTS, type RecordPlan } from './plan.ts'
import { parseTargets } from './target.ts'

/** What users write, as text, in a workflow or on a command line. */
export interface RecordSettings {
  readonly targets: readonly string[]
  readonly headers: readonly string[]
  readonly load: Command | undefined
  readonly rounds: string
  readonly start: string
  readonly runs: string
  readonly duration: string
  readonly maxDuration: string
  readonly interval: string
  readonly operations: string
  readonly expect: readonly string[]
  readonly evidence: string
  readonly folder: string
  readonly commit: string | undefined
}

const MINUTE = 60_000
const ENDS = ['marks', 'gaps'] as const

/** Checks every word; `name` makes the name of a setting as its user knows it, e.g. `--rounds` or `input rounds`. */
export function planOf(settings: RecordSettings, name: (setting: string) => string): RecordPlan {
  const { load } = settings
  const interval = parseDuration(name('interval'), settings.interval)
  const ends = ENDS.find((word) => word === settings.rounds.trim())
  const plan: RecordPlan = {
    targets: parseTargets(name('targets'), settings.targets),
    headers: parseHeaders(name('headers'), settings.headers),
    folder: settings.folder,
    load,
    rounds:
      (ends === undefined
        ? parseCount(name('rounds'), settings.rounds, 1, 1000, 'Or a word: marks, gaps.')
        : undefined) ?? DEFAULTS.rounds,
    ends,
    duration: parseDuration(name('duration'), settings.duration),
    start: settings.start.trim() === '' ? undefined : settings.start,
    runs: parseCount(name('runs'), settings.runs, 1, 20) ?? DEFAULTS.runs,
    operations: parseOperations(name('operations'), settings.operations),
    expect: parseExpectations(name('expect'), settings.expect),
    evidence: parseEvidence(name('evidence'), settings.evidence),
    interval: interval ?? DEFAULTS.interval,
    slice: interval ?? DEFAULTS.slice,
    patience: DEFAULTS.patience * (settings.start.trim() === '' ? 1 : 2),
    settle: DEFAULTS.settle,
    poll: DEFAULTS.poll,
    maxDuration: parseDuration(name('max-duration'), settings.maxDuration) ?? DEFAULTS.maxDuration,
    commit: settings.commit,
  }
  if (plan.runs > 1 && plan.start === undefined) {
    throw new UserError(`${plan.runs} runs need a fresh process each`, {
      where: name('runs'),
      hint: `Let leakgate start the service: ${name('start')}`,
    })
  }
  if (plan.duration !== undefined && plan.ends !== undefined) {
    throw new UserError(`slices of time and ${plan.ends} exclude each other`, {
      where: name('duration'),
      hint: `Use ${name('max-duration')} to end a load that runs too long.`,
    })
  }
  if (plan.ends !== undefined && (plan.operations?.from === 'file' || plan.operations?.from === 'output')) {
    throw new UserError('what the load prints or writes is told when it ends, not round by round', {
      where: name('operations'),
      hint: 'Give the number of a round, a Prometheus counter (metric:NAME), or ask for "$LEAKGATE_MARK?operations=N".',
    })
  }
  if (plan.duration !== undefined && plan.duration / plan.rounds < 100) {
    throw new UserError('slices of less than 0.1 s cannot be recorded', { where: name('duration') })
  }
  if (plan.maxDuration > 24 * 60 * MINUTE) {
    throw new UserError('more than 24 hours', { where: name('max-duration') })
  }
  return plan
}
