import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** In an artifact the recordings are below this folder, each input of the step a numbered folder of its own. */
export const RECORDINGS = 'recordings'
/** Beside it is one of these: the facts about a baseline, or the report of the run that was judged. */
const MARKS: readonly string[] = ['baseline.json', 'report.json']
/** What leakgate writes about recordings, and differences of profiles: none of it was measured. */
const WRITTEN =
  /^(?:(?:report|baseline|part|recording)\.json|report\.(?:md|html)|leak-report-.*\.html)$|^(?:.*[.-])?diff\.pb\.gz$/

/** Whether a file beside loose profiles is of our own making, by its name alone. */
export function isWritten(name: string): boolean {
  return WRITTEN.test(name)
}

/**
 * The paths to read in an artifact of leakgate that was downloaded and unpacked, each as the step that uploaded it had
 * read it; undefined for any other folder. Both the artifact's folder and the one with the recordings in it are known.
 */
export function artifactPaths(path: string): string[] | undefined {
  const inside = basename(path) === RECORDINGS
  const root = inside ? join(path, '..') : path
  const found = join(root, RECORDINGS)
  const isOne = MARKS.some((mark) => lstatSync(join(root, mark), { throwIfNoEntry: false })?.isFile() === true)
  if (!isOne || lstatSync(found, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  const numbered = entries(found).filter((entry) => entry.isDirectory() && /^\d{1,4}$/.test(entry.name))
  return numbered
    .sort((a, b) => Number(a.name) - Number(b.name))
    .flatMap(({ name }) => entries(join(found, name)).map((entry) => join(found, name, entry.name)))
}

function entries(folder: string): Dirent[] {
  const found = readdirSync(folder, { withFileTypes: true })
  // Links are not followed: an artifact cannot name what is outside of it.
  return found.filter((one) => one.isFile() || one.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))
}
