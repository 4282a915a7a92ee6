import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import type { Checkout } from '../policy/checkout.ts'
import { pathBelow } from './paths.ts'

const MAX_SOURCE = 4 * 1024 * 1024
const MAX_DEPTH = 5
const SKIPPED = new Set(['node_modules', 'vendor', 'testdata', 'dist'])

interface Module {
  readonly path: string
  /** Folder inside the checkout, '' for its root. */
  readonly folder: string
}

/**
 * The Go code in a folder: whose modules are there, which file a profile means, what a line says. Paths are given as
 * seen from `workspace`, the repository's root, where the folder is inside of it; else as seen from the folder.
 */
export function openCheckout(
  root: string,
  workspace = root,
  changedLines?: ReadonlyMap<string, ReadonlySet<number>>,
): Checkout {
  const below = pathBelow(workspace, root) ?? ''
  const prefix = below === '' ? '' : `${below}/`
  const modules = findModules(root)
  const own = ownModules(modules)
  const located = new Map<string, string | undefined>()
  const files = new Map<string, readonly string[] | undefined>()
  const locate = (file: string): string | undefined => {
    if (!located.has(file)) {
      const found = locateFile(root, modules, file)
      located.set(file, found === undefined ? undefined : prefix + found)
    }
    return located.get(file)
  }
  const lines = (path: string): readonly string[] | undefined => {
    if (!files.has(path)) files.set(path, readLines(root, path.slice(prefix.length)))
    return files.get(path)
  }
  return {
    modules: own.map((module) => module.path),
    locate,
    line: (path, line) => lines(path)?.[line - 1]?.trimEnd(),
    changed: (path, line) => (changedLines === undefined ? undefined : (changedLines.get(path)?.has(line) ?? false)),
  }
}

function findModules(root: string): Module[] {
  const modules: Module[] = []
  const visit = (folder: string, depth: number): void => {
    const absolute = join(root, folder)
    const text = readText(join(absolute, 'go.mod'))
    const path = text === undefined ? undefined : /^module\s+"?([^\s"]+)/m.exec(text)?.[1]
    if (path !== undefined) modules.push({ path, folder })
    if (depth === MAX_DEPTH) return
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) {
        visit(posix.join(folder, entry.name), depth + 1)
      }
    }
  }
  if (existsSync(root)) visit('', 0)
  return modules
}

/**
 * The user's own modules: the outermost ones, and those below that share their owner (`github.com/acme`). A copy of a
 * dependency that is merely kept in the repository stays a dependency.
 */
function ownModules(modules: readonly Module[]): Module[] {
  const outer = modules.filter(
    (module) => !modules.some((other) => other !== module && isBelow(module.folder, other.folder)),
  )
  const owners = new Set(outer.map((module) => ownerOf(module.path)))
  return modules.filter((module) => outer.includes(module) || owners.has(ownerOf(module.path)))
}

function isBelow(folder: string, parent: string): boolean {
  return parent === '' ? folder !== '' : folder.startsWith(`${parent}/`)
}

function ownerOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('github.com/') ? 2 : 1)
    .join('/')
}

/**
 * The path inside the checkout: from the module path (built with -trimpath) or the longest tail of an absolute path
 * that is there. Files of the module cache and of Go itself are not looked for.
 */
function locateFile(root: string, modules: readonly Module[], file: string): string | undefined {
  const plain = file.replaceAll('\\', '/')
  if (plain === '' || /\/pkg\/mod\/|@v\d/.test(plain)) return undefined
  for (const module of modules) {
    if (!plain.startsWith(`${module.path}/`)) continue
    const path = posix.join(module.folder, plain.slice(module.path.length + 1))
    if (isInside(root, path)) return path
  }
  if (!plain.startsWith('/') && !/^[A-Za-z]:/.test(plain)) return undefined
  const direct = pathBelow(root, file)
  if (direct !== undefined && isInside(root, direct)) return direct
  const parts = plain.split('/').filter((part) => part !== '')
  for (let from = 1; from < parts.length - 1; from++) {
    const path = parts.slice(from).join('/')
    if (isInside(root, path)) return path
  }
  return undefined
}

/** A Go source file below the root, links resolved: profile data must not lead out of the checkout. */
function isInside(root: string, path: string): boolean {
  if (!path.endsWith('.go') || path.startsWith('..') || path.includes('\0')) return false
  const file = join(root, path)
  if (!existsSync(file) || !statSync(file).isFile()) return false
  const [real, realRoot] = [realpathSync(file), realpathSync(root)]
  return real.startsWith(realRoot + sep) && dirname(real).length >= realRoot.length
}

function readLines(root: string, path: string): readonly string[] | undefined {
  const text = readText(join(root, path))
  // Whatever it is called, what holds zero bytes is no source.
  return text === undefined || text.includes('\0') ? undefined : text.split(/\r?\n/)
}

function readText(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile() || stat.size > MAX_SOURCE) return undefined
  return readFileSync(file, 'utf8')
}
