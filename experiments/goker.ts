// Goroutine leaks: the kernels of concurrency bugs in Go's own tree and our own of the same shapes, each called again
// and again inside a live process, held against an idle one; and the fixed twins of our own.
//
//   node experiments/goker.ts [--go go1.26.8] [--only Etcd6708,lock-order] [--runs 20]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Policy } from '../src/policy/policy.ts'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import { buildGo, EXPERIMENTS, goRoot, workFolder } from './go.ts'
import { formatShare, shareOf } from './intervals.ts'
import { GROWTH_ALONE, judgePair, RECOMMENDED, readOne } from './judge.ts'
import { fetchOk, type Live, recordLive, runAll } from './live.ts'
import { publish, USUAL_GO } from './page.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    only: { type: 'string' },
    runs: { type: 'string', default: '20' },
    width: { type: 'string', default: '2' },
  },
})
const { go } = values
const only = values.only?.split(',')
const wanted = (name: string): boolean => only === undefined || only.some((part) => name.startsWith(part))

/** A kernel that leaks at every call needs few calls, one that needs luck gets this long in each round. */
const ROUND_SECONDS = 2.4
const MOST_CALLS = 900
const ENOUGH_GOROUTINES = 60

/** The kernels of the installation, with our harness in place of Go's own; copied, as a toolchain may be read-only. */
function buildTree(): string | undefined {
  const tree = join(goRoot(go), 'src/runtime/testdata/testgoroutineleakprofile/goker')
  if (!existsSync(tree)) return undefined
  const folder = workFolder('goker')
  for (const name of readdirSync(tree).filter((one) => one.endsWith('.go'))) {
    writeFileSync(join(folder, name), readFileSync(join(name === 'main.go' ? join(EXPERIMENTS, 'goker') : tree, name)))
  }
  const what = readdirSync(folder)
  return buildGo({ go, folder, output: 'goker-tree', what })
}

interface Calls {
  goroutines: number
  microseconds: number
}

async function call(base: string, kernel: string, n: number): Promise<Calls> {
  return JSON.parse((await fetchOk(`${base}/calls?kernel=${kernel}&n=${n}`, 'POST')).toString()) as Calls
}

function liveKernel(program: string, kernel: string, fixed: boolean): Live {
  let calls = 50
  return {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`],
    // How many calls a round has is found out before the first one, and is the same in all of them.
    prepare: async (base) => {
      if (fixed) return
      const before = (await call(base, kernel, 2)).goroutines
      const first = await call(base, kernel, 8)
      const each = Math.max(first.microseconds / 8, 50)
      const grown = (first.goroutines - before) / 8
      const most = Math.min(MOST_CALLS, Math.ceil((ROUND_SECONDS * 1e6) / each))
      calls = Math.max(1, grown > 0.5 ? Math.min(most, 50, Math.ceil(ENOUGH_GOROUTINES / grown)) : most)
    },
    round: async (base) => {
      await call(base, kernel, calls)
    },
    // One operation is one round: what the calls of a round come to is found out per kernel.
    operationsPerRound: 1,
  }
}

function idle(program: string): Live {
  return {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`],
    round: async () => {},
    operationsPerRound: 1,
  }
}

async function kernelsOf(program: string): Promise<string[]> {
  let names: string[] = []
  const live = idle(program)
  await recordLive(`list-${Date.now()}`, {
    ...live,
    rounds: 1,
    prepare: async (base) => {
      names = JSON.parse((await fetchOk(`${base}/kernels`)).toString()) as string[]
    },
  })
  return names
}

type Verdict = 'caught' | 'missed' | 'never happened' | 'crashed'

interface Result {
  readonly kernel: string
  readonly proof: Verdict
  readonly growth: Verdict
}

/** Caught: FAIL, for goroutines and not for something else that grew beside them. */
function caught(base: Recording, head: Recording, policy: Policy): boolean {
  const report = judgePair(base, head, policy)
  return report.findings.some(
    (finding) =>
      finding.level === 'fail' && finding.evidence.some((evidence) => evidence.metric.startsWith('goroutines')),
  )
}

const HARNESS = /^main\.(main|callOnce|callKernel|listKernels)(\.|$)/

/** Whether a goroutine of the kernel is still there at the end: whether the bug showed at all. */
function happened({ snapshots, stacks }: Recording): boolean {
  const left = snapshots.at(-1)?.goroutine?.stack ?? []
  return [...left].some((stack) =>
    stacks.frames(stack).some(({ function: name }) => name.startsWith('main.') && !HARNESS.test(name)),
  )
}

