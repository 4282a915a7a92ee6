// Records a running service the way docs/recording-format.md says: rounds of load, and at rest after each of them the
// heap, goroutine and goroutineleak profiles. What has been recorded is kept below the system's temporary folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { SILENT } from '../src/collect/record/progress.ts'
import { record } from '../src/collect/record/record.ts'
import { planOf, type RecordSettings } from '../src/collect/record/settings.ts'

export const CACHE = join(tmpdir(), 'leakgate-experiments')
export const SETTINGS = { GODEBUG: 'memprofilerate=8192', GOMAXPROCS: '2' }
export const ROUNDS = 10

export interface Live {
  /** The program; its content is part of the name under which the recording is kept. */
  readonly program: string
  readonly go: string
  /** Addresses the program is told to use. `port` serves the profiles, unless the program does so elsewhere. */
  arguments(port: number, folder: string): readonly string[]
  /** Puts one round of load on the service and returns when it is done. */
  round(base: string, round: number): Promise<void>
  readonly operationsPerRound: number
  readonly rounds?: number
  /** The goroutine count has settled when it was the same this many times in a row, 50 ms apart. */
  readonly still?: number
  /** Before the first round. */
  prepare?(base: string): Promise<void>
}

/** Records under a name unless that is there already, and returns the folder. */
export function recordLive(name: string, live: Live): Promise<string> {
  return recordOnce(name, live, (folder, base) => recordRounds(folder, base, live))
}

/** One load without a pause, cut into slices of time by the recorder that users have. */
export function recordSliced(name: string, live: Live, slices: number, seconds: number): Promise<string> {
  return recordOnce(`${name}-${slices}x${seconds}s`, live, async (folder, base) => {
    const stop = new AbortController()
    await live.prepare?.(base)
    const loading = keepLoading(live, base, stop.signal)
    const settings: RecordSettings = {
      ...{ targets: [`service=${base}`], headers: [], load: undefined, rounds: `${slices}`, start: '', runs: '' },
      ...{ duration: `${slices * seconds}s`, maxDuration: '', interval: '', operations: '', expect: [], evidence: '' },
      ...{ folder: `${folder}.out`, commit: undefined },
    }
    const plan = planOf(settings, (setting) => setting)
    const { failure } = await record(plan, { progress: SILENT, stop: new AbortController().signal })
    stop.abort()
    await loading
    if (failure !== undefined) throw failure
    rmSync(folder, { recursive: true })
    renameSync(join(`${folder}.out`, 'service'), folder)
    rmSync(`${folder}.out`, { recursive: true })
  })
}

async function keepLoading(live: Live, base: string, signal: AbortSignal): Promise<void> {
  for (let round = 1; !signal.aborted; round++) await live.round(base, round)
}

/** The folder of a recording that is there already. */
export function recordedBefore(name: string, live: Live): string | undefined {
  const folder = join(CACHE, digest(live.program), name)
  return existsSync(join(folder, 'recording.json')) ? folder : undefined
}

async function recordOnce(
  name: string,
  live: Live,
  recordInto: (folder: string, base: string) => Promise<void>,
): Promise<string> {
  const known = recordedBefore(name, live)
  if (known !== undefined) return known
  const folder = join(CACHE, digest(live.program), name)
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  const work = `${folder}.work`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const { child, base } = await start(live, work)
  try {
    await recordInto(part, base)
  } finally {
    await stop(child)
    rmSync(work, { recursive: true, force: true })
  }
  renameSync(part, folder)
  return folder
}

async function recordRounds(folder: string, base: string, live: Live): Promise<void> {
  const { rounds = ROUNDS, operationsPerRound, go } = live
  await live.prepare?.(base)
  const snapshots: Snapshot[] = []
  for (let round = 1; round <= rounds; round++) {
    await live.round(base, round)
    await settle(base, live.still ?? 4)
    snapshots.push({ ...(await takeSnapshot(base, folder, round)), operations: round * operationsPerRound })
  }
  const recording = {
    schema: 'leakgate/recording@1',
    service: 'service',
    go,
    settings: SETTINGS,
    load: { rounds, operations: rounds * operationsPerRound },
    snapshots,
  }
  writeFileSync(join(folder, 'recording.json'), `${JSON.stringify(recording)}\n`)
}

const digests = new Map<string, string>()

function digest(program: string): string {
  let known = digests.get(program)
  if (known === undefined) {
    known = createHash('sha256').update(readFileSync(program)).digest('hex').slice(0, 12)
    digests.set(program, known)
  }
  return known
}

interface Snapshot {
  round: number
  phase: 'rest'
  time: string
  operations: number
  files: { kind: string; path: string }[]
}

interface Answer {
  status: number
  body: Buffer
}

