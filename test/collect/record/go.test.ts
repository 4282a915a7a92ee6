import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readRecordings } from '../../../src/collect/folder.ts'
import { readSide } from '../../../src/collect/sides.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { markedLine, ROOT, recording, SERVICES } from '../../fixtures.ts'
import { HAS_GO } from '../../go/toolchain.ts'
import { newFolder, plan, recordPlan } from './planned.ts'
import { buildServices, freePort } from './services.ts'

const TIMEOUT = { timeout: 120_000 }

describe.skipIf(!HAS_GO).concurrent('real Go programs', TIMEOUT, () => {
  let programs: string
  beforeAll(() => {
    programs = buildServices('healthy', 'map-cache', 'load')
  }, 300_000)

  /** Record settings for a service that leakgate starts, and its load. */
  async function service(name: string): Promise<{ target: string; start: string; load: string; url: string }> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    return {
      url,
      target: `orders=${url}`,
      start: `exec ${programs}/${name} -addr 127.0.0.1:${port}`,
      load: `${programs}/load -url ${url} -n 300 -seed $LEAKGATE_ROUND`,
    }
  }

  test('leakgate record, then compare: the leak is found with its line, the healthy one passes', async () => {
    const folder = newFolder()
    for (const [name, program] of Object.entries({ base: 'healthy', same: 'healthy', head: 'map-cache' })) {
      const { target, start, load } = await service(program)
      const args = ['--target', target, '--start', start, '--output', join(folder, name), '--rounds', '8']
      const ran = await leakgate(['record', ...args, '--operations', '/(\\d+) operations/', '--run', load])
      expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('orders: 8 snapshots')])
      // What the load prints comes through.
      expect(ran.stdout.match(/300 operations/g)).toHaveLength(8)
    }
    const same = await leakgate(['compare', join(folder, 'base'), join(folder, 'same')])
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('PASS')])
    const leak = await leakgate(['compare', join(folder, 'base'), join(folder, 'head'), '--source', SERVICES])
    expect([leak.code, leak.stdout]).toEqual([1, expect.stringContaining(markedLine('map-cache'))])
    const [recorded] = readRecordings(join(folder, 'head'), new Stacks())
    expect(recorded).toMatchObject({
      service: 'orders',
      goVersion: expect.stringMatching(/^go1\.\d+/),
      settings: { GODEBUG: 'memprofilerate=8192', GOMAXPROCS: '2' },
      load: { rounds: 8, operations: 2400 },
    })
    expect(recorded!.snapshots.at(-1)).toMatchObject({ allocs: {}, goroutineleak: {}, dump: {} })
    expect(recorded!.snapshots[0]!.heap?.period).toBe(8192)
  })

  test('one load that marks its rounds is judged as rounds are', async () => {
    const folder = newFolder()
    const fetchMark = `${process.execPath} -e 'fetch(process.env.LEAKGATE_MARK + "?operations=300").then(async (a) => console.log(await a.text()))'`
    for (const [name, program] of Object.entries({ base: 'healthy', head: 'map-cache' })) {
      const { target, start, load } = await service(program)
      const run = `for LEAKGATE_ROUND in 1 2 3 4 5 6 7; do ${load}; ${fetchMark}; done`
      const args = ['--target', target, '--start', start, '--output', join(folder, name), '--rounds', 'marks']
      const ran = await leakgate(['record', ...args, '--run', run])
      expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('orders: 8 snapshots')])
      expect(ran.stdout).toMatch(/round 7: orders [\d.]+ \w+ live, \d+ goroutines/)
    }
    const [recorded] = readRecordings(join(folder, 'head'), new Stacks())
    expect(recorded!.snapshots.map(({ phase }) => phase)).toEqual([...Array(7).fill('rest'), 'single'])
    expect(recorded).toMatchObject({ load: { rounds: 7, operations: 2100 } })
    expect(recorded!.doubts).toBeUndefined()
    const leak = await leakgate(['compare', join(folder, 'base'), join(folder, 'head'), '--source', SERVICES])
    expect([leak.code, leak.stdout]).toEqual([1, expect.stringContaining(markedLine('map-cache'))])
  })

  test('one load that pauses between its rounds is recorded in the pauses', async () => {
    const folder = newFolder()
    const { target, start, load } = await service('healthy')
    const run = `for LEAKGATE_ROUND in 1 2 3; do for again in 1 2 3; do ${load}; done; sleep 6; done; ${load}; ${load}; sleep 1.5`
    const args = ['--target', target, '--start', start, '--output', folder, '--rounds', 'gaps']
    const ran = await leakgate(['record', ...args, '--operations', '900', '--run', run])
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('snapshots')])
    const [recorded] = readRecordings(folder, new Stacks())
    const rest = recorded!.snapshots.filter(({ phase }) => phase === 'rest')
    expect(rest.slice(0, 3).map(({ operations }) => operations)).toEqual([900, 1800, 2700])
    // What the load did after its last pause is a round as well.
    expect(rest.length).toBeGreaterThanOrEqual(3)
    expect(recorded!.doubts).toBeUndefined()
  })

  test('the gate step starts the service, runs the load, records and judges; a failing load fails it too', async () => {
    const { target, start, load } = await service('map-cache')
    const temp = newFolder()
    const inputs = {
      TARGETS: target,
      START: start,
      RUN: `${load.replace('-n 300', '-n 400')}; test $LEAKGATE_ROUND -lt 8`,
      OPERATIONS: '/(\\d+) operations/',
      EXPECT: 'orders: heap, goroutine',
      BASELINE: recording('healthy'),
      SOURCE: SERVICES,
    }
    const ran = await run(join(ROOT, 'dist/main.js'), [], {
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])),
      RUNNER_TEMP: temp,
      GITHUB_ACTIONS: 'true',
    })
    expect(ran.code).toBe(1)
    const report = JSON.parse(readFileSync(join(temp, 'leakgate/report.json'), 'utf8'))
    expect(report.verdict).toBe('fail')
    expect(ran.stdout).toContain(markedLine('map-cache'))
    expect(ran.stdout).toMatch(/::error::run: the load failed in round 8: status 1/)
  })

  test('a restart in mid-run is told by the process, even when every counter rose', async () => {
    const port = await freePort()
    const program = `${programs}/healthy -addr 127.0.0.1:${port}`
    // The load of round 2 ends the service; whatever supervises it starts another one.
    const start = `trap 'kill $pid; exit' TERM; while true; do ${program} & pid=$!; echo $pid > pid; wait $pid || true; done`
    const folder = newFolder()
    const load = `${programs}/load -url http://127.0.0.1:${port} -n 50
      if test $LEAKGATE_ROUND = 2; then kill -9 $(cat ${folder}/pid); sleep 1; ${programs}/load -url http://127.0.0.1:${port} -n 2000; fi`
    const { services } = await recordPlan({
      ...plan([`orders=http://127.0.0.1:${port}`], { script: load }, { rounds: '3', folder: join(folder, 'out') }),
      start: `cd ${folder}; ${start}`,
      patience: 20_000,
    })
    expect(services[0]!.doubts).toContainEqual(expect.objectContaining({ kind: 'process-changed', round: 2 }))
  })

  test('runs: the whole again in a fresh process, beside the first', async () => {
    const { target, start, load } = await service('healthy')
    const one = plan([target], { script: load }, { rounds: '2', runs: '2', start })
    const { folder, failure } = await recordPlan({ ...one, patience: 20_000 })
    expect(failure).toBeUndefined()
    expect(readRecordings(folder, new Stacks()).map(({ snapshots }) => snapshots.length)).toEqual([2])
    const second = readRecordings(join(folder, 'orders/runs/2'), new Stacks())
    expect(second.map(({ snapshots }) => snapshots.length)).toEqual([2])
  })

  test('the service ends with the recording, and its children with it', async () => {
    const { target, start, url } = await service('healthy')
    const script = `sleep 300 & echo $!; ${start.replace('exec ', '')}`
    await recordPlan({ ...plan([target], { script: 'true' }, { rounds: '1', start: script }), patience: 20_000 })
    await expect(fetch(url)).rejects.toThrow()
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(url.slice('http://'.length))
  })

  test('go test -memprofile: told by content, ordered by the time inside, the service named from the folder', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'go.mod'), 'module example.com/cache\n\ngo 1.24\n')
    writeFileSync(
      join(folder, 'cache_test.go'),
      'package cache\n\nimport "testing"\n\nvar kept [][]byte\n\nfunc TestPut(t *testing.T) {\n\tfor range 1000 {\n\t\tkept = append(kept, make([]byte, 4096))\n\t}\n}\n',
    )
    mkdirSync(join(folder, 'profiles/cache'), { recursive: true })
    // Named against their order: the first one written sorts last.
    for (const name of ['b.out', 'a.out']) {
      const args = ['test', '-count=1', '-memprofile', join(folder, name), '-memprofilerate', '4096', '.']
      execFileSync('go', args, { cwd: folder, env: { ...process.env, GOFLAGS: '' }, stdio: 'pipe' })
      cpSync(join(folder, name), join(folder, 'profiles/cache', name))
    }
    const [loose] = readSide('input profiles', [join(folder, 'profiles/*/*.out')], new Stacks())
    expect(loose).toMatchObject({ service: 'cache' })
    // -memprofile writes the allocs profile.
    const files = loose!.snapshots.map((snapshot) => snapshot.heap?.source)
    expect(files.map((file) => file?.replace(/^.*\/|\s.*$/g, ''))).toEqual(['b.out', 'a.out'])
    expect(loose!.snapshots[0]!.time).toBeLessThan(loose!.snapshots[1]!.time)
  })
})

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The CLI from its sources, without blocking the tests that run beside. */
function leakgate(args: readonly string[]): Promise<Ran> {
  return run(join(ROOT, 'src/cli.ts'), args, { NO_COLOR: '1' })
}

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env['PATH'], ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}
