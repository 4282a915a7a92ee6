import { UserError } from '../errors.ts'
import { faultOf } from './artifact-store.ts'
import { MOST_BYTES } from './artifacts.ts'
import type { Fault } from './fault.ts'
import { listOf, naturalOf, objectOf, textOf } from './json.ts'
import { distanceTo } from './lineage.ts'
import { type Rest, RestError } from './rest.ts'
import type { PassedOver } from './select.ts'
import type { BaselineStore, Lookup, Wanted } from './store.ts'
import { type Baseline, packBaseline, unpackBaseline } from './stored.ts'

export interface BranchStoreOptions {
  readonly rest: Rest
  /** `owner/name` */
  readonly repository: string
  /** Only baselines are on it. */
  readonly branch?: string
  /** So many of a key are kept. */
  readonly keep?: number
}

interface Kept {
  readonly path: string
  readonly commit: string
  readonly blob: string
  readonly size: number
}

export const BASELINE_BRANCH = 'leakgate-baselines'
const MOST_TRIES = 24
/** So many commits are chained before the branch is begun anew, and what was dropped from it is gone. */
const DEEPEST = 50

/**
 * Files in a branch of the repository, for servers without artifacts and for longer than artifacts are kept. Only who
 * can push can write there, so nobody is asked who made a file. Each commit is made on top of the last, so that of runs
 * that save at once none loses what another has kept.
 */
export function branchStore(options: BranchStoreOptions): BaselineStore {
  const { rest, repository, branch = BASELINE_BRANCH, keep = 50 } = options
  const base = `/repos/${repository}/git`
  return {
    find: (wanted) => find(rest, base, branch, wanted),
    save: (baseline) => save(rest, base, branch, keep, baseline),
  }
}

async function find(rest: Rest, base: string, branch: string, { key, lineage, excluded }: Wanted): Promise<Lookup> {
  let kept: readonly Kept[]
  try {
    kept = ofKey((await readTree(rest, base, branch)) ?? [], key)
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { found: false, reason: { kind: 'unreachable', fault: faultOf(error) }, passedOver: [] }
  }
  const passedOver: PassedOver[] = []
  for (const { commit } of lineage.commits) {
    const file = kept.find((one) => one.commit === commit && commit !== excluded)
    if (file === undefined) continue
    const read = await readFile(rest, base, file, key)
    if (!('kind' in read)) {
      const kept = { in: 'branch', branch, path: file.path } as const
      return { found: true, baseline: read, kept, away: distanceTo(lineage, commit), passedOver }
    }
    passedOver.push({ commit, fault: read })
  }
  const reason = kept.length === 0 ? 'never-recorded' : passedOver.length > 0 ? 'all-refused' : 'no-ancestor'
  return { found: false, reason, passedOver }
}

async function readFile(rest: Rest, base: string, file: Kept, key: string): Promise<Baseline | Fault> {
  if (file.size > MOST_BYTES) return { kind: 'size', bytes: file.size }
  try {
    const bytes = await rest.download(`${base}/blobs/${file.blob}`, MOST_BYTES, 'application/vnd.github.raw+json')
    return unpackBaseline(file.path, bytes, { commit: file.commit, key })
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return faultOf(error)
  }
}

/** undefined where the branch is not there yet. */
async function readTree(rest: Rest, base: string, tree: string): Promise<readonly Kept[] | undefined> {
  try {
    const answer = objectOf(await rest.get(`${base}/trees/${tree}`, { recursive: 1 }))
    return listOf(answer.tree).map(objectOf).flatMap(readEntry)
  } catch (error) {
    if (error instanceof RestError && (error.fault === 'not-found' || error.status === 409)) return undefined
    throw error
  }
}

