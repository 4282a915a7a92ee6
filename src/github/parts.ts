import { createHash } from 'node:crypto'
import { listOf, naturalOf, objectOf, textOf } from '../baseline/json.ts'
import type { Rest } from '../baseline/rest.ts'
import { unzip } from '../baseline/unzip.ts'
import { UserError } from '../errors.ts'
import { PART_FILE, type Part, parsePart } from './part.ts'

/** Where one part is. */
export interface PartArtifact {
  readonly id: number
  readonly key: string
  readonly attempt: number
  readonly digest: string | undefined
}

const NAME = /^leakgate-part-([\w.-]{1,80})-a(\d{1,4})$/
const MOST_BYTES = 5 * 1024 * 1024
const LIMITS = { entries: 1, bytes: 20 * 1024 * 1024 } as const
/** A run of more legs than a matrix can have is none of ours. */
const MOST_PARTS = 256
const PER_PAGE = 100
const MOST_PAGES = 5

export function partName(key: string, attempt: number): string {
  return `leakgate-part-${key}-a${attempt}`
}

/** The parts a run has so far, of each leg the newest attempt. Only ever grows. */
export async function listParts(rest: Rest, repository: string, runId: number): Promise<PartArtifact[]> {
  const newest = new Map<string, PartArtifact>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const path = `/repos/${repository}/actions/runs/${runId}/artifacts`
    const listed = listOf(objectOf(await rest.get(path, { per_page: PER_PAGE, page })).artifacts)
    for (const part of listed.flatMap(readPartArtifact)) {
      const known = newest.get(part.key)
      if (known === undefined || newerFirst(part, known) < 0) newest.set(part.key, part)
    }
    if (listed.length < PER_PAGE) break
  }
  return [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, MOST_PARTS)
}

/** Downloads and checks one part; a UserError when it is not what it should be. */
export async function readPart(rest: Rest, repository: string, artifact: PartArtifact): Promise<Part> {
  const source = `artifact ${partName(artifact.key, artifact.attempt)}`
  const archive = await rest.download(`/repos/${repository}/actions/artifacts/${artifact.id}/zip`, MOST_BYTES)
  if (artifact.digest !== undefined && createHash('sha256').update(archive).digest('hex') !== artifact.digest) {
    throw new UserError('is not what was uploaded: its digest differs', { where: source })
  }
  const json = unzip(source, archive, LIMITS).get(PART_FILE)
  if (json === undefined) throw new UserError(`holds no ${PART_FILE}`, { where: source })
  return parsePart(source, json.toString('utf8'))
}

function readPartArtifact(item: unknown): PartArtifact[] {
  const artifact = objectOf(item)
  const id = naturalOf(artifact.id)
  const [, key, attempt] = NAME.exec(textOf(artifact.name) ?? '') ?? []
  if (id === undefined || key === undefined || attempt === undefined || artifact.expired !== false) return []
  const digest = /^sha256:([0-9a-f]{64})$/.exec(textOf(artifact.digest) ?? '')?.[1]
  return [{ id, key, attempt: Number(attempt), digest }]
}

function newerFirst(a: PartArtifact, b: PartArtifact): number {
  return b.attempt - a.attempt || b.id - a.id
}
