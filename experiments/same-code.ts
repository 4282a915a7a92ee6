// False alarms: services held against themselves. Nothing changed, so every FAIL is wrong.
//
//   node experiments/same-code.ts [--go go1.26.8] [--only etcd,orders] [--takes 14]
import { parseArgs } from 'node:util'
import { Stacks } from '../src/profile/stacks.ts'
import type { ServiceReport } from '../src/report/report.ts'
import { formatShare, shareOf } from './intervals.ts'
import { judgePair, RECOMMENDED, readOne } from './judge.ts'
import { recordLive, runAll } from './live.ts'
import { publish } from './page.ts'
import { LEAKY, SERVICES, type Service } from './services.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: 'go1.26.8' },
    only: { type: 'string' },
    takes: { type: 'string', default: '14' },
    width: { type: 'string', default: '2' },
  },
})
const takes = Number(values.takes)
const only = values.only?.split(',')
const wanted = ({ name }: Service): boolean => only === undefined || only.includes(name)

interface Pair {
  readonly base: number
  readonly head: number
  readonly report: ServiceReport
}

interface Result {
  readonly service: Service
  readonly pairs: readonly Pair[]
}

async function measure(service: Service): Promise<Result> {
  const live = service.open(values.go)
  const jobs = Array.from(
    { length: takes },
    (_, take) => () => recordLive(`${service.name.replaceAll(' ', '-')}-${take}`, live),
  )
  console.error(service.name)
  const folders = await runAll(jobs, service.name === 'nats-server' ? 1 : Number(values.width))
  const stacks = new Stacks()
  const recordings = folders.map((folder) => readOne(folder, stacks))
  const pairs: Pair[] = []
  for (const [b, base] of recordings.entries()) {
    for (const [h, head] of recordings.entries()) {
      if (b !== h) pairs.push({ base: b, head: h, report: judgePair(base, head, RECOMMENDED) })
    }
  }
  for (const { base, head, report } of pairs) {
    if (report.verdict === 'fail') console.error(`  FAIL ${base}-${head}: ${reasons(report).join(', ')}`)
  }
  return { service, pairs }
}

/** What made a verdict: the kinds of its findings, and the doubts that block. */
function reasons(report: ServiceReport): string[] {
  if (report.verdict === 'inconclusive') return report.doubts.filter((doubt) => doubt.blocks).map((doubt) => doubt.kind)
  return report.findings.map(({ kind, level, total }) => `${level} ${kind} (${total.metric})`)
}

const results: Result[] = []
for (const service of [...SERVICES, LEAKY].filter(wanted)) results.push(await measure(service))

const count = (pairs: readonly Pair[], verdict: string): number =>
  pairs.filter((pair) => pair.report.verdict === verdict).length
/** 0-1, 2-3, …: no recording is in two of them. */
const disjoint = (pairs: readonly Pair[]): Pair[] =>
  pairs.filter(({ base, head }) => base % 2 === 0 && head === base + 1)

/** Pauses are the machine's doing when more wants to run than it has cores; other warnings are not. */
function isWarned(report: ServiceReport, pausesAlone: boolean): boolean {
  return report.verdict === 'warn' && report.findings.every(({ kind }) => kind === 'gc-pause') === pausesAlone
}

function row(name: string, pairs: readonly Pair[]): string[] {
  const own = disjoint(pairs)
  return [
    name,
    `${pairs.length}`,
    formatShare(shareOf(count(pairs, 'fail'), pairs.length), 2),
    formatShare(shareOf(count(own, 'fail'), own.length)),
    formatShare(shareOf(pairs.filter(({ report }) => isWarned(report, false)).length, pairs.length), 2),
    formatShare(shareOf(pairs.filter(({ report }) => isWarned(report, true)).length, pairs.length)),
    formatShare(shareOf(count(pairs, 'inconclusive'), pairs.length), 2),
  ]
}

function warnings(): string[] {
  const counts = new Map<string, number>()
  for (const { pairs } of results) {
    for (const { report } of pairs)
      for (const reason of new Set(reasons(report))) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([reason, n]) => `${n} × ${reason}`)
}

const healthy = results.filter(({ service }) => service !== LEAKY)
const all = healthy.flatMap(({ pairs }) => pairs)
publish(
  {
    name: 'same-code',
    command: 'npm run bench:same-code',
    go: values.go,
    ran:
      `${takes} recordings of each service, ten rounds each; every ordered pair of recordings of one service is one ` +
      'comparison. Comparisons that share a recording are not independent, so the intervals of the third column are ' +
      'narrower than they should be; those of the fourth, where no recording is used twice, are honest.',
    tables: [
      [
        ['service', 'comparisons', 'FAIL', 'FAIL, disjoint pairs', 'WARN', 'WARN for GC pauses alone', 'INCONCLUSIVE'],
        ...healthy.map(({ service, pairs }) => row(service.name, pairs)),
        ...(healthy.length > 1 ? [row('all', all)] : []),
        ...results.filter(({ service }) => service === LEAKY).map(({ service, pairs }) => row(service.name, pairs)),
      ],
      [['service', 'what it is'], ...results.map(({ service }) => [service.name, service.what])],
    ],
    notes: warnings(),
  },
  only === undefined,
)