/** Over a connection of its own, so that no idle connection is left in the service. */
export function fetchOnce(url: string, method = 'GET', body?: Buffer | string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, method, headers: { connection: 'close' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

export async function fetchOk(url: string, method = 'GET', body?: Buffer | string): Promise<Buffer> {
  const answer = await fetchOnce(url, method, body)
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${url}: status ${answer.status}: ${answer.body.toString('utf8', 0, 200)}`)
  }
  return answer.body
}

/** Waits until the number of goroutines has been the same for a while, for 10 seconds at most. */
async function settle(base: string, still: number): Promise<void> {
  let last = -1
  let same = 0
  for (let attempt = 0; attempt < 200 && same < still; attempt++) {
    await sleep(50)
    const text = (await fetchOk(`${base}/debug/pprof/goroutine?debug=1`)).toString('utf8', 0, 80)
    const total = Number(/total (\d+)/.exec(text)?.[1] ?? Number.NaN)
    same = total === last ? same + 1 : 0
    last = total
  }
}

/** MemStats without the heap records of the text profile, which the protobuf form has as well. */
function withoutRecords(text: Buffer): string {
  const lines = text.toString('utf8').split('\n')
  return [lines[0], '', ...lines.slice(lines.indexOf('# runtime.MemStats'))].join('\n')
}

async function takeSnapshot(base: string, folder: string, round: number): Promise<Snapshot> {
  const directory = String(round).padStart(2, '0')
  const files: Snapshot['files'] = []
  mkdirSync(join(folder, directory), { recursive: true })
  const keep = (kind: string, name: string, body: Buffer): void => {
    writeFileSync(join(folder, directory, name), body)
    files.push({ kind, path: `${directory}/${name}` })
  }
  const profile = (path: string): Promise<Buffer> => fetchOk(`${base}/debug/pprof/${path}`)

  // The heap profile shows the state of the last garbage collection, hence the collections before it.
  await profile('heap?gc=1')
  const memstats = await profile('heap?gc=1&debug=1')
  const time = new Date().toISOString()
  keep('heap', 'heap.pb.gz', await profile('heap'))
  keep('memstats', 'memstats.txt.gz', gzipSync(withoutRecords(memstats)))
  keep('goroutine', 'goroutine.pb.gz', await profile('goroutine'))
  keep('goroutine-text', 'goroutine.txt.gz', gzipSync(await profile('goroutine?debug=2')))
  for (const take of [1, 2]) {
    const { status, body } = await fetchOnce(`${base}/debug/pprof/goroutineleak`)
    if (status === 200) keep('goroutineleak', `goroutineleak-${take}.pb.gz`, body)
  }
  return { round, phase: 'rest', time, operations: 0, files }
}

/** Whoever stops an experiment does not want its services to go on. */
const running = new Set<ChildProcess>()
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function stopAll(): void {
  for (const child of running) child.kill('SIGKILL')
  process.exit(1)
}

/** The signals are left alone while nothing runs: judging has no room for a handler. */
function watch(child: ChildProcess): void {
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, stopAll)
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    if (running.size === 0) for (const signal of SIGNALS) process.off(signal, stopAll)
  })
}

async function start(live: Live, work: string): Promise<{ child: ChildProcess; base: string }> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const child = spawn(live.program, live.arguments(port, work), {
    cwd: work,
    env: { ...SETTINGS, HOME: work },
    stdio: 'ignore',
  })
  child.on('error', () => {})
  watch(child)
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${live.program} ended early`)
    await sleep(50)
    const answer = await fetchOnce(`${base}/debug/pprof/`).catch(() => undefined)
    if (answer?.status === 200) return { child, base }
  }
  await stop(child)
  throw new Error(`${live.program} does not serve its profiles`)
}

/** The second port of a program that serves its clients at another than its profiles. */
export function besides(port: number): number {
  return port + 10_000
}

/** A port of which `besides` is free as well; below those the system gives to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000)
    if ((await isFree(port)) && (await isFree(besides(port)))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 3000)
  await ended
  clearTimeout(force)
}

/** Runs the jobs, `width` of them at a time; tells on standard error how far it is. */
export async function runAll<T>(jobs: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = new Array(jobs.length)
  let next = 0
  const started = Date.now()
  const worker = async (): Promise<void> => {
    while (next < jobs.length) {
      const index = next++
      results[index] = await jobs[index]!()
      if ((index + 1) % 20 === 0 || index + 1 === jobs.length) {
        console.error(`  ${index + 1}/${jobs.length} after ${Math.round((Date.now() - started) / 1000)} s`)
      }
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

/** Runs jobs, `width` of them at a time, as long as there is time for another. One that fails is told and left out. */
export async function runUntil(jobs: Iterator<() => Promise<unknown>>, width: number, end: number): Promise<void> {
  let done = 0
  const worker = async (): Promise<void> => {
    while (Date.now() < end) {
      const { value: job, done: over } = jobs.next()
      if (over) return
      try {
        await job()
        done++
      } catch (error) {
        console.error(`  ${error instanceof Error ? error.message : error}`)
      }
      if (done % 50 === 0) console.error(`  ${done} done, ${Math.round((end - Date.now()) / 1000)} s left`)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}
