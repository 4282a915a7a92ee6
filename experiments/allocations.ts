// Allocation regressions without a leak: is the line that allocates, or holds, more named first?
//
//   node experiments/allocations.ts [--go go1.26.8] [--only concat,format] [--runs 2]
//
// The base is experiments/allocations without the lines marked `// more:`, the head has those of one name.
import { parseArgs } from 'node:util'
import { openCheckout } from '../src/collect/checkout.ts'
import type { Finding } from '../src/policy/finding.ts'
import type { ServiceReport } from '../src/report/report.ts'
import { changed, changeNames, SOURCE, variant } from './changes.ts'
import { buildGo } from './go.ts'
import { formatShare, type Share, shareOf } from './intervals.ts'
import { judgeFolders, RECOMMENDED } from './judge.ts'
import { recordLive, runAll } from './live.ts'
import { publish, USUAL_GO } from './page.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    only: { type: 'string' },
    runs: { type: 'string', default: '2' },
    width: { type: 'string', default: '2' },
    details: { type: 'boolean', default: false },
  },
})
const { go } = values
const runs = Number(values.runs)
const OPERATIONS = 2000
/** Bytes an order more; what a size becomes in the heap is measured. */
const SIZES = [2048, 8192, 32_768]
const BASES = 4
const shapes = changeNames().filter((name) => values.only?.split(',').includes(name) ?? true)

function record(name: string, size: number, take: string): Promise<string> {
  const live = changed(programs.get(name)!, go, size, OPERATIONS)
  return recordLive(`allocations-${name || 'base'}-${size}-${take}`, live)
}

const variants = new Map(['', ...shapes].map((name) => [name, variant(name)]))
const programs = new Map(
  [...variants].map(([name, { folder }]) => [
    name,
    buildGo({ go, folder, output: `allocations-${name || 'base'}`, what: ['.'] }),
  ]),
)

interface Result {
  readonly shape: string
  readonly size: number
  /** Growth of what the change adds to: bytes an operation, or bytes at rest. */
  readonly ratio: number
  readonly report: ServiceReport
  /** Lines of the first finding that names any. */
  readonly named: readonly string[]
  readonly right: boolean
}

const FINDINGS: readonly Finding['kind'][] = ['alloc-rate', 'heap-level', 'gc-frequency', 'gc-cpu']

function measure(shape: string, size: number, base: string, head: string): Result {
  const { folder, line } = variants.get(shape)!
  const report = judgeFolders(base, head, RECOMMENDED, openCheckout(folder))
  const held = ['table', 'index', 'copies'].includes(shape)
  const row = report.judgements.find(({ metric }) => metric === (held ? 'heap.inuse' : 'alloc.bytes'))
  const findings = report.findings.filter(({ kind }) => FINDINGS.includes(kind))
  const finding = findings.find(({ contributors }) => contributors !== undefined)
  const named = (finding?.contributors?.lines ?? []).map(({ place }) => `${place.path ?? place.file}:${place.line}`)
  if (values.details || named[0] !== line) {
    console.error(`${shape} ${size}: expected ${line}, named ${named.join(', ')}; ${report.verdict}`)
    for (const one of findings) {
      const lines = one.contributors?.lines.map(
        ({ place, share }) => `${place.path}:${place.line} ${Math.round(share * 100)} %`,
      )
      console.error(`  ${one.kind} ${one.total.metric} ${one.collector?.cause ?? ''}: ${lines?.join(', ')}`)
    }
  }
  return { shape, size, ratio: (row?.head ?? 0) / (row?.base ?? 1), report, named, right: named[0] === line }
}

const width = Number(values.width)
const bases = await runAll(
  Array.from({ length: BASES }, (_, take) => () => record('', SIZES[0]!, `${take}`)),
  width,
)
const jobs = shapes.flatMap((shape) =>
  SIZES.flatMap((size) => Array.from({ length: runs }, (_, run) => ({ shape, size, run }))),
)
const results = await runAll(
  jobs.map(
    ({ shape, size, run }, i) =>
      async () =>
        measure(shape, size, bases[i % BASES]!, await record(shape, size, `${run}`)),
  ),
  width,
)

const told = ({ report }: Result): boolean => report.findings.some(({ kind }) => FINDINGS.includes(kind))

function shares(of: readonly Result[]): { told: Share; first: Share; three: Share } {
  const found = of.filter(told)
  const three = found.filter(({ shape, named }) => named.includes(variants.get(shape)!.line))
  return {
    told: shareOf(found.length, of.length),
    first: shareOf(found.filter(({ right }) => right).length, found.length),
    three: shareOf(three.length, found.length),
  }
}

function row(name: string, of: readonly Result[]): string[] {
  const { told, first, three } = shares(of)
  return [name, formatShare(told), formatShare(first), formatShare(three)]
}

/** Bases against each other: nothing was changed, so nothing may be named. */
const same = bases.flatMap((base, b) =>
  bases.filter((_, h) => h !== b).map((head) => judgeFolders(base, head, RECOMMENDED, openCheckout(SOURCE))),
)
const falselyNamed = same.filter(({ findings }) => findings.some(({ contributors }) => contributors !== undefined))

const median = (numbers: readonly number[]): string =>
  numbers.length === 0 ? '–' : `× ${[...numbers].sort((a, b) => a - b)[numbers.length >> 1]!.toFixed(2)}`
const sized = (size: number): string => `${size / 1024} KiB`
publish(
  {
    name: 'allocations',
    command: 'npm run bench:allocations',
    go,
    ran:
      `${shapes.length} changes × ${SIZES.length} sizes × ${runs} runs; ten rounds of ${OPERATIONS} operations, ` +
      `memprofilerate=8192, against ${BASES} recordings of the program without the change, whose lines differ. ` +
      'Told: a warning of the rate of allocation, the level of the heap or the collector.',
    tables: [
      [
        ['size', 'told', 'right line first', 'in the first three'],
        ...SIZES.map((size) =>
          row(
            sized(size),
            results.filter((one) => one.size === size),
          ),
        ),
        row('all', results),
      ],
      [
        ['change', ...SIZES.map((size) => `${sized(size)}: figure, told, line`)],
        ...shapes.map((shape) => [
          `\`${shape}\``,
          ...SIZES.map((size) => {
            const of = results.filter((one) => one.shape === shape && one.size === size)
            const right = of.filter((one) => told(one) && one.right).length
            return `${median(of.map(({ ratio }) => ratio))}, ${of.filter(told).length}/${of.length}, ${right} 1.`
          }),
        ]),
      ],
    ],
    notes: [`same code against itself: a line is named in ${falselyNamed.length} of ${same.length} comparisons`],
  },
  values.only === undefined,
)
