import { existsSync, globSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { RECORDINGS } from '../collect/artifact.ts'
import { isPlainPath } from '../collect/manifest.ts'
import { UserError } from '../errors.ts'
import { LIMITS } from './stored.ts'

const MOST_FILE = 128 * 1024 * 1024
const MAX_DEPTH = 6

/**
 * The files behind the input `profiles`, by the path they are stored under: each pattern a folder of its own, so that
 * services get the same names when they are read back.
 */
export function collectFiles(patterns: readonly string[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  let size = 0
  const add = (path: string, file: string): void => {
    const stat = lstatSync(file)
    if (!stat.isFile() || stat.size > MOST_FILE) return
    size += stat.size
    if (size > LIMITS.bytes || files.size >= LIMITS.entries - 1) {
      const most = `${LIMITS.entries} files and ${LIMITS.bytes / 1024 / 1024} MiB`
      throw new UserError(`more than ${most} are too much for a baseline`, { where: file })
    }
    files.set(path, readFileSync(file))
  }
  patterns.forEach((pattern, i) => {
    const root = `${RECORDINGS}/${i}`
    if (!existsSync(pattern)) {
      for (const file of globSync(pattern).sort()) {
        add([root, plain(basename(dirname(resolve(file)))), plain(basename(file))].join('/'), file)
      }
    } else if (lstatSync(pattern).isFile()) add(`${root}/${plain(basename(pattern))}`, pattern)
    else addFolder(`${root}/${plain(basename(resolve(pattern)))}`, pattern, add)
  })
  return files
}

/** Of a recording what belongs to it; of a folder of loose profiles all that is below. */
function addFolder(root: string, folder: string, add: (path: string, file: string) => void, depth = 0): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const [path, file] = [`${root}/${plain(entry.name)}`, join(folder, entry.name)]
    if (entry.isFile()) add(path, file)
    else if (entry.isDirectory() && depth < MAX_DEPTH) addFolder(path, file, add, depth + 1)
  }
}

function plain(name: string): string {
  return name.replace(/[^\w.-]/g, '_').replace(/^[.-]/, '_')
}

/** Writes the recordings into an empty folder; returns the paths to read them at, one for each pattern stored. */
export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): string[] {
  const roots = new Set<string>()
  for (const [path, bytes] of files) {
    // Checked when it was unpacked; a store of another kind must not be the hole.
    if (!isPlainPath(path)) throw new UserError(`${JSON.stringify(path)} is no path of a recording`, { where: folder })
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    roots.add(path.split('/').slice(0, 3).join('/'))
  }
  return [...roots].sort().map((root) => join(folder, root))
}
