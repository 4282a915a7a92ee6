import { existsSync, globSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import type { Recording } from '../profile/recording.ts'
import type { Stacks } from '../profile/stacks.ts'
import { readAhead } from './ahead/ahead.ts'
import { readFiles, readRecordings } from './folder.ts'

/**
 * The recordings behind a list of paths and glob patterns: a path that exists is read as it is, a pattern's files are
 * grouped by folder, each folder a service. `input` names the list in messages.
 */
export function readSide(input: string, patterns: readonly string[], stacks: Stacks): Recording[] {
  const recordings: Recording[] = []
  const ahead = readAhead(patterns)
  for (const pattern of patterns) {
    if (existsSync(pattern)) {
      recordings.push(...readRecordings(pattern, stacks, ahead))
      continue
    }
    const files = globSync(pattern).filter((file) => statSync(file).isFile())
    if (files.length === 0) {
      throw new UserError(`nothing matches ${JSON.stringify(pattern)}`, {
        where: input,
        hint: 'The step that records the profiles must run before this one and write to this path.',
      })
    }
    for (const [folder, paths] of groupByFolder(files)) recordings.push(readFiles(folder, paths, stacks))
  }
  ahead?.close()
  refuseTwins(input, recordings)
  return recordings
}

function groupByFolder(files: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const file of files) groups.set(dirname(file), [...(groups.get(dirname(file)) ?? []), file])
  return groups
}

/** Two recordings of one service on one side: which of them is meant cannot be told. */
function refuseTwins(input: string, recordings: readonly Recording[]): void {
  const seen = new Map<string, Recording>()
  for (const recording of recordings) {
    const twin = seen.get(recording.service)
    if (twin !== undefined) {
      throw new UserError(`two recordings of service ${recording.service}: ${twin.source} and ${recording.source}`, {
        where: input,
        hint: 'Name one of them, or give each service its own name in recording.json.',
      })
    }
    seen.set(recording.service, recording)
  }
}
