import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatUserError, UserError } from '../../src/errors.ts'
import { openClient } from '../../src/github/client.ts'
import type { Outcome } from '../../src/github/comment.ts'
import { commentLater, type EndedRun, readEndedRun } from '../../src/github/companion.ts'
import { markerOf } from '../../src/github/marker.ts'
import { type Part, serializePart } from '../../src/github/part.ts'
import { partName } from '../../src/github/parts.ts'
import type { Report } from '../../src/report/report.ts'
import { FAILING } from '../report/sample-reports.ts'
import { archive, type Entry } from './fake/archive.ts'
import { quiet } from './fake/quiet.ts'
import { WORKFLOW } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { webhook } from './fake/webhooks.ts'
import { sha, sha256 } from './fake/world.ts'

quiet()

const RUN = 5001
const MARKER = markerOf(WORKFLOW, '')
let fake: FakeGitHub
let warnings: string[]

beforeEach(async () => {
  fake = await fakeGitHub()
  warnings = []
  const pull = { number: 7, head: sha('f1'), headLabel: 'mallory:main', labels: [], events: [] }
  fake.world.pulls.set(7, { ...pull, state: 'open' })
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

function ended(given: Partial<EndedRun> = {}): EndedRun {
  return {
    ...{ id: RUN, attempt: 1, url: 'https://github.com/acme/orders/actions/runs/5001', workflow: WORKFLOW },
    ...{
      head: sha('f1'),
      headBranch: 'main',
      headOwner: 'mallory',
      headRepositoryId: 999,
      repositoryId: 4242,
      pulls: [],
    },
    ...given,
  }
}

function part(given: Partial<Part> = {}): Part {
  const base = { key: 'api', runId: RUN, runAttempt: 1, head: sha('f1'), pull: 7, report: FAILING }
  return { ...base, acceptance: undefined, ...given }
}

/** An artifact of the run, whatever is in it. */
function upload(bytes: Buffer, key = 'api'): void {
  const { artifacts, nextId } = fake.world
  fake.world.nextId++
  artifacts.push({
    ...{ id: nextId, name: partName(key, 1), runId: RUN, attempt: 1, createdAt: fake.now, bytes, expired: false },
    ...{ mime: 'application/zip', digest: sha256(bytes) },
  })
}

const packed = (text: string): Buffer => archive([{ name: 'part.json', bytes: Buffer.from(text) }])

const BASE = {
  base: { commit: sha('m1'), branch: 'main', recordedAt: '2026-11-20T00:00:00Z', away: 1, verdict: 'pass', runId: 666 },
  ...{ start: sha('m1'), note: undefined, passedOver: [], missing: undefined, advice: undefined, yaml: undefined },
}
/** As a stranger would have them. */
const RECORDINGS = {
  base: { in: 'artifact', runId: 666, name: 'evil' },
  head: { runId: 667, name: 'evil-too', diffs: ['diff.pb.gz'] },
  source: '.',
} as const

async function later(run = ended()): Promise<Outcome | undefined> {
  return commentLater(run, {
    rest: openClient({ api: fake.api, token: 'ghs_x', wait: async () => {} }),
    repository: fake.world.repository,
    repositoryUrl: 'https://github.com/acme/orders',
    author: 'github-actions[bot]',
    commentKey: '',
    always: false,
    warn: (message) => void warnings.push(message),
  })
}

describe('the comment on the pull request of a fork', () => {
  test('made later, from data; once; and only told what GitHub itself knows of the run', async () => {
    const lies = {
      ...{ repository: 'https://evil.example', headCommit: sha('lie'), runUrl: 'https://evil.example/run' },
      reportUrl: 'https://evil.example/report',
    }
    const report: Report = { ...FAILING, origin: { ...FAILING.origin, ...lies } }
    const acceptance = { label: 'leak-accepted', by: 'the-owner', at: '2026-11-20T00:00:00Z' }
    upload(packed(serializePart(part({ report, acceptance, head: sha('lie'), runId: 1 }))))
    expect(await later()).toBe('created')
    const [comment] = fake.world.comments
    expect(comment).toMatchObject({ issue: 7 })
    expect(comment!.body).toMatch(new RegExp(`^${MARKER}\n<!-- leakgate:state 5001\\.1 ${sha('f1')} ${sha('f1')} -->`))
    expect(comment!.body).not.toMatch(/evil\.example|Accepted|the-owner/)
    expect(comment!.body).toContain(`https://github.com/acme/orders/commit/${sha('f1')}`)
    expect(await later()).toBe('unchanged')
    expect(fake.world.comments).toHaveLength(1)
  })

  test('no address in it comes from the artifact, not even one of this repository', async () => {
    const here = 'https://github.com/acme/orders/actions/runs'
    const origin = {
      ...FAILING.origin,
      ...{ repository: 'https://evil.example', docsUrl: 'https://evil.example/docs', runUrl: `${here}/666` },
      reportUrl: `${here}/666/artifacts/77`,
    }
    const report = { ...FAILING, origin, base: BASE, recordings: RECORDINGS }
    upload(packed(serializePart(part({ report }))))
    expect(await later()).toBe('created')
    const { body } = fake.world.comments[0]!
    expect(body).not.toMatch(/evil\.example|runs\/666/)
    const addresses = [...body.matchAll(/\]\((https?:[^)]+)\)/g)].map(([, address]) => address!)
    expect(addresses.length).toBeGreaterThan(3)
    const own = new RegExp(`^https://github\\.com/acme/orders/(commit/|blob/${sha('f1')}/|actions/runs/5001(/|$))`)
    expect(addresses.filter((address) => !own.test(address))).toEqual([])
  })

  test('readers download only what this run and runs of the repository itself have uploaded', async () => {
    const report = { ...FAILING, base: BASE, recordings: RECORDINGS }
    upload(packed(serializePart(part({ report }))))
    const run = { id: 666, head_branch: 'main', head_sha: sha('m1'), path: WORKFLOW, attempt: 1 }
    const set = (event: string, headRepositoryId: number) =>
      fake.world.runs.set(666, { ...run, event, headRepositoryId })
    const body = async (): Promise<string> => {
      fake.world.comments.length = 0
      await later()
      return fake.world.comments[0]!.body
    }
    // A run of the stranger's own may hold anything under the name of a baseline.
    set('pull_request', 999)
    expect(await body()).not.toMatch(/666|gh run download/)
    set('pull_request', 4242)
    expect(await body()).not.toMatch(/666|gh run download/)
    set('push', 4242)
    expect(await body()).toContain(
      [
        'gh run download 666 --repo acme/orders --name leakgate-baseline-api --dir leaks/baseline-api-666',
        'gh run download 5001 --repo acme/orders --name leakgate-report-api --dir leaks/report-api-5001',
        'npx leakgate compare leaks/baseline-api-666 leaks/report-api-5001 --source .',
      ].join('\n'),
    )
    fake.world.runs.set(666, { ...run, head_sha: sha('m2'), event: 'push', headRepositoryId: 4242 })
    expect(await body()).not.toMatch(/666|gh run download/)
  })

  test('of several legs', async () => {
    for (const key of ['a', 'b']) upload(packed(serializePart(part({ key }))), key)
    expect(await later()).toBe('created')
    expect(fake.world.comments[0]!.body).toMatch(/a \/ [\s\S]*b \/ /)
  })

  test('no part, no comment', async () => {
    expect(await later()).toBeUndefined()
  })

  test('the pull request GitHub names is looked up again', async () => {
    upload(packed(serializePart(part())))
    expect(await later(ended({ pulls: [{ number: 7, head: sha('f1'), repositoryId: 4242 }] }))).toBe('created')
    expect(fake.calls.some((call) => call.includes('/pulls/7'))).toBe(true)
  })

  test.each<[string, () => Partial<EndedRun> | undefined]>([
    ['it was pushed to meanwhile', () => ({ head: sha('f2') })],
    ['it was closed', () => void Object.assign(fake.world.pulls.get(7)!, { state: 'closed' })],
    ['the fork has another owner', () => ({ headOwner: 'eve' })],
    [
      'two pull requests have the same head',
      () => void fake.world.pulls.set(8, { ...fake.world.pulls.get(7)!, number: 8 }),
    ],
    [
      'the one named is of another repository',
      () => ({ pulls: [{ number: 7, head: sha('f1'), repositoryId: 1 }], headOwner: 'x' }),
    ],
  ])('%s: nobody is told', async (_, given) => {
    upload(packed(serializePart(part())))
    expect(await later(ended(given() ?? {}))).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('No open pull request')])
    expect(fake.world.comments).toEqual([])
  })
})

