// Heap leaks: every shape of experiments/heap-shapes, leaking and fixed, at three sizes, held against its fixed twin.
//
//   node experiments/heap-shapes.ts [--go go1.26.8] [--only map-cache,slab] [--sizes 64,1024,16384] [--runs 1] [--holdout]
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openCheckout } from '../src/collect/checkout.ts'
import type { ServiceReport } from '../src/report/report.ts'
import { buildGo, EXPERIMENTS } from './go.ts'
import { formatShare, type Share, shareOf } from './intervals.ts'
import { judgeFolders, RECOMMENDED, suspects } from './judge.ts'
import { runAll } from './live.ts'
import { publish, USUAL_GO } from './page.ts'
import { drips, recordShape, SHAPES } from './shapes.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    only: { type: 'string' },
    sizes: { type: 'string', default: '64,1024,16384' },
    runs: { type: 'string', default: '1' },
    width: { type: 'string', default: '2' },
    details: { type: 'boolean', default: false },
    // Only the shapes that were written after the rules.
    holdout: { type: 'boolean', default: false },
  },
})
const { go } = values
const only = values.only?.split(',')
const sizes = values.sizes.split(',').map(Number)
const runs = Number(values.runs)
const whole = only === undefined && values.sizes === '64,1024,16384'

const OPERATIONS = 2000
const BASES = 6
const program = values.holdout
  ? buildGo({ go, folder: SHAPES, output: 'shapes-holdout', what: ['.'], flags: ['-tags', 'holdout'] })
  : buildGo({ go, folder: SHAPES, output: 'shapes', what: ['.'] })
const checkout = openCheckout(SHAPES)
function isHoldout(name: string): boolean {
  return marks.get(name)?.includes('/holdout.go:') === true
}

/** The marked line in the code of a shape: the first one after its part is named in `register`. */
function markedLines(): Map<string, string> {
  const folder = join(SHAPES, 'internal/shape')
  const marks = new Map<string, string>()
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    const lines = text.split('\n')
    const order = [...text.matchAll(/register\("([\w-]+)"/g)].map((match) => match[1]!)
    const marked = lines.flatMap((line, i) => (line.includes('// leak:') ? [i + 1] : []))
    if (order.length !== marked.length)
      throw new Error(`${file}: ${order.length} shapes, ${marked.length} marked lines`)
    for (const [i, name] of order.entries()) marks.set(name, `internal/shape/${file}:${marked[i]}`)
  }
  return marks
}

