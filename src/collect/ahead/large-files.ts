import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { lstatOrUndefined } from '../file.ts'

/** In bytes, as they are on disk. */
const LARGE = 256 * 1024
const WORTHWHILE = 2 * 1024 * 1024
const MAX_DEPTH = 6
const MOST = 2000

/** The large files at and below the paths, in about the order in which they are read; none where they are few. */
export function largeFiles(paths: readonly string[]): string[] {
  const files = new Set<string>()
  let bytes = 0
  const visit = (path: string, depth: number): void => {
    const stat = lstatOrUndefined(path)
    if (stat?.isDirectory() && depth < MAX_DEPTH) {
      for (const name of readdirSync(path).sort()) visit(join(path, name), depth + 1)
    } else if (stat?.isFile() && stat.size >= LARGE && files.size < MOST && !files.has(path)) {
      files.add(path)
      bytes += stat.size
    }
  }
  for (const path of paths) visit(path, 0)
  return bytes < WORTHWHILE ? [] : [...files]
}