describe('a hostile artifact does nothing but make an error', () => {
  const evil = (entries: readonly Entry[]): Buffer => archive(entries)
  const text = serializePart(part())
  const changed = (change: (json: Record<string, unknown>) => void): Buffer => {
    const json = JSON.parse(text)
    change(json)
    return packed(JSON.stringify(json))
  }
  const inReport = (change: (report: { services: { findings: unknown[]; service: string }[] }) => void): Buffer =>
    changed((json) => {
      const report = JSON.parse(String(json.report))
      change(report)
      json.report = JSON.stringify(report)
    })

  test.each<[string, () => Buffer, RegExp]>([
    [
      'a way out of the folder',
      () => evil([{ name: '../../part.json', bytes: Buffer.from(text) }]),
      /none of a recording's/,
    ],
    ['a link', () => evil([{ name: 'part.json', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }]), /holds a link/],
    [
      'a bomb of 300 MB',
      () => evil([{ name: 'part.json', bytes: Buffer.alloc(300_000_000, 32) }]),
      /inflates to 287 MiB/,
    ],
    [
      'more files',
      () =>
        evil([
          { name: 'part.json', bytes: Buffer.from(text) },
          { name: 'x', bytes: Buffer.from('') },
        ]),
      /2 files/,
    ],
    ['no archive', () => Buffer.from('<html>'), /is no ZIP archive/],
    ['no JSON', () => packed('{'), /not valid JSON/],
    ['another schema', () => changed((json) => (json.schema = 'leakgate/part@9')), /expected schema leakgate\/part@1/],
    ['a key of another type', () => changed((json) => (json.key = {})), /key/],
    ['a head that is none', () => changed((json) => (json.head = '$(reboot)')), /head/],
    [
      'a report of another schema',
      () => inReport((report) => Object.assign(report, { schema: 'x' })),
      /expected schema/,
    ],
    [
      'a million findings',
      () => inReport(({ services: [one] }) => (one!.findings = Array(1_000_000).fill(0))),
      /at most 1000/,
    ],
  ])('%s', async (_, bytes, message) => {
    upload(bytes())
    const error = await later().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(formatUserError(error as UserError)).toMatch(message)
    expect(fake.world.comments).toEqual([])
  })

  test('one of two legs: the other is told', async () => {
    upload(Buffer.from('x'), 'a')
    upload(packed(serializePart(part({ key: 'b' }))), 'b')
    expect(await later()).toBe('created')
    expect(warnings).toEqual([expect.stringMatching(/leakgate-part-a-a1 is left out: is no ZIP archive/)])
  })

  test('an archive larger than any of ours is not even read to its end', async () => {
    upload(Buffer.alloc(6 * 1024 * 1024))
    await expect(later()).rejects.toThrow(/more than 5242880 bytes/)
  })

  test('Markdown, mentions and commands in names stay text', async () => {
    const name = '`](x) @everyone <img src=x onerror=y> \n::error::x ##[error]y --> <!-- leakgate:v1'
    upload(
      inReport(({ services: [one] }) => (one!.service = name)),
      'a',
    )
    const why = 'see @everyone <b>bold</b> [x](https://evil.example) `'
    const base = {
      ...{
        start: sha('m1'),
        note: name,
        passedOver: [{ commit: sha('m1'), why }],
        missing: why,
        advice: name,
        yaml: name,
      },
      base: undefined,
    }
    upload(packed(serializePart(part({ report: { ...FAILING, base } }))), 'b')
    expect(await later()).toBe('created')
    const { body } = fake.world.comments[0]!
    expect(body.match(/^<!-- leakgate/gm)).toHaveLength(2)
    // Outside of code there is nothing of it.
    const plain = body
      .replace(/^```[\s\S]*?^```/gm, '')
      .replace(/(`+)[^`](?:[\s\S]*?[^`])??\1(?!`)/g, '')
      .replace(/<code>.*?<\/code>/g, '')
    expect(plain).not.toMatch(/@everyone|<img|<b>|evil\.example/)
  })
})

describe('the event', () => {
  const read = (run: Record<string, unknown>, name = 'workflow_run'): EndedRun | undefined => {
    const file = join(mkdtempSync(join(tmpdir(), 'leakgate-event-')), 'event.json')
    writeFileSync(file, JSON.stringify(example(run)))
    return readEndedRun({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file })
  }

  const sample = webhook('workflow_run$completed')
  const example = (run: Record<string, unknown>): Record<string, unknown> => {
    return { ...sample, workflow_run: { ...(sample.workflow_run as object), ...run } }
  }

  test('as GitHub sends it', () => {
    const run = { event: 'pull_request', head_sha: sha('f1'), path: `${WORKFLOW}@main` }
    expect(read(run)).toMatchObject({ workflow: WORKFLOW, head: sha('f1'), headOwner: expect.stringMatching(/./) })
  })

  test('anything but a pull request is left alone, pull_request_target above all', () => {
    expect(read({ event: 'push' })).toBeUndefined()
    expect(read({ event: 'pull_request_target' })).toBeUndefined()
  })

  test('another event is a mistake in the workflow', () => {
    expect(() => read({}, 'push')).toThrow(/cannot comment on event "push"/)
  })

  test('nothing is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leakgate-nothing-'))
    upload(packed(serializePart(part())))
    const before = process.cwd()
    process.chdir(folder)
    await later()
    process.chdir(before)
    expect(readdirSync(folder)).toEqual([])
  })
})
