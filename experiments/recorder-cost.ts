// What recording costs the service that is recorded: requests per second, p99 and CPU time of the fixture service with
// and without the recorder sampling it. Processes differ from each other by more than a recorder costs, so that both are
// measured in the same process: pairs of windows next to each other, one with the recorder, one with it suspended, which
// of them first by turns. And, apart from the load, the CPU time of the service for one sample.
//
// The loss at the default interval is less than such a measurement can resolve. --every takes the same samples as fast as
// asked for, without the recorder's own restraint: what so many cost, divided by their number, is what one costs.
//
//   node experiments/recorder-cost.ts [--processes 6] [--pairs 10] [--seconds 4] [--interval 2s | --every MILLISECONDS]
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Endpoint } from '../src/collect/record/endpoint.ts'
import { takeSnapshot, UNDER_LOAD } from '../src/collect/record/snapshot.ts'
import { parseTargets } from '../src/collect/record/target.ts'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '6' },
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '4' },
    interval: { type: 'string', default: '2s' },
    every: { type: 'string' },
    sample: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const pairsPerProcess = Number(values.pairs)
const connections = 4
/** Linux counts CPU time in hundredths of a second. */
const ticks = 100

interface Figures {
  readonly perSecond: number
  readonly p99: number
  /** CPU microseconds of the service for a request. */
  readonly cpu: number
}

if (values.sample !== undefined) await sampleForEver(values.sample, Number(values.every))

const folder = mkdtempSync(join(tmpdir(), 'recorder-cost-'))
execFileSync('go', ['build', '-trimpath', '-o', `${folder}/`, './cmd/healthy'], {
  cwd: join(root, '__fixtures__/services'),
  env: { ...process.env, CGO_ENABLED: '0' },
})
const pairs: { off: Figures; on: Figures }[] = []
const perSample: number[] = []
/** With --every: how many were taken under load. */
let samples = 0
const loadBefore = loadavg()[0]!
try {
  for (let i = 0; i < Number(values.processes); i++) {
    perSample.push(await measureSample())
    pairs.push(...(await measurePairs()))
    process.stderr.write(`${pairs.length} pairs\n`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
print()

async function measurePairs(): Promise<{ off: Figures; on: Figures }[]> {
  const { service, url } = await startService()
  const recorder = await startRecorder(url)
  try {
    // Both processes have compiled what they run, and the heap has its size.
    await load(url, 5)
    const warmUp = samples
    const found: { off: Figures; on: Figures }[] = []
    for (let pair = 0; pair < pairsPerProcess; pair++) {
      const first = await window(pair % 2 === 0)
      const second = await window(pair % 2 === 1)
      found.push(pair % 2 === 0 ? { on: first, off: second } : { off: first, on: second })
    }
    samples -= warmUp
    return found
  } finally {
    recorder.kill('SIGKILL')
    service.kill('SIGKILL')
  }

  async function window(sampled: boolean): Promise<Figures> {
    // A recorder that was suspended first takes the sample that is overdue: this counts a little too much, not too little.
    recorder.kill(sampled ? 'SIGCONT' : 'SIGSTOP')
    const before = cpuTime(service.pid!)
    const latencies = await load(url, seconds)
    const cpu = cpuTime(service.pid!) - before
    latencies.sort((a, b) => a - b)
    return {
      perSecond: latencies.length / seconds,
      p99: latencies[Math.floor(latencies.length * 0.99)]!,
      cpu: ((cpu / ticks) * 1e6) / latencies.length,
    }
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

/**
 * The recorder as users run it, waiting for a load that does nothing: ours is measured. With --every, a process that
 * takes the same samples much oftener than a recorder ever does.
 */
async function startRecorder(url: string): Promise<ChildProcess> {
  const output = mkdtempSync(join(folder, 'out-'))
  const args = ['--target', `orders=${url}`, '--output', output, '--rounds', '1', '--interval', values.interval]
  const long = 60 + 4 * seconds * pairsPerProcess
  const child = spawn(
    process.execPath,
    values.every === undefined
      ? [join(root, 'src/cli.ts'), 'record', ...args, '--run', `echo begins; exec sleep ${long}`]
      : [import.meta.filename, '--every', values.every, '--sample', url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })
  await once(lines, 'line')
  lines.on('line', () => samples++)
  return child
}

async function sampleForEver(url: string, every: number): Promise<never> {
  console.log('begins')
  const endpoint = new Endpoint(parseTargets('targets', [`orders=${url}`])[0]!, {})
  for (;;) {
    await takeSnapshot(endpoint, UNDER_LOAD)
    console.log('sample')
    await sleep(every)
  }
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
  const loads = `load average ${loadBefore.toFixed(1)} when it began`
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${go}, Node ${process.version}, ${cpus().length} cores, ${loads}`,
  )
  console.log(
    `${pairs.length} pairs of windows of ${seconds} s in ${values.processes} processes; change with its 95 % interval\n`,
  )
  for (const row of [
    ['', 'requests per second', 'p99', 'service CPU per request'],
    [':---', '---:', '---:', '---:'],
    ['recorder suspended', ...cells('off')],
    [`sampled every ${values.every === undefined ? values.interval : `${values.every} ms`}`, ...cells('on')],
    ['change', change('perSecond'), change('p99'), change('cpu')],
  ])
    console.log(`| ${row.join(' | ')} |`)
  if (values.every !== undefined) {
    const times = samples / (pairs.length * seconds) / 0.5
    console.log(`\n${times.toFixed(1)} times as many samples as the recorder takes at most: a loss of`)
    console.log(`${change('perSecond', times)} for its own, p99 ${change('p99', times)}`)
  }
  const [least, most] = [Math.min(...perSample), Math.max(...perSample)]
  console.log(
    `\nOne sample: ${mean(perSample).toFixed(1)} ms of the service's CPU (${least.toFixed(1)} to ${most.toFixed(1)})`,
  )
}

function cells(mode: 'on' | 'off'): string[] {
  const of = (figure: keyof Figures): number => mean(pairs.map((pair) => pair[mode][figure]))
  return [of('perSecond').toFixed(0), `${of('p99').toFixed(2)} ms`, `${of('cpu').toFixed(1)} µs`]
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

/** Mean of the changes within the pairs, in per cent, with its 95 % interval (normal: there are dozens of pairs). */
function change(figure: keyof Figures, times = 1): string {
  const changes = pairs.map(({ on, off }) => (Math.log(on[figure] / off[figure]) * 100) / times)
  const middle = mean(changes)
  const variance = changes.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (changes.length - 1)
  const error = 1.96 * Math.sqrt(variance / changes.length)
  return `${middle >= 0 ? '+' : ''}${middle.toFixed(2)} ± ${error.toFixed(2)} %`
}
