import { type Dirent, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../errors.ts'
import { type Folded, foldProfile } from '../profile/fold.ts'
import type { GoroutineDump } from '../profile/goroutine/dump.ts'
import type { MemStats } from '../profile/memstats/memstats.ts'
import { type Parsed, parse, parsedProfile } from '../profile/parse.ts'
import type { Recording, Snapshot } from '../profile/recording.ts'
import type { Stacks } from '../profile/stacks.ts'
import { uniteCaptures } from '../profile/unite.ts'
import type { Ahead } from './ahead/ahead.ts'
import { artifactPaths, isWritten } from './artifact.ts'
import { lstatOrUndefined, readBounded } from './file.ts'
import { MANIFEST, type ManifestSnapshot, parseManifest } from './manifest.ts'
import { pathBelow } from './paths.ts'

const MAX_DEPTH = 4
const MAX_ENTRIES = 50_000

/**
 * The recordings at a path: a folder with recording.json, a folder of such folders (one per service), loose profiles
 * (told by content, ordered by the time inside them, the service named from the folder), an artifact of leakgate as it
 * was unpacked, or a single profile.
 */
export function readRecordings(path: string, stacks: Stacks, ahead?: Ahead): Recording[] {
  const from = { stacks, ahead }
  const stat = lstatOrUndefined(path)
  if (stat === undefined) {
    throw new UserError('no such file or folder', { where: path, hint: 'Give a profile, a recording or a folder.' })
  }
  if (stat.isFile()) return [looseRecording(path, serviceOfFile(path), [path], from)]
  const inArtifact = artifactPaths(path)
  if (inArtifact !== undefined) return readArtifact(path, inArtifact, from)
  const folders = recordingFolders(path, 0)
  if (folders.length > 0) return folders.map((folder) => readRecording(folder, from))
  return looseFolders(path, from)
}

/** What a file is read into, and who may have read it already. */
interface Reading {
  readonly stacks: Stacks
  readonly ahead?: Ahead | undefined
}

function readArtifact(path: string, paths: readonly string[], { stacks, ahead }: Reading): Recording[] {
  if (paths.length === 0) throw new UserError('no recording in this artifact', { where: path })
  return paths.flatMap((one) => readRecordings(one, stacks, ahead))
}

function readRecording(folder: string, from: Reading): Recording {
  const file = join(folder, MANIFEST)
  const manifest = parseManifest(file, readBounded(file).toString('utf8'))
  return {
    service: manifest.service,
    source: folder,
    goVersion: manifest.goVersion,
    commit: manifest.commit,
    settings: manifest.settings,
    load: manifest.load,
    stacks: from.stacks,
    snapshots: manifest.snapshots.map((snapshot) => readSnapshot(folder, snapshot, from)),
    ...(manifest.doubts.length === 0 ? {} : { doubts: manifest.doubts }),
    ...again(folder, from),
  }
}

/** `runs/2`, `runs/3`, …: the same load in fresh processes. */
function again(folder: string, from: Reading): Pick<Recording, 'again'> {
  const runs = join(folder, 'runs')
  if (lstatOrUndefined(runs)?.isDirectory() !== true) return {}
  const folders = list(runs).filter((entry) => entry.isDirectory() && /^\d{1,3}$/.test(entry.name))
  const numbers = folders.map((entry) => Number(entry.name)).sort((a, b) => a - b)
  return { again: numbers.map((run) => readRecording(join(runs, String(run)), from)) }
}

function readSnapshot(folder: string, entry: ManifestSnapshot, from: Reading): Snapshot {
  const parts = gather(
    entry.files.map((path) => join(folder, path)),
    from,
  )
  return {
    ...parts.snapshot,
    round: entry.round,
    phase: entry.phase,
    time: entry.time,
    operations: entry.operations,
  }
}

/** Folders below `path` that are recordings, in name order; not below one that is. */
function recordingFolders(path: string, depth: number): string[] {
  const entries = list(path)
  if (entries.some((entry) => entry.name === MANIFEST && entry.isFile())) return [path]
  if (depth === MAX_DEPTH) return []
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => recordingFolders(join(path, entry.name), depth + 1))
}

