// The smallest leak: how often a leak of so many bytes or goroutines per operation is found, by how much load there is.
//
//   node experiments/slow-leaks.ts [--go go1.26.8] [--takes 8]
import { parseArgs } from 'node:util'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import { buildGo } from './go.ts'
import { shareOf } from './intervals.ts'
import { judgePair, RECOMMENDED, readOne } from './judge.ts'
import { runAll } from './live.ts'
import { publish, USUAL_GO } from './page.ts'
import { recordShape, SHAPES } from './shapes.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    takes: { type: 'string', default: '8' },
    width: { type: 'string', default: '2' },
  },
})
const { go } = values
const takes = Number(values.takes)
const width = Number(values.width)
const BASES = 4
const POWER = 0.9

/**
 * By operations of the whole load (120,000 are five minutes at 400 per second): operations per leak of 64 bytes, and per
 * leaked goroutine, that are tried; from what is always found to what is not.
 */
const TRIED: Readonly<Record<string, ReadonlyMap<number, readonly number[]>>> = {
  drip: new Map([
    [20_000, [2, 4, 6, 8, 16]],
    [60_000, [8, 16, 24, 32, 64]],
    [120_000, [16, 32, 48, 64, 128]],
  ]),
  'drip-goroutines': new Map([
    [20_000, [1000, 2500, 5000]],
    [60_000, [5000, 10_000, 20_000]],
    [120_000, [5000, 10_000, 20_000, 40_000]],
  ]),
}

const program = buildGo({ go, folder: SHAPES, output: 'shapes', what: ['.'] })

interface Cell {
  readonly found: number
  readonly named: number
  readonly n: number
}

function record(shape: string, every: number, operations: number, take: string): Promise<string> {
  return recordShape({ program, go, shape, size: 64, leak: shape !== '', every, operations: operations / 10, take })
}

/** Every head against every base: the heads are independent, the comparisons of one head are not quite. */
async function measure(shape: string, every: number, operations: number): Promise<Cell> {
  const bases = await runAll(
    Array.from({ length: BASES }, (_, take) => () => record('', 1, operations, `slow-${take}`)),
    width,
  )
  const heads = await runAll(
    Array.from({ length: takes }, (_, take) => () => record(shape, every, operations, `slow-${take}`)),
    width,
  )
  const stacks = new Stacks()
  const read = (folder: string): Recording => readOne(folder, stacks)
  const [baseSide, headSide] = [bases.map(read), heads.map(read)]
  let [found, named] = [0, 0]
  for (const head of headSide) {
    for (const base of baseSide) {
      const report = judgePair(base, head, RECOMMENDED)
      const failed = report.findings.filter((finding) => finding.level === 'fail')
      if (report.verdict === 'fail') found++
      if (failed.some((finding) => finding.culprit?.function.includes('drip'))) named++
    }
  }
  return { found, named, n: headSide.length * baseSide.length }
}

async function curve(shape: string, operations: number, tried: readonly number[]): Promise<Curve> {
  const cells = new Map<number, Cell>()
  for (const every of tried) {
    const cell = await measure(shape, every, operations)
    cells.set(every, cell)
    console.error(`${shape} ${operations} 1/${every}: ${cell.found} of ${cell.n}, named ${cell.named}`)
  }
  return { operations, cells }
}

const sizeOf = (shape: string, every: number): number => Number(((shape === 'drip' ? 64 : 1000) / every).toPrecision(3))
const percent = (hits: number, n: number): string => `${Math.round((100 * hits) / n)} %`

interface Curve {
  readonly operations: number
  readonly cells: Map<number, Cell>
}

function table(shape: string, unit: string, curves: readonly Curve[]): string[][] {
  const tried = [...new Set([...TRIED[shape]!.values()].flat())].sort((a, b) => a - b)
  const rows = tried.map((every) => [
    `${sizeOf(shape, every)} ${unit}`,
    ...curves.map(({ cells }) => {
      const cell = cells.get(every)
      if (cell === undefined) return '–'
      const { lower, upper } = shareOf(Math.round((cell.found / cell.n) * takes), takes)
      const range = `(${Math.round(lower * 100)}–${Math.round(upper * 100)})`
      return `${percent(cell.found, cell.n)} ${range}${shape === 'drip' ? `, named ${percent(cell.named, cell.n)}` : ''}`
    }),
  ])
  return [['leak', ...curves.map(({ operations }) => `${operations.toLocaleString('en')} operations`)], ...rows]
}

/** The smallest leak from which on every larger one is found often enough. */
function smallest(shape: string, { cells }: Curve): number | undefined {
  let least: number | undefined
  for (const [every, cell] of cells) {
    if (cell.found / cell.n < POWER) break
    least = sizeOf(shape, every)
  }
  return least
}

async function curvesOf(shape: string): Promise<Curve[]> {
  const curves: Curve[] = []
  for (const [operations, tried] of TRIED[shape]!) curves.push(await curve(shape, operations, tried))
  return curves
}

const heap = await curvesOf('drip')
const goroutines = await curvesOf('drip-goroutines')
publish(
  {
    name: 'slow-leaks',
    command: 'npm run bench:slow-leaks',
    go,
    ran:
      `The service of many shapes, all of them fixed, with one that leaks a block of 64 bytes, or a goroutine, once in ` +
      `so many operations. ${takes} recordings of each leak and load, ten rounds each, against ${BASES} of the same ` +
      'service without it; 120,000 operations are five minutes at 400 per second, run here as fast as they go. The ' +
      'goroutines are of a kind that goroutineleak does not prove, so that they are told by growth alone. ' +
      `Share of comparisons that FAIL, with the exact 95 % interval for ${takes} recordings.`,
    tables: [
      [
        ['load', 'smallest heap leak found in 90 %', 'smallest goroutine leak found in 90 %'],
        ...heap.map((one, i) => [
          `${one.operations.toLocaleString('en')} operations`,
          `${smallest('drip', one) ?? 'none tried'} B/operation`,
          `${smallest('drip-goroutines', goroutines[i]!) ?? 'none tried'} per 1,000 operations`,
        ]),
      ],
      table('drip', 'B/operation', heap),
      table('drip-goroutines', 'goroutines per 1,000 operations', goroutines),
    ],
  },
  true,
)
