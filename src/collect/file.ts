import { lstatSync, readFileSync, type Stats } from 'node:fs'
import { UserError } from '../errors.ts'

/** A file on disk may be this large; what it inflates to is bounded apart. */
const MAX_FILE = 128 * 1024 * 1024

/** Reads a regular file; links are not followed, so that a recording cannot name what is outside of it. */
export function readBounded(path: string): Buffer {
  const stat = lstatOrUndefined(path)
  if (stat === undefined) throw new UserError('the file is missing', { where: path })
  if (!stat.isFile()) throw new UserError('not a regular file', { where: path })
  if (stat.size > MAX_FILE) throw new UserError(`larger than ${MAX_FILE / 1024 / 1024} MiB`, { where: path })
  return readFileSync(path)
}

export function lstatOrUndefined(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
