// Records the fixture services: builds each program, puts it under equal rounds of load and stores its pprof
// profiles after each round.
//
//   node __fixtures__/record.ts [--go go1.26.8|go1.27.3] [--only chan-send,lock]
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const services = join(here, 'services')
const recordings = join(here, 'recordings')

const rounds = 10
const operationsPerRound = 400
const settings = { GODEBUG: 'memprofilerate=8192', GOMAXPROCS: '2' }

// The healthy program is recorded twice, as the two sides of a comparison without a leak.
const programs: Record<string, string> = { healthy: 'healthy', 'healthy-again': 'healthy' }

const { values } = parseArgs({
  options: { go: { type: 'string', default: 'go1.26.8' }, only: { type: 'string' } },
})
const go = values.go
const suffix = go.startsWith('go1.26') ? '' : `-${go.split('.').slice(0, 2).join('.')}`

interface RecordedFile {
  kind: string
  path: string
}

interface Snapshot {
  round: number
  phase: 'rest'
  time: string
  operations: number
  files: RecordedFile[]
}

interface Answer {
  status: number
  body: Buffer
}

/** Fetches a URL over a connection of its own, so that no idle connection is left in the service. */
function fetchOnce(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { connection: 'close' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
    }).on('error', reject)
  })
}

async function fetchProfile(base: string, path: string): Promise<Buffer> {
  const { status, body } = await fetchOnce(`${base}/debug/pprof/${path}`)
  if (status !== 200) throw new Error(`${path}: status ${status}: ${body.toString('utf8', 0, 200)}`)
  return body
}

/** Waits until the number of goroutines has not changed for a while, for 15 seconds at most. */
async function settle(base: string): Promise<number> {
  let last = -1
  let same = 0
  for (let attempt = 0; attempt < 150 && same < 5; attempt++) {
    await sleep(100)
    const text = (await fetchProfile(base, 'goroutine?debug=1')).toString('utf8', 0, 80)
    const total = Number(/total (\d+)/.exec(text)?.[1] ?? Number.NaN)
    same = total === last ? same + 1 : 0
    last = total
  }
  return last
}

function gzipText(text: Buffer | string): Buffer {
  return gzipSync(text, { level: 9 })
}

/** Leaves out the heap records of a text profile, which make up most of it: the first line and MemStats remain. */
function withoutRecords(text: Buffer): string {
  const lines = text.toString('utf8').split('\n')
  return [lines[0], '', ...lines.slice(lines.indexOf('# runtime.MemStats'))].join('\n')
}

async function takeSnapshot(base: string, folder: string, round: number): Promise<Snapshot> {
  const directory = String(round).padStart(2, '0')
  const files: RecordedFile[] = []
  mkdirSync(join(folder, directory), { recursive: true })
  const keep = (kind: string, name: string, body: Buffer): void => {
    const path = `${directory}/${name}`
    writeFileSync(join(folder, path), body)
    files.push({ kind, path })
  }

  // The heap profile shows the state of the last garbage collection, hence the collections before it.
  await fetchProfile(base, 'heap?gc=1')
  const memstats = await fetchProfile(base, 'heap?gc=1&debug=1')
  const time = new Date().toISOString()
  keep('heap', 'heap.pb.gz', await fetchProfile(base, 'heap'))
  // The first one is stored as served, the others without the records, which the heap profile has as well.
  keep('memstats', 'memstats.txt.gz', gzipText(round === 1 ? memstats : withoutRecords(memstats)))
  keep('goroutine', 'goroutine.pb.gz', await fetchProfile(base, 'goroutine'))
  keep('goroutine-text', 'goroutine.txt.gz', gzipText(await fetchProfile(base, 'goroutine?debug=2')))
  keep('allocs', 'allocs.pb.gz', await fetchProfile(base, 'allocs'))
  for (const take of [1, 2]) {
    const { status, body } = await fetchOnce(`${base}/debug/pprof/goroutineleak`)
    if (status === 200) keep('goroutineleak', `goroutineleak-${take}.pb.gz`, body)
  }

  const heapAlloc = /# HeapAlloc = (\d+)/.exec(memstats.toString('latin1'))?.[1]
  console.log(`  round ${directory}: HeapAlloc ${heapAlloc}`)
  return { round, phase: 'rest', time, operations: round * operationsPerRound, files }
}

function startService(program: string): Promise<{ child: ChildProcess; base: string }> {
  const child = spawn(program, ['-addr', '127.0.0.1:0'], {
    cwd: dirname(program),
    env: { ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the service ended early with status ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const base = /^listening (http:\S+)$/.exec(line)?.[1]
      if (base) resolve({ child, base })
    })
  })
}

async function stopService(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(force)
}

async function record(name: string, program: string, load: string): Promise<void> {
  const folder = join(recordings, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  console.log(name)

  const { child, base } = await startService(program)
  const snapshots: Snapshot[] = []
  try {
    for (let round = 1; round <= rounds; round++) {
      execFileSync(load, ['-url', base, '-n', String(operationsPerRound), '-seed', String(round)], { stdio: 'pipe' })
      const goroutines = await settle(base)
      snapshots.push(await takeSnapshot(base, folder, round))
      console.log(`            goroutines ${goroutines}`)
    }
  } finally {
    await stopService(child)
  }
  const recording = {
    schema: 'leakgate/recording@1',
    service: 'orders',
    go,
    settings,
    load: { rounds, operations: rounds * operationsPerRound },
    snapshots,
  }
  writeFileSync(join(folder, 'recording.json'), `${JSON.stringify(recording, null, 2)}\n`)
}

/** Builds all programs of the module. */
function build(into: string): void {
  const env: NodeJS.ProcessEnv = { ...process.env, GOTOOLCHAIN: go, CGO_ENABLED: '0', GOFLAGS: '' }
  // From Go 1.27 on, the profile of leaked goroutines needs no experiment.
  if (go.startsWith('go1.26')) env.GOEXPERIMENT = 'goroutineleakprofile'
  else delete env.GOEXPERIMENT
  execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', `${into}/`, './cmd/...'], {
    cwd: services,
    env,
    stdio: 'inherit',
  })
}

// Profiles contain the path of the program, so each one runs as the same file, whose path says nothing.
const run = '/tmp/orders'
const binaries = mkdtempSync(join(tmpdir(), 'orders-build-'))
mkdirSync(run)
try {
  build(binaries)
  for (const name of readdirSync(join(services, 'cmd')).sort()) {
    if (name !== 'load') programs[name] ??= name
  }
  const only = values.only?.split(',') ?? Object.keys(programs)
  for (const name of only) {
    const source = programs[name]
    if (!source) throw new Error(`no such program: ${name}`)
    cpSync(join(binaries, source), join(run, 'orders'))
    await record(`${name}${suffix}`, join(run, 'orders'), join(binaries, 'load'))
  }
} finally {
  rmSync(run, { recursive: true, force: true })
  rmSync(binaries, { recursive: true, force: true })
}
