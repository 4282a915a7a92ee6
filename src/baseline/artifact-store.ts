import { createHash } from 'node:crypto'
import { type Artifact, MOST_BYTES, type Origin, PER_PAGE, readArtifacts, readRun } from './artifacts.ts'
import type { Fault } from './fault.ts'
import { naturalOf, objectOf, textOf } from './json.ts'
import { distanceTo } from './lineage.ts'
import { type Rest, RestError } from './rest.ts'
import { type Facts, nextStep } from './select.ts'
import type { BaselineStore, Lookup, Wanted } from './store.ts'
import { type Baseline, filesOf, unpackBaseline } from './stored.ts'

/** Uploads files as an artifact of this run. */
export type Upload = (name: string, files: ReadonlyMap<string, Buffer>) => Promise<void>

export interface ArtifactStoreOptions {
  readonly rest: Rest
  /** `owner/name` */
  readonly repository: string
  readonly origin: Origin
  readonly upload: Upload
}

/** Artifacts of the runs on the main branch: no permission but to read them, nothing to set up. */
export function artifactStore({ rest, repository, origin, upload }: ArtifactStoreOptions): BaselineStore {
  return {
    find: (wanted) => find(rest, `/repos/${repository}`, origin, wanted),
    save: (baseline) => upload(artifactName(baseline.facts.key), filesOf(baseline)),
  }
}

export function artifactName(key: string): string {
  return `leakgate-baseline-${key}`
}

/** Follows the steps of the selection until one ends it. */
async function find(rest: Rest, base: string, origin: Origin, wanted: Wanted): Promise<Lookup> {
  const pages: Artifact[][] = []
  const runs = new Map<number, ReturnType<typeof readRun> | Fault>()
  const ahead = new Map<string, number | undefined>()
  const unreadable = new Map<number, Fault>()
  const { lineage, excluded, key } = wanted
  const facts: Facts = { origin, lineage, excluded, pages, runs, ahead, unreadable }
  for (;;) {
    const step = nextStep(facts)
    switch (step.do) {
      case 'list': {
        const query = { name: artifactName(key), per_page: PER_PAGE, page: step.page }
        const listed = await attempt(() => rest.get(`${base}/actions/artifacts`, query))
        if ('fault' in listed) return { found: false, reason: { kind: 'unreachable', ...listed }, passedOver: [] }
        pages.push(readArtifacts(listed.answer))
        break
      }
      case 'ask-run': {
        const asked = await attempt(() => rest.get(`${base}/actions/runs/${step.id}`))
        runs.set(step.id, 'fault' in asked ? asked.fault : readRun(asked.answer))
        break
      }
      case 'compare': {
        const path = `${base}/compare/${step.commit}...${lineage.start}`
        const compared = await attempt(() => rest.get(path, { per_page: 1 }))
        ahead.set(step.commit, 'fault' in compared ? undefined : aheadBy(compared.answer))
        break
      }
      case 'read': {
        const read = await readArtifact(rest, base, step.artifact, { commit: step.commit, key })
        if ('kind' in read) {
          unreadable.set(step.artifact.id, read)
          break
        }
        const away = ahead.get(step.commit) ?? distanceTo(lineage, step.commit)
        const kept = { in: 'artifact', runId: step.artifact.runId!, name: artifactName(key) } as const
        return { found: true, baseline: read, kept, away, passedOver: step.passedOver }
      }
      case 'give-up':
        return { found: false, reason: step.reason, passedOver: step.passedOver }
    }
  }
}

/** undefined where the first commit is no ancestor of the second. */
function aheadBy(answer: unknown): number | undefined {
  const { status, ahead_by } = objectOf(answer)
  return textOf(status) === 'ahead' || status === 'identical' ? naturalOf(ahead_by) : undefined
}

/**
 * Downloads by REST and not with the artifact client: that one writes whatever it gets to disk, without a limit and
 * whatever its digest, and hides the reason of a failure behind 25 seconds of retries.
 */
async function readArtifact(
  rest: Rest,
  base: string,
  artifact: Artifact,
  wanted: { commit: string; key: string },
): Promise<Baseline | Fault> {
  const path = `${base}/actions/artifacts/${artifact.id}/zip`
  const got = await attempt(() => rest.download(path, MOST_BYTES))
  if ('fault' in got) return got.fault
  const digest = createHash('sha256').update(got.answer).digest('hex')
  if (digest !== artifact.digest) return { kind: 'digest' }
  return unpackBaseline(`artifact ${artifact.id}`, got.answer, wanted)
}

async function attempt<T>(ask: () => Promise<T>): Promise<{ answer: T } | { fault: Fault }> {
  try {
    return { answer: await ask() }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { fault: faultOf(error) }
  }
}

/** A refusal that has a meaning of its own here, or as the request says it. */
export function faultOf({ fault, message }: RestError): Fault {
  if (fault === 'gone') return { kind: 'expired' }
  if (fault === 'not-found') return { kind: 'missing' }
  return { kind: 'request', fault, message }
}