const marks = markedLines()
const names = execFileSync(program, ['-list'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((name) => !drips(name) && isHoldout(name) === values.holdout && (only === undefined || only.includes(name)))

interface Result {
  readonly shape: string
  readonly size: number
  readonly found: boolean
  /** Position of the marked line among the suspects; -1 when it is none of them. */
  readonly rank: number
  readonly fixedFails: boolean
  readonly first: string | undefined
  readonly perOperation: number
}

/** Live bytes added per operation, leaking minus fixed. */
function measuredGrowth(report: ServiceReport): number {
  const growth = report.judgements.find((row) => row.metric === 'heap.growth')?.growth?.value ?? Number.NaN
  return growth / (report.operations ?? Number.NaN)
}

/** The same service with every shape fixed, recorded a few times; they take turns as the base. */
const bases = await runAll(
  Array.from({ length: BASES }, (_, take) => () => record('', 0, false, `base-${take}`)),
  Number(values.width),
)

function record(shape: string, size: number, leak: boolean, take: string): Promise<string> {
  return recordShape({ program, go, shape, size, leak, every: 1, operations: OPERATIONS, take })
}

async function measure(shape: string, size: number, run: number): Promise<Result> {
  const base = bases[(names.indexOf(shape) + run) % BASES]!
  const head = await record(shape, size, true, `${run}`)
  const fixed = await record(shape, size, false, `${run}`)
  const report = judgeFolders(base, head, RECOMMENDED, checkout)
  const twin = judgeFolders(base, fixed, RECOMMENDED, checkout)
  const lines = suspects(report)
  const found = report.verdict === 'fail'
  const rank = lines.indexOf(marks.get(shape) ?? '')
  if (values.details || twin.verdict === 'fail') {
    for (const [side, one] of [
      ['leak', report],
      ['fixed', twin],
    ] as const) {
      console.error(`${shape} ${size} ${side} ${one.verdict} expected ${marks.get(shape)}: ${describe(one)}`)
    }
  }
  const first = lines[0]
  return {
    shape,
    size,
    found,
    rank,
    fixedFails: twin.verdict === 'fail',
    first,
    perOperation: measuredGrowth(report),
  }
}

function describe(report: ServiceReport): string {
  return report.findings
    .map(({ kind, level, culprit, total }) => {
      const line = culprit === undefined ? '' : `${culprit.path ?? culprit.file}:${culprit.line}`
      return `${level} ${kind} ${line} ${total.metric} ${Math.round(total.growth.value)}`
    })
    .join(' | ')
}

const jobs = sizes.flatMap((size) =>
  names.flatMap((shape) => Array.from({ length: runs }, (_, run) => () => measure(shape, size, run + 1))),
)
const results = await runAll(jobs, Number(values.width))

const sized = (size: number): string => (size < 1024 ? `${size} B` : `${size / 1024} KiB`)
const share = (some: readonly Result[], test: (result: Result) => boolean): Share =>
  shareOf(some.filter(test).length, some.length)
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

function row(label: string, some: readonly Result[]): string[] {
  const found = some.filter((result) => result.found)
  return [
    label,
    `${Math.round(median(some.map((result) => result.perOperation)))} B`,
    formatShare(share(some, (result) => result.found)),
    formatShare(share(found, (result) => result.rank === 0)),
    formatShare(share(found, (result) => result.rank >= 0 && result.rank < 3)),
    formatShare(share(some, (result) => result.fixedFails)),
  ]
}

const perShape = names.map((shape) => [
  `\`${shape}\``,
  ...sizes.map((size) => {
    const some = results.filter((result) => result.shape === shape && result.size === size)
    const found = some.filter((result) => result.found)
    const ranks = found.map((result) => (result.rank === -1 ? 'other line' : `${result.rank + 1}.`))
    return `${found.length}/${some.length} ${[...new Set(ranks)].join(' ')}`
  }),
])

publish(
  {
    name: values.holdout ? 'heap-shapes-holdout' : 'heap-shapes',
    command: `npm run bench:heap-shapes${values.holdout ? ' -- --holdout' : ''}`,
    go,
    ran:
      `${names.length} shapes × ${sizes.length} sizes × ${runs} run${runs === 1 ? '' : 's'}; ten rounds of ${OPERATIONS} ` +
      'operations, memprofilerate=8192, all other shapes running fixed beside the one that is looked at. Base: the same ' +
      `service with all of them fixed, recorded ${BASES} times. ` +
      'The bytes in the first column are what the shape is given, those in the second what it was measured to keep.',
    tables: [
      [
        ['per operation', 'kept (median)', 'leak: FAIL', 'right line first', 'in the first three', 'fixed twin: FAIL'],
        ...sizes.map((size) =>
          row(
            sized(size),
            results.filter((result) => result.size === size),
          ),
        ),
        row('all', results),
      ],
      [['shape', ...sizes.map((size) => `${sized(size)}: found, marked line`)], ...perShape],
    ],
    notes: results
      .filter((result) => !result.found || result.rank !== 0)
      .map(({ shape, size, found, first }) =>
        found
          ? `\`${shape}\` at ${sized(size)}: names \`${first}\`, marked is \`${marks.get(shape)}\``
          : `\`${shape}\` at ${sized(size)}: not found`,
      ),
  },
  whole && join(EXPERIMENTS, 'heap-shapes') === SHAPES,
)
