import { FormatError, UserError } from '../../src/errors.ts'
import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import { TARGETS, type Target } from './targets.ts'

/** No case may take more processor time. */
const MOST_MILLISECONDS = 5000
/** What the process may hold when a case is over; seeds are a few kilobytes. */
const MOST_BYTES = 1024 ** 3

export interface Failure {
  readonly case: number
  readonly target: string
  readonly error: unknown
  readonly input: string
}

export interface Outcome {
  accepted: number
  refused: number
  /** Of the slowest case. */
  milliseconds: number
  readonly failures: Failure[]
}

const CHOICES = TARGETS.flatMap((target) => Array.from<Target>({ length: Math.ceil(target.weight * 20) }).fill(target))

/** Runs cases `from` to `to`; a case depends on its number alone, so that one can be run again. */
export function fuzz(from: number, to: number): Outcome {
  const outcome: Outcome = { accepted: 0, refused: 0, milliseconds: 0, failures: [] }
  for (let number = from; number < to; number++) {
    const random = new Random(number * 2 + 1)
    const target = random.pick(CHOICES)
    const damage = target.damage ?? mutate
    const bytes = damage(random.pick(target.seeds), random.pick(target.seeds), random)
    // Of this thread: what else the machine does is no fault of the input.
    const before = process.threadCpuUsage()
    const error = attempt(target, bytes)
    const { user, system } = process.threadCpuUsage(before)
    const took = (user + system) / 1000
    outcome.milliseconds = Math.max(outcome.milliseconds, took)
    if (error === undefined) outcome.accepted++
    else if (isRefusal(error)) outcome.refused++
    const wrong =
      error !== undefined && !isRefusal(error)
        ? error
        : took > MOST_MILLISECONDS
          ? `took ${took} ms`
          : number % 512 === 0 && process.memoryUsage.rss() > MOST_BYTES
            ? `${process.memoryUsage.rss()} bytes of memory`
            : undefined
    if (wrong === undefined) continue
    const input = Buffer.from(bytes).toString('base64').slice(0, 2000)
    outcome.failures.push({ case: number, target: target.name, error: wrong, input })
  }
  return outcome
}

function attempt(target: Target, bytes: Uint8Array): unknown {
  try {
    target.read(bytes)
    return undefined
  } catch (error) {
    return error ?? 'undefined was thrown'
  }
}

/** An error for the user that says where: of a damaged file the byte or line too. */
function isRefusal(error: unknown): boolean {
  if (error instanceof FormatError) return /: (byte|line) \d+$/.test(error.where ?? '')
  return error instanceof UserError && error.where !== undefined
}