/** `<key>/<place in time>-<commit>.zip` */
function readEntry({ path, sha, size }: Readonly<Record<string, unknown>>): Kept[] {
  const name = textOf(path) ?? ''
  const commit = /^[\w.-]+\/\d+-([0-9a-f]{40,64})\.zip$/.exec(name)?.[1]
  const blob = textOf(sha)
  return commit === undefined || blob === undefined ? [] : [{ path: name, commit, blob, size: naturalOf(size) ?? 0 }]
}

/** Newest first. */
function ofKey(kept: readonly Kept[], key: string): Kept[] {
  return kept.filter(({ path }) => path.startsWith(`${key}/`)).sort((a, b) => (a.path < b.path ? 1 : -1))
}

/** A run that is overtaken by another, which GitHub tells since the branch then leads elsewhere, begins anew. */
async function save(rest: Rest, base: string, branch: string, keep: number, baseline: Baseline): Promise<void> {
  const { key, commit, recordedAt } = baseline.facts
  const path = `${key}/${String(Date.parse(recordedAt)).padStart(14, '0')}-${commit}.zip`
  try {
    const content = packBaseline(baseline).toString('base64')
    const blob = textOf(objectOf(await rest.send('POST', `${base}/blobs`, { content, encoding: 'base64' })).sha)
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const tip = await readTip(rest, base, branch)
      const kept = tip === undefined ? [] : ((await readTree(rest, base, tip.tree)) ?? [])
      const others = kept.filter((one) => one.commit !== commit || !one.path.startsWith(`${key}/`))
      const stale = new Set(ofKey(others, key).slice(keep - 1))
      const files = [...others.filter((one) => !stale.has(one)), { path, blob: blob! }]
      if (await writeBranch(rest, base, branch, tip, files, key)) return
    }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    throw new UserError(`the baseline cannot be saved: ${error.message}`, {
      where: `branch ${branch}`,
      cause: error,
      hint: 'Give the job that runs on the main branch the permission contents: write.',
    })
  }
  throw new UserError('other runs kept writing to it', { where: `branch ${branch}`, hint: 'Run the job again.' })
}

interface Tip {
  readonly commit: string
  readonly tree: string
  /** Commits since the branch was last begun anew. */
  readonly depth: number
}

/** undefined where the branch is not there yet. */
async function readTip(rest: Rest, base: string, branch: string): Promise<Tip | undefined> {
  try {
    const commit = textOf(objectOf(objectOf(await rest.get(`${base}/ref/heads/${branch}`)).object).sha) ?? ''
    const { tree, message } = objectOf(await rest.get(`${base}/commits/${commit}`))
    const depth = Number(/ #(\d{1,6})$/.exec(textOf(message) ?? '')?.[1] ?? 0)
    return { commit, tree: textOf(objectOf(tree).sha) ?? '', depth }
  } catch (error) {
    if (error instanceof RestError && (error.fault === 'not-found' || error.status === 409)) return undefined
    throw error
  }
}

/** False when somebody else was faster. */
async function writeBranch(
  rest: Rest,
  base: string,
  branch: string,
  tip: Tip | undefined,
  files: readonly { readonly path: string; readonly blob: string }[],
  key: string,
): Promise<boolean> {
  const entries = files.map(({ path, blob }) => ({ path, mode: '100644', type: 'blob', sha: blob }))
  const tree = objectOf(await rest.send('POST', `${base}/trees`, { tree: entries })).sha
  const anew = tip === undefined || tip.depth >= DEEPEST
  const message = `Baseline of ${key} #${anew ? 1 : tip.depth + 1}`
  const parents = anew ? [] : [tip.commit]
  const made = objectOf(await rest.send('POST', `${base}/commits`, { message, tree, parents })).sha
  try {
    if (tip === undefined) await rest.send('POST', `${base}/refs`, { ref: `refs/heads/${branch}`, sha: made })
    else await rest.send('PATCH', `${base}/refs/heads/${branch}`, { sha: made, force: anew })
    return true
  } catch (error) {
    if (error instanceof RestError && error.status === 422) return false
    throw error
  }
}
