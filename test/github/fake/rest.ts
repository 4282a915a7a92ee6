import { createHash } from 'node:crypto'
import { complete } from './openapi.ts'
import { ancestors, type FakeArtifact, type FakeCommit, type FakeRun, mergeBase, type World } from './world.ts'

export interface Asked {
  readonly method: string
  /** Without the prefix of the API. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
  readonly accept: string
}

export interface Answered {
  readonly status: number
  readonly json?: unknown
  readonly bytes?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const NOT_FOUND: Answered = { status: 404, json: { message: 'Not Found' } }

type Handler = (world: World, asked: Asked, parts: readonly string[], origin: string) => Answered

/** The part of GitHub's REST API that is used. Answers are checked against GitHub's description by the server. */
const ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['GET', /^\/actions\/artifacts$/, listArtifacts],
  ['GET', /^\/actions\/runs$/, listRuns],
  ['GET', /^\/actions\/runs\/(\d+)\/artifacts$/, listArtifacts],
  ['GET', /^\/actions\/runs\/(\d+)$/, getRun],
  ['GET', /^\/actions\/artifacts\/(\d+)\/zip$/, downloadArtifact],
  ['GET', /^\/compare\/(.+)\.\.\.(.+)$/, compare],
  ['GET', /^\/commits$/, listCommits],
  ['GET', /^\/commits\/([^/]+)\/pulls$/, pullsOfCommit],
  ['GET', /^\/commits\/(.+)$/, getCommit],
  ['GET', /^\/issues\/(\d+)\/comments$/, listComments],
  ['POST', /^\/issues\/(\d+)\/comments$/, createComment],
  ['PATCH', /^\/issues\/comments\/(\d+)$/, updateComment],
  ['DELETE', /^\/issues\/comments\/(\d+)$/, deleteComment],
  ['GET', /^\/issues\/(\d+)\/labels$/, labels],
  ['GET', /^\/issues\/(\d+)\/events$/, events],
  ['GET', /^\/pulls$/, listPulls],
  ['GET', /^\/pulls\/(\d+)$/, getPull],
  ['GET', /^\/contents\/(.+)$/, contents],
  ['POST', /^\/git\/blobs$/, createBlob],
  ['GET', /^\/git\/blobs\/(\w+)$/, getBlob],
  ['GET', /^\/git\/trees\/(.+)$/, getTree],
  ['POST', /^\/git\/trees$/, createTree],
  ['POST', /^\/git\/commits$/, createGitCommit],
  ['GET', /^\/git\/commits\/(\w+)$/, getGitCommit],
  ['GET', /^\/git\/ref\/(.+)$/, getRef],
  ['POST', /^\/git\/refs$/, createRef],
  ['PATCH', /^\/git\/refs\/(.+)$/, updateRef],
]

export function answer(world: World, asked: Asked, origin: string): Answered {
  const prefix = `/repos/${world.repository}`
  if (!asked.path.startsWith(prefix)) return NOT_FOUND
  const path = asked.path.slice(prefix.length)
  for (const [method, pattern, handle] of ROUTES) {
    const match = method === asked.method ? pattern.exec(path) : null
    if (match !== null) return handle(world, asked, match.slice(1).map(decodeURIComponent), origin)
  }
  return NOT_FOUND
}

function page<T>(items: readonly T[], { query }: Asked): T[] {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const from = (Number(query.get('page') ?? 1) - 1) * size
  return items.slice(from, from + size)
}

function listArtifacts(world: World, asked: Asked, [runId]: readonly string[]): Answered {
  const name = asked.query.get('name')
  const found = world.artifacts
    .filter((one) => (name === null || one.name === name) && (runId === undefined || one.runId === Number(runId)))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : b.id - a.id))
  const artifacts = page(found, asked).map((one) => artifactJson(world, one))
  return { status: 200, json: { total_count: found.length, artifacts } }
}

function artifactJson(world: World, one: FakeArtifact): Record<string, unknown> {
  const run = world.runs.get(one.runId)
  return complete('artifact', {
    id: one.id,
    name: one.name,
    size_in_bytes: one.bytes.length,
    expired: one.expired,
    created_at: one.createdAt,
    ...(one.digest === undefined ? {} : { digest: `sha256:${one.digest}` }),
    ...(run === undefined
      ? {}
      : {
          workflow_run: {
            id: run.id,
            repository_id: world.repositoryId,
            head_repository_id: run.headRepositoryId,
            head_branch: run.head_branch,
            head_sha: run.head_sha,
          },
        }),
  })
}

function runJson(world: World, run: FakeRun): Record<string, unknown> {
  const { id, event, head_branch, head_sha, path, headRepositoryId, attempt, status = 'completed' } = run
  const given = {
    ...{ id, event, head_branch, head_sha, path, status, run_attempt: attempt },
    repository: { id: world.repositoryId },
    head_repository: { id: headRepositoryId },
  }
  return complete('workflow-run', given)
}

function getRun(world: World, _: Asked, [id]: readonly string[]): Answered {
  const run = world.runs.get(Number(id))
  return run === undefined ? NOT_FOUND : { status: 200, json: runJson(world, run) }
}

