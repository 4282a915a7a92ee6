import { beforeAll, describe, expect, test } from 'vitest'
import { commentLater } from '../../src/github/companion.ts'
import { markerOf, readState } from '../../src/github/marker.ts'
import type { Part } from '../../src/github/part.ts'
import { PART_FILE, serializePart } from '../../src/github/part.ts'
import { partName } from '../../src/github/parts.ts'
import { type GitHubRun, openRun } from '../../src/github/run.ts'
import { comment, partOf } from '../../src/github/tell.ts'
import type { Report } from '../../src/report/report.ts'
import { Random } from '../fuzz/random.ts'
import { FAILING, PASSING } from '../report/sample-reports.ts'
import { archive } from './fake/archive.ts'
import { environment, INPUTS, WORKFLOW } from './fake/scene.ts'
import { type Actor, type Choose, everySchedule, interleave } from './fake/schedule.ts'
import type { FakeGitHub } from './fake/server.ts'
import { newWorld, sha, sha256, type World } from './fake/world.ts'

/**
 * GitHub cannot write a comment on condition, so what keeps an older run's text from ending up last is the order in
 * which everyone reads and writes. Here every order is tried, not one that a timer happens to give.
 */

const NUMBER = 7
const MARKER = markerOf(WORKFLOW, '')
const GHES = 'https://github.example.com'

interface Leg {
  readonly push: number
  readonly key?: string
  readonly report?: Report
  /** The commit, where it is not that of the push. */
  readonly head?: string
  readonly pull?: number
  readonly server?: string
}

let world: World
const runs = new Map<string, GitHubRun>()

/** Environments are files: made once. */
function open({ push, key = 'api', head = `f${push}`, pull = NUMBER, server = 'https://github.com' }: Leg): GitHubRun {
  const name = JSON.stringify([push, key, head, pull, server])
  if (!runs.has(name)) {
    const fake = { world: newWorld(), api: 'http://127.0.0.1:9', origin: 'http://127.0.0.1:9' } as FakeGitHub
    const event = { on: 'pull_request', head, base: 'm2', number: pull } as const
    runs.set(name, openRun(environment(fake, event, { runId: 5000 + push, server }), { ...INPUTS, key })!)
  }
  return runs.get(name)!
}

const packed = new Map<string, Buffer>()

function upload(part: Part): void {
  const name = partName(part.key, part.runAttempt)
  const id = `${part.runId} ${name} ${part.pull}`
  if (!packed.has(id)) packed.set(id, archive([{ name: PART_FILE, bytes: Buffer.from(serializePart(part)) }]))
  const bytes = packed.get(id)!
  const given = { id: world.nextId++, name, runId: part.runId, attempt: 1, createdAt: '2026-11-20T12:00:00Z', bytes }
  world.artifacts.push({ ...given, expired: false, mime: 'application/zip', digest: sha256(bytes) })
}

function begins(
  { push, head = `f${push}` }: Leg,
  headRepositoryId = 4242,
  status: 'in_progress' | 'completed' = 'in_progress',
) {
  const run = { id: 5000 + push, event: 'pull_request', head_branch: 'topic', head_sha: sha(head), path: WORKFLOW }
  world.runs.set(run.id, { ...run, headRepositoryId, attempt: 1, status })
}

/** A leg, as the step does it: its part first, then the comment. The oldest has handed its part on already. */
function leg(given: Leg, ready = given.push === 1): Actor {
  return async (rest, turn) => {
    const moment = async (what: string): Promise<void> => (ready ? undefined : turn(what))
    await moment('run begins')
    begins(given)
    const run = open(given)
    const part = partOf(run, given.report ?? FAILING, undefined)
    if (given.server !== GHES) {
      await moment('upload')
      upload(part)
    }
    await comment({ ...run, rest }, part, (message) => {
      throw new Error(message)
    })
  }
}

/** The comment an earlier push left behind. */
function told(push: number, marker = MARKER): void {
  const head = sha(`f${push}`)
  const body = `${marker}\n<!-- leakgate:state ${5000 + push}.1 ${head} ${head} -->\nold\n`
  world.comments.push({ id: world.nextId++, issue: NUMBER, body, login: 'github-actions[bot]' })
}

/** Which run's text is there, of how many comments, and which legs are in it. */
function outcome(keys: readonly string[] = []): string {
  const own = world.comments.filter(({ body }) => body.startsWith('<!-- leakgate:v1'))
  const states = own.map(({ body }) => `run ${(readState(body)?.runId ?? 0) - 5000}`)
  const missing = keys.filter((key) => !own.every(({ body }) => body.includes(`${key} / `)))
  return [...states, ...missing.map((key) => `without ${key}`)].join(', ')
}

/** Tries every schedule; returns those that ended otherwise than expected. */
async function exhaust(
  set: () => void,
  actors: Readonly<Record<string, Actor>>,
  expected: string,
  switches?: number,
): Promise<{ schedules: number; wrong: string[][] }> {
  const wrong: string[][] = []
  const schedules = await everySchedule(async (choose) => {
    world = newWorld()
    set()
    const trace = await interleave(world, actors, choose)
    if (outcome() !== expected) wrong.push([...trace, outcome()])
  }, switches)
  return { schedules, wrong }
}

beforeAll(async () => {
  // The description of GitHub's API is large; whoever comes first would pay for it.
  world = newWorld()
  told(0)
  await interleave(world, { a: leg({ push: 1 }) }, ([first]) => first!)
})

/** What one call in the wrong place can spoil shows with fewer. */
const SWITCHES = 4
/** Takes minutes. */
const EVERY = process.env['EVERY_SCHEDULE'] !== undefined

