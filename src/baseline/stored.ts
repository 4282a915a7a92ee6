import { RECORDINGS } from '../collect/artifact.ts'
import { MANIFEST } from '../collect/manifest.ts'
import type { HistoryPoint } from '../diff/history.ts'
import { UserError } from '../errors.ts'
import type { Fault } from './fault.ts'
import { readHistory } from './history.ts'
import { commitOf, naturalOf, objectOf, textOf, timeOf } from './json.ts'
import { unzip } from './unzip.ts'
import { zip } from './zip.ts'

/** A recording kept to compare with later, and what was thought of it. */
export interface Baseline {
  readonly facts: BaselineFacts
  /** By path: `recordings/0/api/recording.json`. */
  readonly files: ReadonlyMap<string, Buffer>
}

export interface BaselineFacts {
  readonly commit: string
  readonly branch: string
  /** Tells baselines of one repository apart: job and matrix leg. */
  readonly key: string
  /** ISO 8601 */
  readonly recordedAt: string
  readonly runId: number
  readonly runAttempt: number
  /** `unjudged` when judging it went wrong. */
  readonly verdict: string
  /** Version of leakgate. */
  readonly version: string
  /** Of the branch up to this recording, oldest first. */
  readonly history: readonly HistoryPoint[]
}

export const BASELINE_SCHEMA = 'leakgate/baseline@1'
export const BASELINE_FILE = 'baseline.json'
/** Ten services, twenty rounds, ten profiles each, and room. */
export const LIMITS = { entries: 5_000, bytes: 256 * 1024 * 1024 } as const
const MOST_FACTS = 4 * 1024 * 1024

/** All files to store, the facts among them. */
export function filesOf({ facts, files }: Baseline): Map<string, Buffer> {
  const json = Buffer.from(`${JSON.stringify({ schema: BASELINE_SCHEMA, ...facts }, null, 1)}\n`)
  return new Map([[BASELINE_FILE, json], ...files])
}

export function packBaseline(baseline: Baseline): Buffer {
  return zip(filesOf(baseline))
}

/** Reads what a store gave back. Nothing is believed: a fault is told, a bug is thrown. */
export function unpackBaseline(source: string, archive: Buffer, wanted: { commit: string; key: string }) {
  try {
    return checked(readBaseline(source, unzip(source, archive, LIMITS)), wanted)
  } catch (error) {
    if (error instanceof UserError) return { kind: 'content', message: error.message } as const
    throw error
  }
}

/** From the files themselves. */
export function readBaseline(source: string, found: ReadonlyMap<string, Buffer>): Baseline {
  const json = found.get(BASELINE_FILE)
  if (json === undefined) throw new UserError(`no ${BASELINE_FILE} in it`, { where: source })
  if (json.length > MOST_FACTS) throw new UserError(`${BASELINE_FILE} is too large`, { where: source })
  const files = new Map([...found].filter(([path]) => path.startsWith(`${RECORDINGS}/`)))
  if (files.size === 0) throw new UserError('no recording in it', { where: source })
  return { facts: readFacts(source, parseJson(source, json.toString('utf8'))), files }
}

function readFacts(source: string, value: unknown): BaselineFacts {
  const root = objectOf(value)
  if (root.schema !== BASELINE_SCHEMA) {
    const found = JSON.stringify(root.schema)?.slice(0, 60) ?? 'nothing'
    throw new UserError(`expected schema ${BASELINE_SCHEMA}, found ${found}`, { where: source })
  }
  const need = <T>(name: string, found: T | undefined): T => {
    if (found === undefined) throw new UserError(`${name} is missing or wrong`, { where: source })
    return found
  }
  const recordedAt = need('recordedAt', textOf(root.recordedAt))
  need('recordedAt', timeOf(recordedAt))
  return {
    commit: need('commit', commitOf(root.commit)),
    branch: need('branch', textOf(root.branch)).slice(0, 300),
    key: need('key', textOf(root.key)),
    recordedAt,
    runId: need('runId', naturalOf(root.runId)),
    runAttempt: need('runAttempt', naturalOf(root.runAttempt)),
    verdict: need('verdict', textOf(root.verdict)).slice(0, 20),
    version: need('version', textOf(root.version)).slice(0, 40),
    history: readHistory(source, root.history),
  }
}

/** The archive must hold what its name and its run say, and whole recordings. */
function checked(baseline: Baseline, wanted: { commit: string; key: string }): Baseline | Fault {
  const { commit, key } = baseline.facts
  if (commit !== wanted.commit) return { kind: 'commit', found: commit }
  if (key !== wanted.key) return { kind: 'content', message: `it holds another baseline, ${JSON.stringify(key)}` }
  return isInterrupted(baseline.files) ? { kind: 'unfinished' } : baseline
}

/** The recorder writes its last word when it ends. */
export function isInterrupted(files: ReadonlyMap<string, Buffer>): boolean {
  return [...files].some(([path, bytes]) => {
    if (!path.endsWith(`/${MANIFEST}`)) return false
    return objectOf(parseJson(path, bytes.toString('utf8'))).state === 'recording'
  })
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError('holds broken JSON', { where: source, cause: error })
  }
}