/** Newest first; a branch is its name alone, in whichever repository. */
function listRuns(world: World, asked: Asked): Answered {
  const [event, branch] = [asked.query.get('event'), asked.query.get('branch')]
  const found = [...world.runs.values()]
    .filter((one) => (event === null || one.event === event) && (branch === null || one.head_branch === branch))
    .sort((a, b) => b.id - a.id)
  const workflow_runs = page(found, asked).map((one) => runJson(world, one))
  return { status: 200, json: { total_count: found.length, workflow_runs } }
}

function downloadArtifact(world: World, _: Asked, [id]: readonly string[], origin: string): Answered {
  const one = world.artifacts.find((artifact) => artifact.id === Number(id))
  if (one === undefined || one.deleted === true) return NOT_FOUND
  if (one.expired) return { status: 410, json: { message: 'Artifact has expired' } }
  return { status: 302, headers: { location: `${origin}/blob/${one.id}?sig=secret` } }
}

function commitJson({ sha, parents, date }: FakeCommit): Record<string, unknown> {
  return complete('commit', {
    sha,
    parents: parents.map((parent) => ({ sha: parent, url: 'https://github.localhost/x' })),
    commit: { message: 'x', committer: { date } },
  })
}

function compare(world: World, _: Asked, [base, head]: readonly string[]): Answered {
  const from = world.refs.get(`refs/heads/${base}`) ?? base!
  const found = mergeBase(world, from, head!)
  if (found === undefined) return NOT_FOUND
  const behind = ancestors(world, from).length - ancestors(world, found.sha).length
  const ahead = ancestors(world, head!).length - ancestors(world, found.sha).length
  const status = ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged'
  const given = {
    ...{ status, ahead_by: ahead, behind_by: behind, total_commits: ahead, commits: [], files: world.files },
    merge_base_commit: commitJson(found),
    base_commit: commitJson(world.commits.get(from)!),
  }
  return { status: 200, json: complete('commit-comparison', given) }
}

function listCommits(world: World, asked: Asked): Answered {
  const start = asked.query.get('sha') ?? ''
  if (!world.commits.has(start)) return NOT_FOUND
  return { status: 200, json: page(ancestors(world, start), asked).map(commitJson) }
}

function getCommit(world: World, _: Asked, [ref]: readonly string[]): Answered {
  const id = ref!.startsWith('tags/') ? world.tags.get(ref!.slice(5)) : ref
  const commit = world.commits.get(id ?? '')
  if (commit === undefined) return { status: 422, json: { message: `No commit found for SHA: ${ref}` } }
  return { status: 200, json: commitJson(commit) }
}

/** Hundreds of them are listed again and again. */
const shells = new WeakMap<object, Record<string, unknown>>()

function commentJson(one: World['comments'][number]): Record<string, unknown> {
  const { id, body, login } = one
  const shell =
    shells.get(one) ?? complete('issue-comment', { id, user: complete('simple-user', { login, type: 'Bot' }) })
  shells.set(one, shell)
  return { ...shell, body }
}

function listComments(world: World, asked: Asked, [issue]: readonly string[]): Answered {
  const found = world.comments.filter((one) => one.issue === Number(issue)).sort((a, b) => a.id - b.id)
  return { status: 200, json: page(found, asked).map(commentJson) }
}

function createComment(world: World, { body }: Asked, [issue]: readonly string[]): Answered {
  if (String(body.body).length > 65_536) return { status: 422, json: { message: 'body is too long' } }
  const made = { id: world.nextId++, issue: Number(issue), body: String(body.body), login: world.author }
  world.comments.push(made)
  return { status: 201, json: commentJson(made) }
}

function updateComment(world: World, { body }: Asked, [id]: readonly string[]): Answered {
  const found = world.comments.find((one) => one.id === Number(id))
  if (found === undefined) return NOT_FOUND
  if (String(body.body).length > 65_536) return { status: 422, json: { message: 'body is too long' } }
  found.body = String(body.body)
  return { status: 200, json: commentJson(found) }
}

function deleteComment(world: World, _: Asked, [id]: readonly string[]): Answered {
  const index = world.comments.findIndex((one) => one.id === Number(id))
  if (index < 0) return NOT_FOUND
  world.comments.splice(index, 1)
  return { status: 204 }
}

function labels(world: World, _: Asked, [issue]: readonly string[]): Answered {
  const pull = world.pulls.get(Number(issue))
  return { status: 200, json: (pull?.labels ?? []).map((name) => complete('label', { name })) }
}

function events(world: World, asked: Asked, [issue]: readonly string[]): Answered {
  const found = world.pulls.get(Number(issue))?.events ?? []
  return { status: 200, json: page(found, asked).map((one) => complete('labeled-issue-event', one)) }
}

