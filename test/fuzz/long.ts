import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Failure, fuzz, type Outcome } from './fuzz.ts'

// A million cases, or as many as are asked for: node test/fuzz/long.ts [cases] [first]
const STEP = 10_000

if (isMainThread) await main(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 0))
else parentPort!.postMessage(plain(fuzz(workerData.from, workerData.to)))

async function main(cases: number, first: number): Promise<void> {
  const started = performance.now()
  const sum = { accepted: 0, refused: 0, milliseconds: 0, failures: [] as Failure[] }
  let next = first
  const work = async (): Promise<void> => {
    while (next < first + cases) {
      const from = next
      next += STEP
      const { accepted, refused, milliseconds, failures } = await run(from, Math.min(from + STEP, first + cases))
      sum.accepted += accepted
      sum.refused += refused
      sum.milliseconds = Math.max(sum.milliseconds, milliseconds)
      sum.failures.push(...failures)
      for (const failure of failures) console.log(JSON.stringify(failure))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `${cases} cases in ${seconds} s: ${sum.accepted} read, ${sum.refused} refused, ${sum.failures.length} failures; ` +
      `slowest case ${sum.milliseconds.toFixed(0)} ms of processor time, ` +
      `the process never held more than ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  )
  process.exitCode = sum.failures.length === 0 ? 0 : 1
}

function run(from: number, to: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { from, to } })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** Errors lose their class on the way between threads. */
function plain(outcome: Outcome): Outcome {
  const failures = outcome.failures.map((failure) => ({
    ...failure,
    error: String((failure.error as Error).stack ?? failure.error),
  }))
  return { ...outcome, failures }
}