describe('two runs, every order of their calls', () => {
  test('both overwrite what an earlier push left: the later one ends up last', { timeout: 300_000 }, async () => {
    const actors = { older: leg({ push: 1 }), newer: leg({ push: 2, report: PASSING }) }
    const { schedules, wrong } = await exhaust(() => told(0), actors, 'run 2', EVERY ? undefined : SWITCHES)
    expect(wrong).toEqual([])
    expect(schedules).toBeGreaterThan(EVERY ? 10_000 : 100)
  })

  test.each<[string, () => void, Leg, Leg]>([
    ['there is no comment yet', () => {}, { push: 1 }, { push: 2 }],
    ['the older is fine, and there is no comment yet', () => {}, { push: 1, report: PASSING }, { push: 2 }],
    ['a label ran the same commit again', () => told(0), { push: 1 }, { push: 2, head: 'f1', report: PASSING }],
  ])('%s: the later one ends up last', { timeout: 120_000 }, async (_, set, older, newer) => {
    const { schedules, wrong } = await exhaust(set, { older: leg(older), newer: leg(newer) }, 'run 2', SWITCHES)
    expect(wrong).toEqual([])
    expect(schedules).toBeGreaterThan(30)
  })

  test('a later run of another pull request from the same branch is not told here', { timeout: 120_000 }, async () => {
    const actors = { a: leg({ push: 1 }), b: leg({ push: 2, pull: 8 }) }
    const { wrong } = await exhaust(() => told(0), actors, 'run 1, run 2', SWITCHES)
    expect(wrong).toEqual([])
  })

  test('without artifacts: an older text is left only by who stops between looking and writing for a whole run', {
    timeout: 120_000,
  }, async () => {
    const [older, newer] = [open({ push: 1, server: GHES }), open({ push: 2, server: GHES })]
    expect(older.marker).toBe(newer.marker)
    const actors = { older: leg({ push: 1, server: GHES }), newer: leg({ push: 2, server: GHES }) }
    const { wrong } = await exhaust(() => told(0, older.marker), actors, 'run 2')
    expect(wrong.length).toBeGreaterThan(0)
    for (const trace of wrong) {
      const looked = trace.indexOf('older: GET /actions/runs')
      const wrote = trace.findIndex((one) => one.startsWith('older: PATCH'))
      const whole = trace.slice(looked, wrote)
      expect(whole).toEqual(expect.arrayContaining(['newer: run begins', expect.stringMatching(/^newer: PATCH/)]))
    }
  })
})

/** Companions comment for runs of forks, after they have ended. */
describe('two companions', () => {
  /** From the moment its run has ended; with the push the head of the pull request moves. */
  const companion =
    (push: number): Actor =>
    async (rest, turn) => {
      const id = 5000 + push
      const head = sha(`f${push}`)
      if (push > 1) await turn('push')
      const pull = { number: NUMBER, head, headLabel: 'mallory:topic', labels: [], events: [] }
      world.pulls.set(NUMBER, { ...pull, state: 'open' })
      begins({ push }, 999)
      if (push > 1) await turn('upload')
      upload(partOf(open({ push }), FAILING, undefined))
      if (push > 1) await turn('run ends')
      begins({ push }, 999, 'completed')
      const run = { id, attempt: 1, url: `https://github.com/acme/orders/actions/runs/${id}`, workflow: WORKFLOW, head }
      const from = { headBranch: 'topic', headOwner: 'mallory', headRepositoryId: 999, repositoryId: 4242, pulls: [] }
      const target = { repository: 'acme/orders', repositoryUrl: 'https://github.com/acme/orders', commentKey: '' }
      const options = { ...target, author: 'github-actions[bot]', always: false, warn: () => {} }
      await commentLater({ ...run, ...from }, { ...options, rest })
    }

  test('the later one ends up last', { timeout: 120_000 }, async () => {
    const actors = { older: companion(1), newer: companion(2) }
    const { schedules, wrong } = await exhaust(() => told(0), actors, 'run 2', SWITCHES)
    expect(wrong).toEqual([])
    expect(schedules).toBeGreaterThan(100)
  })
})

describe('several legs, schedules by seed', () => {
  const SEEDS = 200

  test.each<[string, readonly Leg[]]>([
    ['two pushes of two legs', [1, 2].flatMap((push) => ['a', 'b'].map((key) => ({ push, key })))],
    ['two pushes of three legs', [1, 2].flatMap((push) => ['a', 'b', 'c'].map((key) => ({ push, key })))],
    ['three pushes of two legs', [1, 2, 3].flatMap((push) => ['a', 'b'].map((key) => ({ push, key })))],
  ])('%s: the last push ends up last, with every leg', { timeout: 240_000 }, async (_, legs) => {
    const last = Math.max(...legs.map(({ push }) => push))
    const keys = [...new Set(legs.map(({ key }) => key!))]
    const actors = Object.fromEntries(legs.map((one) => [`${one.push}${one.key}`, leg(one)]))
    const wrong: string[] = []
    for (let seed = 1; seed <= SEEDS; seed++) {
      world = newWorld()
      if (seed % 2 === 0) told(0)
      const trace = await interleave(world, actors, bursts(seed))
      if (outcome(keys) !== `run ${last}`) wrong.push(`seed ${seed}: ${outcome(keys)}\n${trace.join('\n')}`)
    }
    expect(wrong).toEqual([])
  })
})

/** Runs one for a while, then another: what overtakes needs several calls in a row. */
function bursts(seed: number): Choose {
  const random = new Random(seed)
  let [current, left] = ['', 0]
  return (actors) => {
    if (left-- > 0 && actors.includes(current)) return current
    current = random.pick(actors)
    left = random.below(1 + random.below(14))
    return current
  }
}