function pullJson(world: World, number: number): Record<string, unknown> {
  const { head, headLabel, state, mergeCommit } = world.pulls.get(number)!
  const given = {
    ...{ number, state, merge_commit_sha: mergeCommit ?? null },
    head: { label: headLabel, sha: head, ref: headLabel.split(':')[1] },
    base: { ref: 'main', repo: complete('repository', { id: world.repositoryId }) },
  }
  return given
}

function listPulls(world: World, { query }: Asked): Answered {
  const found = [...world.pulls.values()].filter(
    (one) =>
      (query.get('state') === 'all' || one.state === (query.get('state') ?? 'open')) &&
      (query.get('head') === null || one.headLabel === query.get('head')),
  )
  const json = found.map(({ number }) => complete('pull-request-simple', pullJson(world, number)))
  return { status: 200, json }
}

function getPull(world: World, _: Asked, [number]: readonly string[]): Answered {
  if (!world.pulls.has(Number(number))) return NOT_FOUND
  return { status: 200, json: complete('pull-request', pullJson(world, Number(number))) }
}

function pullsOfCommit(world: World, _: Asked, [commit]: readonly string[]): Answered {
  const found = [...world.pulls.values()].filter((one) => one.mergeCommit === commit || one.head === commit)
  return { status: 200, json: found.map(({ number }) => complete('pull-request-simple', pullJson(world, number))) }
}

function contents(world: World, { query, accept }: Asked, [path]: readonly string[]): Answered {
  const text = world.contents.get(`${path}@${query.get('ref') ?? ''}`)
  if (text === undefined || !accept.includes('raw')) return NOT_FOUND
  return { status: 200, bytes: Buffer.from(text) }
}

function keep(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex')
}

function createBlob(world: World, { body }: Asked): Answered {
  const bytes = Buffer.from(String(body.content), 'base64')
  const id = keep(bytes)
  world.blobs.set(id, bytes)
  return { status: 201, json: { sha: id, url: 'https://github.localhost/x' } }
}

function getBlob(world: World, _: Asked, [id]: readonly string[]): Answered {
  const bytes = world.blobs.get(id!)
  return bytes === undefined ? NOT_FOUND : { status: 200, bytes }
}

function getTree(world: World, _: Asked, [name]: readonly string[]): Answered {
  const commit = world.refs.get(`refs/heads/${name}`)
  const id = world.gitCommits.get(commit ?? '')?.tree ?? name!
  if (!world.trees.has(id)) return NOT_FOUND
  const tree = world.trees.get(id)!.map(({ path, sha }) => {
    return {
      path,
      mode: '100644',
      type: 'blob',
      sha,
      size: world.blobs.get(sha)!.length,
      url: 'https://github.localhost/x',
    }
  })
  return { status: 200, json: complete('git-tree', { sha: id, truncated: false, tree }) }
}

function createTree(world: World, { body }: Asked): Answered {
  const tree = body.tree as { path: string; sha: string }[]
  const id = keep(Buffer.from(JSON.stringify(tree)))
  world.trees.set(id, tree)
  return { status: 201, json: complete('git-tree', { sha: id, truncated: false, tree: [] }) }
}

function createGitCommit(world: World, { body }: Asked): Answered {
  const id = keep(Buffer.from(JSON.stringify([body, world.nextId++])))
  const made = { tree: String(body.tree), message: String(body.message), parents: (body.parents ?? []) as string[] }
  world.gitCommits.set(id, made)
  return { status: 201, json: gitCommitJson(id, made) }
}

function gitCommitJson(id: string, { tree, message }: { tree: string; message: string }): Record<string, unknown> {
  return complete('git-commit', {
    sha: id,
    message,
    parents: [],
    tree: { sha: tree, url: 'https://github.localhost/x' },
  })
}

function getGitCommit(world: World, _: Asked, [id]: readonly string[]): Answered {
  const found = world.gitCommits.get(id!)
  return found === undefined ? NOT_FOUND : { status: 200, json: gitCommitJson(id!, found) }
}

function refJson(ref: string, id: string): Record<string, unknown> {
  const object = { type: 'commit', sha: id.padEnd(40, '0'), url: 'https://github.localhost/x' }
  return complete('git-ref', { ref, object })
}

function getRef(world: World, _: Asked, [name]: readonly string[]): Answered {
  const id = world.refs.get(`refs/${name}`)
  return id === undefined ? NOT_FOUND : { status: 200, json: refJson(`refs/${name}`, id) }
}

function createRef(world: World, { body }: Asked): Answered {
  const ref = String(body.ref)
  if (world.refs.has(ref)) return { status: 422, json: { message: 'Reference already exists' } }
  world.refs.set(ref, String(body.sha))
  return { status: 201, json: refJson(ref, String(body.sha)) }
}

function updateRef(world: World, { body }: Asked, [name]: readonly string[]): Answered {
  const ref = `refs/${name}`
  const parents = world.gitCommits.get(String(body.sha))?.parents ?? []
  if (body.force !== true && !parents.includes(world.refs.get(ref) ?? '')) {
    return { status: 422, json: { message: 'Update is not a fast forward' } }
  }
  world.refs.set(ref, String(body.sha))
  return { status: 200, json: refJson(ref, String(body.sha)) }
}
