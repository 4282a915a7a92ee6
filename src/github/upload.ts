import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Env, RunContext } from './context.ts'
import { hasArtifacts } from './context.ts'

export interface Uploaded {
  readonly id: number
}

export interface UploadOptions {
  /** Upload the one file as it is, so that it opens in the browser. */
  readonly plain?: boolean
  readonly days?: number
}

/** Uploads files as an artifact of this run. Needs no permission: the runner has its own token for it. */
export async function uploadArtifact(
  env: Env,
  context: RunContext,
  name: string,
  files: ReadonlyMap<string, Buffer>,
  { plain = false, days }: UploadOptions = {},
): Promise<Uploaded> {
  const where = `artifact ${name}`
  if (!hasArtifacts(context)) {
    throw new UserError(`${context.server} has no artifact service of this kind`, {
      where,
      hint: 'On GitHub Enterprise Server keep baselines in a branch: baseline-store: branch.',
    })
  }
  const folder = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'leakgate-upload-'))
  try {
    const paths = [...files].map(([path, bytes]) => write(folder, path, bytes))
    // Loaded when it is needed: the client is larger than all the rest, and judging must not depend on it.
    const { DefaultArtifactClient } = await import('@actions/artifact')
    const options = { ...(plain ? { skipArchive: true } : {}), ...(days === undefined ? {} : { retentionDays: days }) }
    const { id } = await new DefaultArtifactClient().uploadArtifact(name, paths, folder, options)
    if (id === undefined) throw new UserError('the upload was not confirmed', { where })
    return { id }
  } catch (error) {
    throw error instanceof UserError ? error : refused(where, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(folder: string, path: string, bytes: Buffer): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
  return file
}

/** Whatever the client throws is the service's doing; its errors have no common class. */
function refused(where: string, error: unknown): UserError {
  const message = messageOf(error)
  const taken = /\b409\b|already exists/i.test(message)
  return new UserError(taken ? 'another job of this run has uploaded the same' : `cannot be uploaded: ${message}`, {
    where,
    cause: error,
    ...(taken ? { hint: 'Give each job its own key, e.g. key: api.' } : {}),
  })
}

/** The store of the bytes may refuse them without a word; its client's error then has nothing but the status. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, statusCode } = error as Error & { readonly statusCode?: number }
  return message.trim() === '' && statusCode !== undefined ? `the store answered ${statusCode}` : message
}
