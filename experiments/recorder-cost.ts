// What recording costs the service that is recorded: requests per second, p99 and CPU time of the fixture service with
// and without the recorder sampling it, interleaved, so that whatever else the machine does hits both alike. And, since
// that is noisy where a machine is shared, the CPU time of the service for one sample, which is not.
//
//   node experiments/recorder-cost.ts [--repetitions 8] [--seconds 5] [--interval 2s,500ms]
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Endpoint } from '../src/collect/record/endpoint.ts'
import { takeSnapshot, UNDER_LOAD } from '../src/collect/record/snapshot.ts'
import { parseTargets } from '../src/collect/record/target.ts'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '5' },
    interval: { type: 'string', default: '2s' },
  },
})
const seconds = Number(values.seconds)
const modes = ['without', ...values.interval.split(',')]
const connections = 4
/** Linux counts CPU time in hundredths of a second. */
const ticks = 100

interface Figures {
  readonly perSecond: number
  readonly p99: number
  /** CPU microseconds of the service for a request. */
  readonly cpu: number
}

const folder = mkdtempSync(join(tmpdir(), 'recorder-cost-'))
execFileSync('go', ['build', '-trimpath', '-o', `${folder}/`, './cmd/healthy'], {
  cwd: join(root, '__fixtures__/services'),
  env: { ...process.env, CGO_ENABLED: '0' },
})
const results = new Map<string, Figures[]>(modes.map((mode) => [mode, []]))
const perSample: number[] = []
try {
  for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
    perSample.push(await measureSample())
    // Each repetition begins with another mode.
    for (let i = 0; i < modes.length; i++) {
      const mode = modes[(i + repetition) % modes.length]!
      results.get(mode)!.push(await measure(mode))
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
print()

async function measure(mode: string): Promise<Figures> {
  const { service, url } = await startService()
  try {
    await load(url, 1)
    const recorder = mode === 'without' ? undefined : await startRecorder(url, mode)
    const before = cpuTime(service.pid!)
    const latencies = await load(url, seconds)
    const cpu = cpuTime(service.pid!) - before
    recorder?.kill('SIGKILL')
    latencies.sort((a, b) => a - b)
    return {
      perSecond: latencies.length / seconds,
      p99: latencies[Math.floor(latencies.length * 0.99)]!,
      cpu: ((cpu / ticks) * 1e6) / latencies.length,
    }
  } finally {
    service.kill('SIGKILL')
  }
}

/** CPU milliseconds of the service for one sample under load. */
async function measureSample(): Promise<number> {
  const samples = 200
  const { service, url } = await startService()
  try {
    await load(url, 1)
    const endpoint = new Endpoint(parseTargets('targets', [`orders=${url}`])[0]!, {})
    await takeSnapshot(endpoint, UNDER_LOAD)
    const before = cpuTime(service.pid!)
    for (let i = 0; i < samples; i++) await takeSnapshot(endpoint, UNDER_LOAD)
    return ((cpuTime(service.pid!) - before) / ticks / samples) * 1000
  } finally {
    service.kill('SIGKILL')
  }
}

async function startService(): Promise<{ service: ChildProcess; url: string }> {
  const service = spawn(join(folder, 'healthy'), ['-addr', '127.0.0.1:0'], {
    env: { GODEBUG: 'memprofilerate=8192', GOMAXPROCS: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: service.stdout }), 'line')) as [string]
  return { service, url: line.replace('listening ', '') }
}

/** The recorder as users run it, waiting for a load that does nothing: ours is measured. */
async function startRecorder(url: string, interval: string): Promise<ChildProcess> {
  const args = ['--target', `orders=${url}`, '--output', join(folder, 'out'), '--rounds', '1', '--interval', interval]
  const child = spawn(
    process.execPath,
    [join(root, 'src/cli.ts'), 'record', ...args, '--run', `echo begins; exec sleep ${seconds + 2}`],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  await once(createInterface({ input: child.stdout }), 'line')
  return child
}

/** Orders over a few connections, one after the other on each; returns the milliseconds each took. */
async function load(url: string, duration: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const end = performance.now() + duration * 1000
  const latencies: number[] = []
  let id = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const body = JSON.stringify({
          id: ++id,
          customer: `customer-${id % 300}`,
          sku: sku(id),
          quantity: 1,
          notes: [],
        })
        const start = performance.now()
        await post(`${url}/op`, body, agent)
        latencies.push(performance.now() - start)
      }
    }),
  )
  agent.destroy()
  return latencies
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume()
      answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`))))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function sku(id: number): string {
  return `SKU-${String(id % 40).padStart(3, '0')}`
}

function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

function print(): void {
  const go = execFileSync('go', ['version'], { encoding: 'utf8' }).split(' ')[2]
  console.log(`${new Date().toISOString().slice(0, 10)}, ${go}, Node ${process.version}, ${cpus().length} cores,`)
  console.log(`${values.repetitions} repetitions of ${seconds} s each, interleaved; change with its 95 % interval\n`)
  const rows = modes.map((mode) => [
    mode === 'without' ? 'no recorder' : `sampled every ${mode}`,
    `${mean(mode, 'perSecond').toFixed(0)} ${change(mode, 'perSecond')}`,
    `${mean(mode, 'p99').toFixed(2)} ms ${change(mode, 'p99')}`,
    `${mean(mode, 'cpu').toFixed(1)} µs ${change(mode, 'cpu')}`,
  ])
  for (const row of [
    ['', 'requests per second', 'p99', 'service CPU per request'],
    ['---', '---:', '---:', '---:'],
    ...rows,
  ])
    console.log(`| ${row.join(' | ')} |`)
  const sample = perSample.reduce((sum, value) => sum + value, 0) / perSample.length
  const [least, most] = [Math.min(...perSample), Math.max(...perSample)]
  console.log(`\nOne sample: ${sample.toFixed(1)} ms of the service's CPU (${least.toFixed(1)} to ${most.toFixed(1)})`)
}

function mean(mode: string, figure: keyof Figures): number {
  const all = results.get(mode)!.map((one) => one[figure])
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

/** Mean of the changes within each repetition, in per cent, with twice its standard error. */
function change(mode: string, figure: keyof Figures): string {
  if (mode === 'without') return ''
  const base = results.get('without')!
  const changes = results.get(mode)!.map((one, i) => (one[figure] / base[i]![figure] - 1) * 100)
  const middle = changes.reduce((sum, value) => sum + value, 0) / changes.length
  const variance = changes.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (changes.length - 1)
  const error = 2 * Math.sqrt(variance / changes.length)
  return `(${middle >= 0 ? '+' : ''}${middle.toFixed(1)} ± ${error.toFixed(1)} %)`
}
