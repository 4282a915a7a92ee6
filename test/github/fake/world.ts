import { createHash } from 'node:crypto'

/** What the fake GitHub knows: one repository, its commits, runs, artifacts, pull requests and comments. */
export interface World {
  readonly repository: string
  readonly repositoryId: number
  readonly commits: Map<string, FakeCommit>
  readonly runs: Map<number, FakeRun>
  readonly artifacts: FakeArtifact[]
  readonly comments: FakeComment[]
  readonly pulls: Map<number, FakePull>
  readonly contents: Map<string, string>
  readonly tags: Map<string, string>
  readonly blobs: Map<string, Buffer>
  readonly trees: Map<string, { path: string; sha: string }[]>
  readonly gitCommits: Map<string, { tree: string; message: string; parents: string[] }>
  readonly refs: Map<string, string>
  /** Files of a comparison, as the API lists them. */
  files: Record<string, unknown>[]
  /** Who the token is. */
  author: string
  nextId: number
}

export interface FakeCommit {
  readonly sha: string
  readonly parents: readonly string[]
  readonly date: string
}

export interface FakeRun {
  readonly id: number
  readonly event: string
  readonly head_branch: string
  readonly head_sha: string
  readonly path: string
  readonly headRepositoryId: number
  readonly attempt: number
  readonly status?: 'in_progress' | 'completed'
}

export interface FakeArtifact {
  readonly id: number
  readonly name: string
  readonly runId: number
  readonly attempt: number
  readonly createdAt: string
  bytes: Buffer
  mime: string
  digest: string | undefined
  expired: boolean
  /** Gone when it is asked for, though it is still listed. */
  deleted?: boolean
}

export interface FakeComment {
  readonly id: number
  readonly issue: number
  body: string
  readonly login: string
}

export interface FakePull {
  readonly number: number
  readonly head: string
  readonly headLabel: string
  state: 'open' | 'closed'
  labels: string[]
  events: Record<string, unknown>[]
  mergeCommit?: string
}

export function newWorld(): World {
  return {
    repository: 'acme/orders',
    repositoryId: 4242,
    commits: new Map(),
    runs: new Map(),
    artifacts: [],
    comments: [],
    pulls: new Map(),
    contents: new Map(),
    tags: new Map(),
    blobs: new Map(),
    trees: new Map(),
    gitCommits: new Map(),
    refs: new Map(),
    files: [],
    author: 'github-actions[bot]',
    nextId: 1000,
  }
}

/** A commit id that a test can name: `sha('m3')`. Ids of real commits stay what they are. */
export function sha(name: string): string {
  return /^[0-9a-f]{40}$/.test(name) ? name : createHash('sha1').update(name).digest('hex')
}

const START = Date.parse('2026-11-01T00:00:00Z')

/** Commits by short names, in the order they were made an hour apart: `['m1'], ['m2', 'm1'], ['f1', 'm1']`. */
export function commits(world: World, ...list: readonly (readonly string[])[]): void {
  for (const [name, ...parents] of list) {
    const date = hour(world.commits.size)
    world.commits.set(sha(name!), { sha: sha(name!), parents: parents.map(sha), date })
  }
}

export function hour(n: number): string {
  return new Date(START + n * 3_600_000).toISOString().replace('.000', '')
}

/** All ancestors, the commit itself among them, newest first. */
export function ancestors(world: World, start: string): FakeCommit[] {
  const seen = new Map<string, FakeCommit>()
  const queue = [start]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const commit = world.commits.get(id)
    if (commit === undefined || seen.has(id)) continue
    seen.set(id, commit)
    queue.push(...commit.parents)
  }
  return [...seen.values()].sort((a, b) => (a.date < b.date ? 1 : -1))
}

export function mergeBase(world: World, a: string, b: string): FakeCommit | undefined {
  const other = new Set(ancestors(world, b).map((one) => one.sha))
  return ancestors(world, a).find((one) => other.has(one.sha))
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
