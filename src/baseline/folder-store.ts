import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { MOST_BYTES } from './artifacts.ts'
import type { Fault } from './fault.ts'
import { distanceTo } from './lineage.ts'
import type { PassedOver } from './select.ts'
import type { BaselineStore, Lookup, Wanted } from './store.ts'
import { type Baseline, packBaseline, unpackBaseline } from './stored.ts'

/** So many of a key are kept. */
const KEEP = 50

/** Files in a folder: a disk shared by self-hosted runners, or what a cache step restored. */
export function folderStore(folder: string): BaselineStore {
  return {
    find: async (wanted) => find(folder, wanted),
    save: async (baseline) => save(folder, baseline),
  }
}

function find(folder: string, { key, lineage, excluded }: Wanted): Lookup {
  const names = list(join(folder, key))
  const passedOver: PassedOver[] = []
  for (const { commit } of lineage.commits) {
    if (commit === excluded || !names.includes(`${commit}.zip`)) continue
    const path = join(folder, key, `${commit}.zip`)
    const read = readFile(path, { commit, key })
    if (!('kind' in read)) {
      const kept = { in: 'folder', path } as const
      return { found: true, baseline: read, kept, away: distanceTo(lineage, commit), passedOver }
    }
    passedOver.push({ commit, fault: read })
  }
  const reason = names.length === 0 ? 'never-recorded' : passedOver.length > 0 ? 'all-refused' : 'no-ancestor'
  return { found: false, reason, passedOver }
}

function readFile(file: string, wanted: { commit: string; key: string }): Baseline | Fault {
  const { size } = statSync(file)
  return size > MOST_BYTES ? { kind: 'size', bytes: size } : unpackBaseline(file, readFileSync(file), wanted)
}

/** In one move, so that nobody reads half of it. */
function save(folder: string, baseline: Baseline): void {
  const { key, commit } = baseline.facts
  try {
    const place = join(folder, key)
    mkdirSync(place, { recursive: true })
    const part = join(place, `${commit}.${process.pid}.part`)
    writeFileSync(part, packBaseline(baseline))
    renameSync(part, join(place, `${commit}.zip`))
    const age = (name: string): number => statSync(join(place, name)).mtimeMs
    const oldest = list(place)
      .sort((a, b) => age(b) - age(a))
      .slice(KEEP)
    for (const name of oldest) rmSync(join(place, name), { force: true })
  } catch (error) {
    throw new UserError(`the baseline cannot be saved: ${(error as Error).message}`, { where: folder, cause: error })
  }
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{40,64}\.zip$/.test(name)) : []
}