async function measure(program: string, kernels: readonly string[], label: string): Promise<Result[]> {
  const base = await recordLive(`${label}-idle`, idle(program))
  const record = (kernel: string) => async (): Promise<Result> => {
    try {
      const folder = await recordLive(`${label}-${kernel}`, liveKernel(program, kernel, false))
      const stacks = new Stacks()
      const [idleOne, head] = [readOne(base, stacks), readOne(folder, stacks)]
      const missed: Verdict = happened(head) ? 'missed' : 'never happened'
      return {
        kernel,
        proof: caught(idleOne, head, RECOMMENDED) ? 'caught' : missed,
        growth: caught(idleOne, head, GROWTH_ALONE) ? 'caught' : missed,
      }
    } catch (error) {
      console.error(`${kernel}: ${error instanceof Error ? error.message : error}`)
      return { kernel, proof: 'crashed', growth: 'crashed' }
    }
  }
  return runAll(kernels.map(record), Number(values.width))
}

interface FixedRuns {
  readonly runs: number
  readonly failed: readonly string[]
}

async function measureFixed(program: string, kernels: readonly string[]): Promise<FixedRuns> {
  const runs = Number(values.runs)
  const bases = await runAll(
    [1, 2, 3].map((take) => () => recordLive(`own-idle-${take}`, idle(program))),
    Number(values.width),
  )
  const jobs = kernels.flatMap((kernel) =>
    Array.from({ length: runs }, (_, run) => async () => {
      const folder = await recordLive(`fixed-${kernel}-${run}`, liveKernel(program, kernel, true))
      const stacks = new Stacks()
      const report = judgePair(readOne(bases[run % 3]!, stacks), readOne(folder, stacks), RECOMMENDED)
      return report.verdict === 'fail' ? `${kernel} (run ${run})` : undefined
    }),
  )
  const failed = (await runAll(jobs, Number(values.width))).filter((name) => name !== undefined)
  return { runs: jobs.length, failed }
}

function row(label: string, results: readonly Result[], read: (result: Result) => Verdict): string[] {
  const hits = results.filter((result) => read(result) === 'caught').length
  const showed = results.filter((result) => ['caught', 'missed'].includes(read(result))).length
  return [label, formatShare(shareOf(hits, results.length)), formatShare(shareOf(hits, showed))]
}

function misses(results: readonly Result[], read: (result: Result) => Verdict, label: string): string[] {
  return (['missed', 'never happened', 'crashed'] as const).flatMap((verdict) => {
    const names = results.filter((result) => read(result) === verdict).map((result) => result.kernel)
    return names.length === 0 ? [] : [`${label}, ${verdict}: ${names.join(', ')}`]
  })
}

const own = buildGo({ go, folder: join(EXPERIMENTS, 'goker'), output: 'goker-own', what: ['.'] })
const ownNames = (await kernelsOf(own)).filter(wanted)
const fixedNames = ownNames.filter((name) => name.endsWith('.fixed'))
const leaking = ownNames.filter((name) => !name.endsWith('.fixed'))
const tree = buildTree()
const treeNames = tree === undefined ? [] : (await kernelsOf(tree)).filter(wanted)

const treeResults = tree === undefined || treeNames.length === 0 ? [] : await measure(tree, treeNames, 'tree')
const ownResults = await measure(own, leaking, 'own')
const fixed = await measureFixed(own, fixedNames)

const header = ['kernels', 'FAIL, of all', 'FAIL, of those whose leak happened at all']
const rows = [
  ...(treeResults.length === 0
    ? []
    : [
        row(`Go's tree (${treeResults.length}), with goroutineleak`, treeResults, (result) => result.proof),
        row(`Go's tree (${treeResults.length}), growth alone`, treeResults, (result) => result.growth),
      ]),
  row(`our own (${ownResults.length}), with goroutineleak`, ownResults, (result) => result.proof),
  row(`our own (${ownResults.length}), growth alone`, ownResults, (result) => result.growth),
]
const falseAlarms = [
  ['fixed twins', 'recordings', 'FAIL'],
  [`${fixedNames.length}`, `${fixed.runs}`, formatShare(shareOf(fixed.failed.length, fixed.runs))],
]
publish(
  {
    name: 'goker',
    command: 'npm run bench:goker',
    go,
    ran:
      'Ten rounds of each kernel against one idle recording of the same process; a round has as many calls as make ' +
      `${ENOUGH_GOROUTINES} goroutines leak (at most 50), or ${ROUND_SECONDS} seconds of them (at most ${MOST_CALLS}) where ` +
      `the leak needs luck. Fixed twins: 50 calls a round, ${values.runs} recordings each against three idle ones.`,
    tables: [[header, ...rows], falseAlarms],
    notes: [
      ...(tree === undefined ? ['This Go installation has no kernels: only our own were run.'] : []),
      ...misses(treeResults, (result) => result.proof, 'with goroutineleak'),
      ...misses(treeResults, (result) => result.growth, 'growth alone'),
      ...misses(ownResults, (result) => result.growth, 'our own, growth alone'),
      ...(fixed.failed.length === 0 ? [] : [`fixed twins that failed: ${fixed.failed.join(', ')}`]),
    ],
  },
  only === undefined,
)