/** Every folder with profiles is a service. */
function looseFolders(root: string, from: Reading): Recording[] {
  const recordings: Recording[] = []
  const visit = (folder: string, depth: number): void => {
    const entries = list(folder)
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !isWritten(entry.name))
    if (files.length > 0) {
      // With slashes everywhere: the baseline may have been recorded on another system.
      const service = pathBelow(root, folder) || basename(root)
      const paths = files.map((entry) => join(folder, entry.name))
      recordings.push(looseRecording(folder, service, paths, from))
    }
    if (depth === MAX_DEPTH) return
    for (const entry of entries) if (entry.isDirectory()) visit(join(folder, entry.name), depth + 1)
  }
  visit(root, 0)
  return recordings
}

/** Files as one recording, its service named from the folder. */
export function readFiles(folder: string, paths: readonly string[], stacks: Stacks): Recording {
  return looseRecording(folder, basename(folder), paths, { stacks })
}

/** Loose files hold no word about rounds: each heap or goroutine profile is a snapshot of unknown circumstances. */
function looseRecording(source: string, service: string, paths: readonly string[], from: Reading): Recording {
  const snapshots: Snapshot[] = []
  const merged = gather(paths, from)
  if (merged.repeated) for (const path of paths) snapshots.push(withHeap(gather([path], from).snapshot))
  else snapshots.push(withHeap(merged.snapshot))
  snapshots.sort((a, b) => a.time - b.time)
  return {
    service,
    source,
    goVersion: undefined,
    commit: undefined,
    settings: {},
    load: undefined,
    stacks: from.stacks,
    snapshots,
  }
}

/** `go test -memprofile` writes an allocs profile: the samples of a heap profile, taken after a collection. */
function withHeap(snapshot: Snapshot): Snapshot {
  return { ...snapshot, heap: snapshot.heap ?? snapshot.allocs }
}

/** Reads files into one snapshot; `repeated` when a kind came twice, so that they cannot be one moment. */
function gather(paths: readonly string[], from: Reading): { snapshot: Snapshot; repeated: boolean } {
  const found: { heap: Folded[]; allocs: Folded[]; goroutine: Folded[]; goroutineleak: Folded[]; other: Folded[] } = {
    heap: [],
    allocs: [],
    goroutine: [],
    goroutineleak: [],
    other: [],
  }
  const memstats: MemStats[] = []
  const dumps: GoroutineDump[] = []
  let time = 0n
  for (const path of paths) {
    const parsed = parseFile(path, from)
    if (parsed.form === 'memstats') memstats.push(parsed.memstats)
    else if (parsed.form === 'goroutines') dumps.push(parsed.dump)
    else {
      found[parsed.kind].push(foldProfile(parsed.profile, from.stacks))
      if (parsed.profile.timeNanos > time) time = parsed.profile.timeNanos
    }
  }
  return {
    repeated: [found.heap, found.allocs, found.goroutine, memstats, dumps].some((profiles) => profiles.length > 1),
    snapshot: {
      round: undefined,
      phase: 'single',
      time: Number(time / 1_000_000n),
      operations: undefined,
      heap: found.heap[0],
      allocs: found.allocs[0],
      goroutine: found.goroutine[0],
      goroutineleak: uniteCaptures(found.goroutineleak),
      memstats: memstats[0],
      dump: dumps[0],
      other: found.other,
    },
  }
}

function parseFile(path: string, { ahead }: Reading): Parsed {
  const profile = ahead?.take(path)
  return profile === undefined ? parse(path, readBounded(path)) : parsedProfile(profile)
}

function serviceOfFile(path: string): string {
  return basename(path).replace(/\.(pb|pprof|prof|txt|json|gz|out)\b.*$/, '')
}

function list(folder: string): Dirent[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  if (entries.length > MAX_ENTRIES) throw new UserError(`more than ${MAX_ENTRIES} entries`, { where: folder })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}
