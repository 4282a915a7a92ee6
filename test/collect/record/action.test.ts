import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readRecordings } from '../../../src/collect/folder.ts'
import { RECORD_INPUT_NAMES, RECORD_ONLY_NAMES } from '../../../src/github/record-inputs.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { ROOT } from '../../fixtures.ts'
import { FakeService } from './fake-service.ts'

const TIMEOUT = { timeout: 60_000 }

test('record/action.yml declares the inputs that are read', () => {
  const manifest = parse(readFileSync(join(ROOT, 'record/action.yml'), 'utf8'))
  expect(Object.keys(manifest.inputs).sort()).toEqual([...RECORD_INPUT_NAMES, ...RECORD_ONLY_NAMES].sort())
  expect(manifest.runs).toEqual({ using: 'node24', main: '../dist/record.js', post: '../dist/record.js' })
})

describe.concurrent('the record action, as the runner runs it', TIMEOUT, () => {
  test('in the background: outlives its step, and mode: stop completes and names the recordings', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const started = await job.step({ targets: `api=${fake.url}`, interval: '300ms' })
    expect([started.code, started.stdout]).toEqual([0, expect.stringContaining('Recording in the background')])
    await sleep(1500)
    const stopped = await job.step({ mode: 'stop' })
    expect(stopped.code).toBe(0)
    expect(stopped.outputs['recordings']).toBe(started.outputs['recordings'])
    const [recording] = readRecordings(stopped.outputs['recordings']!, new Stacks())
    expect(recording!.snapshots.length).toBeGreaterThan(1)
    expect(recording!.snapshots.at(-1)).toMatchObject({ phase: 'single', allocs: {}, goroutineleak: {} })
    // Power is lost without rounds, and nothing else is wrong.
    expect(recording!.doubts?.map(({ kind }) => kind)).toEqual(['sliced'])
    const before = fake.requests.length
    await sleep(600)
    expect(fake.requests.length).toBe(before)
    expect((await job.post(started)).code).toBe(0)
  })

  test('in the background with marks: the steps that follow know where, and each mark is a round at rest', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const started = await job.step({ targets: `api=${fake.url}`, rounds: 'marks', operations: '5' })
    expect(started.code).toBe(0)
    const url = started.environment['LEAKGATE_MARK']!
    for (let round = 1; round <= 5; round++) {
      await fetch(`${fake.url}/load`)
      const marked = await fetch(url)
      expect([marked.status, await marked.text()]).toEqual([200, expect.stringContaining(`round ${round}: api`)])
    }
    const stopped = await job.step({ mode: 'stop' })
    expect(stopped.code).toBe(0)
    const [recording] = readRecordings(stopped.outputs['recordings']!, new Stacks())
    expect(recording!.snapshots.filter(({ phase }) => phase === 'rest').map((s) => s.operations)).toEqual([
      5, 10, 15, 20, 25,
    ])
    expect(recording!.doubts).toBeUndefined()
    await expect(fetch(url)).rejects.toThrow()
    const refused = await job.step({ targets: `api=${fake.url}`, rounds: 'marks', foreground: 'true' })
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('input foreground')])
  })

  test('nobody stops it: the post hook completes the recording', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const started = await job.step({ targets: `api=${fake.url}`, interval: '300ms' })
    const post = await job.post(started)
    expect(post.stdout).toContain(started.outputs['recordings'])
    const [recording] = readRecordings(started.outputs['recordings']!, new Stacks())
    expect(recording!.doubts?.map(({ kind }) => kind)).toEqual(['sliced'])
  })

  test('a sampler that was killed is collected, and its recording says so', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const started = await job.step({ targets: `api=${fake.url}`, interval: '200ms' })
    const [home] = readdirSync(job.samplers)
    const { pid } = JSON.parse(readFileSync(join(job.samplers, home!, 'hand-over.json'), 'utf8'))
    await sleep(700)
    process.kill(pid, 'SIGKILL')
    const stopped = await job.step({ mode: 'stop' })
    expect(stopped.code).toBe(0)
    const [recording] = readRecordings(started.outputs['recordings']!, new Stacks())
    expect(recording!.doubts).toContainEqual(expect.objectContaining({ kind: 'unfinished', reason: 'killed' }))
  })

  test('a target that serves no profiles fails the step that starts it, with a hint', async () => {
    await using fake = await new FakeService().listen()
    fake.fault = (_, response) => {
      response.writeHead(404).end('404 page not found\n::error::from the service')
      return true
    }
    const started = await new Job().step({ targets: `api=${fake.url}` })
    expect(started.code).toBe(1)
    expect(started.stdout).toMatch(
      /::error::target api .*no profiles: status 404: "404 page not found".*net\/http\/pprof/,
    )
    expect(started.stdout).not.toContain('from the service')
  })

  test('foreground: SIGINT ends it cleanly within the time the runner gives', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const child = job.spawn({ targets: `api=${fake.url}`, foreground: 'true', interval: '200ms' })
    const ended = finished(child)
    while (fake.requests.length < 10) await sleep(20)
    const signalled = Date.now()
    child.kill('SIGINT')
    const { code } = await ended
    expect(code).toBe(0)
    expect(Date.now() - signalled).toBeLessThan(7500)
    const [recording] = readRecordings(job.outputs()['recordings']!, new Stacks())
    expect(recording!.doubts?.map(({ kind }) => kind)).toEqual(['sliced'])
  })

  test('run: what the load prints cannot command the runner, its headers are masked, its failure fails the step', async () => {
    await using fake = await new FakeService().listen()
    const job = new Job()
    const ran = await job.step({
      targets: `api=${fake.url}`,
      headers: 'Authorization: Bearer hunter2hunter2',
      rounds: '2',
      run: `${fake.load.script}; printf '::error::from the load'; env | grep -c hunter2 || test $LEAKGATE_ROUND = 1`,
    })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('::add-mask::Bearer hunter2hunter2')
    expect(ran.stdout).toContain('::add-mask::hunter2hunter2')
    const [, token] = /::stop-commands::(\S+)\n::error::from the load/.exec(ran.stdout) ?? []
    expect(ran.stdout).toContain(`\n::${token}::\n`)
    expect(ran.stdout).toMatch(/::error::.*the load failed in round 2: status 1/)
    expect(fake.requests.every(({ headers, url }) => url === '/load' || headers.authorization)).toBe(true)
    const [recording] = readRecordings(ran.outputs['recordings']!, new Stacks())
    expect(recording!.snapshots).toHaveLength(2)
  })

  test('a misspelt input is an error', async () => {
    const ran = await new Job().step({ target: 'api=http://127.0.0.1:1' })
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('input target: no such input')])
  })
})

