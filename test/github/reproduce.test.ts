import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ROOT, recording, SERVICES } from '../fixtures.ts'
import { type Event, environment, WORKFLOW } from './fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from './fake/server.ts'
import { runBundle } from './fake/spawn.ts'
import { commits, sha } from './fake/world.ts'

/** What the comment says to do is done, on what a reader of it gets: the artifacts as they were uploaded. */

let fake: FakeGitHub
let home: string

beforeEach(async () => {
  fake = await fakeGitHub()
  home = mkdtempSync(join(tmpdir(), 'leakgate-reader-'))
  commits(fake.world, ['m1'], ['m2', 'm1'], ['f1', 'm2'])
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

const PULL: Event = { on: 'pull_request', head: 'f1', base: 'm2' }
let runs = 5000

async function gate(event: Event, profiles: string, more: Record<string, string> = {}, server?: string) {
  const runId = runs++
  const head = 'commit' in event ? event.commit : event.head
  const made = { id: runId, event: event.on, head_branch: 'main', head_sha: sha(head), path: WORKFLOW, attempt: 1 }
  fake.world.runs.set(runId, { ...made, headRepositoryId: 4242 })
  const env = environment(fake, event, { runId, ...(server === undefined ? {} : { server }) })
  return runBundle('main.js', env, { profiles, source: SERVICES, token: 'ghs_x', key: 'api', ...more })
}

/** The lines of the fold's shell blocks. */
function printed(): string[] {
  const [comment] = fake.world.comments
  const folded = /<summary>Reproduce on your machine<\/summary>([\s\S]*?)<\/details>/.exec(comment!.body)?.[1] ?? ''
  return [...folded.matchAll(/```sh\n([\s\S]*?)\n```/g)].flatMap(([, lines]) => lines!.split('\n'))
}

/** `gh run download` with one name unpacks it into the folder itself, and overwrites nothing. */
function download(line: string): void {
  const [, run, repository, name, dir] =
    /^gh run download (\d+) --repo (\S+) --name (\S+) --dir (\S+)$/.exec(line) ?? expect.fail(line)
  expect(repository).toBe('acme/orders')
  const artifact = fake.world.artifacts.find((one) => one.runId === Number(run) && one.name === name)
  const archive = join(home, `${name}.zip`)
  expect(existsSync(join(home, dir!))).toBe(false)
  writeFileSync(archive, artifact!.bytes)
  mkdirSync(join(home, dir!), { recursive: true })
  execFileSync('unzip', ['-q', archive, '-d', join(home, dir!)])
}

/** As a reader's shell runs it, where `npx leakgate` is this build. */
function run(line: string) {
  const cli = `${process.execPath} ${join(ROOT, 'dist/cli.js')}`
  return spawnSync('sh', ['-c', line.replace('npx leakgate', cli)], { cwd: home, encoding: 'utf8' })
}

const DIST = join(ROOT, 'dist')
const HAS = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js'))
  .some((name) => readFileSync(join(DIST, name), 'utf8').includes('gh run download'))
const GO = spawnSync('go', ['version']).status === 0

describe.skipIf(!HAS)('the lines the comment prints, run by a reader', () => {
  test('artifacts: same verdict, same line to fix, and the difference opens in pprof', {
    timeout: 120_000,
  }, async () => {
    await gate({ on: 'push', commit: 'm2' }, recording('healthy'))
    const leak = await gate(PULL, recording('map-cache'))
    expect(leak.code).toBe(1)
    const lines = printed()
    const own = lines.filter((line) => line.startsWith('gh '))
    expect(own).toHaveLength(2)
    for (const line of own) download(line)
    cpSync(SERVICES, home, { recursive: true })
    const compared = run(lines.find((line) => line.startsWith('npx leakgate compare'))!)
    expect([compared.status, compared.stderr]).toEqual([1, ''])
    expect(compared.stdout).toMatch(/FAIL {2}Memory leak: 1 place to fix[\s\S]*cache\.go:45/)
    const look = lines.filter((line) => line.startsWith('go tool pprof'))
    expect(look).toEqual([
      expect.stringMatching(/^go tool pprof -http=: leaks\/report-api-\d+\/diff\.pb\.gz$/),
      expect.stringMatching(/\/goroutine-diff\.pb\.gz$/),
    ])
    if (!GO) return
    const opened = run(look[0]!.replace('-http=:', '-top'))
    expect([opened.status, opened.stdout]).toEqual([0, expect.stringContaining('quote.remember')])
    // Asked for again: `gh` would refuse, so it is not printed into the same folder as anything else.
    expect(new Set(own.map((line) => line.split(' ').at(-1))).size).toBe(2)
  })

  test('loose profiles of several services, with all that lies beside them', { timeout: 120_000 }, async () => {
    const loose = (name: string, last: string): string => {
      const folder = join(home, name, 'profiles')
      for (const service of ['api', 'worker']) {
        mkdirSync(join(folder, service), { recursive: true })
        const from = recording(service === 'api' ? last : 'healthy')
        for (const file of ['heap.pb.gz', 'goroutine.pb.gz', 'goroutineleak-1.pb.gz']) {
          if (existsSync(join(from, '10', file))) cpSync(join(from, '10', file), join(folder, service, file))
        }
      }
      return folder
    }
    await gate({ on: 'push', commit: 'm2' }, loose('main', 'healthy'))
    const leak = await gate(PULL, loose('change', 'chan-send'))
    const verdict = /^verdict<<\S+\n(\w+)/m.exec(leak.outputs)?.[1]
    const lines = printed()
    for (const line of lines.filter((one) => one.startsWith('gh '))) download(line)
    const compared = run(lines.find((line) => line.startsWith('npx leakgate compare'))!)
    expect(compared.stderr).toBe('')
    expect(compared.stdout.trimStart()).toMatch(new RegExp(`^${verdict!.toUpperCase()} `))
    for (const service of ['api', 'worker']) expect(compared.stdout).toContain(service)
  })

  test('the branch: git gets it out', { timeout: 120_000 }, async () => {
    const store = { 'baseline-store': 'branch' }
    await gate({ on: 'push', commit: 'm2' }, recording('healthy'), store)
    await gate(PULL, recording('map-cache'), store)
    // The branch as a clone of the repository would have it.
    const origin = join(home, 'origin')
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: home, stdio: 'pipe' })
    git('init', '-q', '-b', 'leakgate-baselines', origin)
    const tip = fake.world.refs.get('refs/heads/leakgate-baselines')!
    for (const { path, sha: blob } of fake.world.trees.get(fake.world.gitCommits.get(tip)!.tree)!) {
      mkdirSync(join(origin, path, '..'), { recursive: true })
      writeFileSync(join(origin, path), fake.world.blobs.get(blob)!)
    }
    git('-C', origin, 'add', '.')
    git('-C', origin, '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-q', '-m', 'x')
    git('init', '-q', '.')
    git('remote', 'add', 'origin', origin)
    for (const line of printed()) {
      if (line.startsWith('gh ')) download(line)
      else if (/^(git fetch|mkdir|unzip) /.test(line)) expect([line, run(line).status]).toEqual([line, 0])
    }
    const compared = run(printed().find((line) => line.startsWith('npx leakgate compare'))!)
    expect([compared.status, compared.stderr]).toEqual([1, ''])
  })

  test('a folder of the runners, on a server without artifacts', { timeout: 120_000 }, async () => {
    const server = 'https://github.example.com'
    const store = { 'baseline-store': join(home, 'shared disk') }
    await gate({ on: 'push', commit: 'm2' }, recording('healthy'), store, server)
    await gate(PULL, recording('map-cache'), store, server)
    const [unpack, compare] = printed()
    expect(run(unpack!).status).toBe(0)
    expect(fake.world.comments[0]!.body).toContain('`HEAD` is the recording of this run')
    const compared = run(compare!.replace(' HEAD ', ` ${recording('map-cache')} `))
    expect([compared.status, compared.stderr]).toEqual([1, ''])
  })
})