interface Step {
  readonly code: number | null
  readonly stdout: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** What it exports for the steps that follow. */
  readonly environment: Readonly<Record<string, string>>
}

/** The steps of one job: they share the runner's temporary folder and nothing else. */
class Job {
  readonly temp = mkdtempSync(join(tmpdir(), 'leakgate-job-'))
  readonly samplers = join(this.temp, 'leakgate/samplers')
  #steps = 0

  spawn(inputs: Readonly<Record<string, string>>, state: Readonly<Record<string, string>> = {}): ChildProcess {
    this.#steps++
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
    const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
    for (const file of [this.#file('output'), this.#file('state'), this.#file('env')]) writeFileSync(file, '')
    return spawn(process.execPath, [join(ROOT, 'src/record.ts')], {
      env: {
        PATH: process.env['PATH'],
        ...Object.fromEntries([...given, ...saved]),
        RUNNER_TEMP: this.temp,
        GITHUB_OUTPUT: this.#file('output'),
        GITHUB_STATE: this.#file('state'),
        GITHUB_ENV: this.#file('env'),
        GITHUB_ACTIONS: 'true',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  async step(inputs: Readonly<Record<string, string>>, state: Readonly<Record<string, string>> = {}): Promise<Step> {
    const ran = await finished(this.spawn(inputs, state))
    const read = (name: string): Record<string, string> => variables(this.#file(name))
    return { ...ran, outputs: this.outputs(), state: read('state'), environment: read('env') }
  }

  post(step: Step): Promise<Step> {
    return this.step({}, step.state)
  }

  outputs(): Record<string, string> {
    return variables(this.#file('output'))
  }

  #file(name: string): string {
    return join(this.temp, `${name}-${this.#steps}`)
  }
}

/** `name<<delimiter`, lines, `delimiter`. */
function variables(file: string): Record<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return Object.fromEntries(
    [...text.matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  )
}

function finished(child: ChildProcess): Promise<{ code: number | null; stdout: string }> {
  let stdout = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })))
}
