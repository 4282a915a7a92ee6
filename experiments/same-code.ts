// False alarms: services held against themselves. Nothing changed, so every FAIL is wrong.
//
//   node experiments/same-code.ts [--go go1.26.8] [--only etcd,orders] [--minutes 35] [--width 4] [--rounds 8]
//
// Records for so many minutes (none: judges what is there), the services in turn, and then judges all recordings there
// are, or only their first rounds. It can be stopped and started again: recordings are kept below the system's temporary
// folder.
import { parseArgs } from 'node:util'
import { diffService } from '../src/diff/diff.ts'
import { NO_CHECKOUT } from '../src/policy/checkout.ts'
import { linesBehind } from '../src/policy/contributions.ts'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { ServiceReport } from '../src/report/report.ts'
import type { Service } from './fetched.ts'
import { formatShare, shareOf } from './intervals.ts'
import { judgePair, RECOMMENDED, readOne } from './judge.ts'
import { type Live, recordedBefore, recordLive, runUntil } from './live.ts'
import { publish, USUAL_GO } from './page.ts'
import { LEAKY, SERVICES } from './services.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    only: { type: 'string' },
    minutes: { type: 'string', default: '35' },
    width: { type: 'string', default: '4' },
    rounds: { type: 'string' },
  },
})
const only = values.only?.split(',')
const services = [...SERVICES, LEAKY].filter(({ name }) => only === undefined || only.includes(name))
/** The leak on main is there to see what luck does; one recording of it for two of a service will do. */
const RARE = 2

interface Opened {
  readonly service: Service
  readonly live: Live
}

const nameOf = ({ service }: Opened, take: number): string => `${service.name.replaceAll(' ', '-')}-${take}`

/** Two recordings of each service in turn, so that each has an even number of them when the time is up. */
function* jobs(opened: readonly Opened[]): Generator<() => Promise<unknown>> {
  for (let pair = 0; ; pair++) {
    for (const one of opened) {
      if (one.service === LEAKY && pair % RARE !== 0) continue
      const first = one.service === LEAKY ? (pair / RARE) * 2 : pair * 2
      for (const take of [first, first + 1]) {
        const name = nameOf(one, take)
        if (recordedBefore(name, one.live) === undefined) yield () => recordLive(name, one.live)
      }
    }
  }
}

/** Of recordings of the same code. */
interface Pair {
  readonly report: ServiceReport
  /** 0-1, 2-3, …: no recording is in two of them. */
  readonly disjoint: boolean
  /** Of disjoint pairs: a line would be named. */
  readonly named: boolean
}

/** What the recommended limits let pass; growth of so much would be explained. */
const LIMITS = { 'alloc.bytes': 0.25, 'heap.inuse': 0.1 } as const

/** Whether any line would be named if a figure were just at its limit, though the code is the same. */
function namesLines(base: Recording, head: Recording): boolean {
  const diff = diffService(base, head)
  return Object.entries(LIMITS).some(([name, share]) => {
    const metric = name as keyof typeof LIMITS
    const growth = share * (diff.levels[metric]?.base ?? Number.NaN)
    return growth > 0 && linesBehind(metric, growth, diff, NO_CHECKOUT).length > 0
  })
}

interface Result {
  readonly service: Service
  readonly recordings: number
  readonly pairs: readonly Pair[]
}

/** As if the load had ended there. */
function firstRounds(recording: Recording): Recording {
  const rounds = values.rounds === undefined ? recording.snapshots.length : Number(values.rounds)
  return { ...recording, snapshots: recording.snapshots.slice(0, rounds) }
}

/** Each recording against so many that follow it, both ways. More of them take long to judge. */
const NEIGHBOURS = 1

function judge(one: Opened): Result {
  const { service } = one
  const takes = recordedTakes(one)
  const pairs: Pair[] = []
  for (let from = 0; from < takes.length; from += NEIGHBOURS) {
    // Stacks grow with every recording that is read into them.
    const stacks = new Stacks()
    const read = takes
      .slice(from, from + 2 * NEIGHBOURS)
      .map(({ take, folder }) => ({ take, recording: firstRounds(readOne(folder, stacks)) }))
    for (const [i, first] of read.slice(0, NEIGHBOURS).entries()) {
      for (const second of read.slice(i + 1, i + 1 + NEIGHBOURS)) {
        const disjoint = first.take % 2 === 0 && second.take === first.take + 1
        pairs.push(compare(one, first, second, disjoint), compare(one, second, first, false))
      }
    }
  }
  return { service, recordings: takes.length, pairs }
}

interface Take {
  readonly take: number
  readonly recording: Recording
}

function compare(one: Opened, base: Take, head: Take, disjoint: boolean): Pair {
  const report = judgePair(base.recording, head.recording, RECOMMENDED)
  if (report.verdict === 'fail') {
    console.error(`  FAIL ${nameOf(one, head.take)} against ${base.take}: ${reasons(report).join(', ')}`)
  }
  return { report, disjoint, named: disjoint && namesLines(base.recording, head.recording) }
}

/** Those there are; one that failed has left a gap. */
function recordedTakes(one: Opened): { take: number; folder: string }[] {
  const takes: { take: number; folder: string }[] = []
  for (let take = 0; take < (takes.at(-1)?.take ?? 0) + 20; take++) {
    const folder = recordedBefore(nameOf(one, take), one.live)
    if (folder !== undefined) takes.push({ take, folder })
  }
  return takes
}

/** What made a verdict: the kinds of its findings, and the doubts that block. */
function reasons(report: ServiceReport): string[] {
  if (report.verdict === 'inconclusive') return report.doubts.filter((doubt) => doubt.blocks).map((doubt) => doubt.kind)
  return report.findings.map(({ kind, level, total }) => `${level} ${kind} (${total.metric})`)
}

const opened = services.map((service) => ({ service, live: service.open(values.go) }))
const minutes = Number(values.minutes)
if (minutes > 0) await runUntil(jobs(opened), Number(values.width), Date.now() + minutes * 60_000)
const results = opened.map((one) => {
  const result = judge(one)
  console.error(`${one.service.name}: ${result.recordings} recordings`)
  return result
})

const count = (pairs: readonly Pair[], verdict: string): number =>
  pairs.filter((pair) => pair.report.verdict === verdict).length

/** Pauses are the machine's doing when more wants to run than it has cores; other warnings are not. */
function isWarned(report: ServiceReport, pausesAlone: boolean): boolean {
  return report.verdict === 'warn' && report.findings.every(({ kind }) => kind === 'gc-pause') === pausesAlone
}

function row(name: string, of: readonly Result[]): string[] {
  const pairs = of.flatMap((result) => result.pairs)
  const own = pairs.filter(({ disjoint }) => disjoint)
  const shares = (hits: (report: ServiceReport) => boolean): string =>
    formatShare(shareOf(own.filter(({ report }) => hits(report)).length, own.length), 2)
  return [
    name,
    `${of.reduce((sum, { recordings }) => sum + recordings, 0)}`,
    shares(({ verdict }) => verdict === 'fail'),
    shares((report) => isWarned(report, false)),
    shares((report) => isWarned(report, true)),
    shares(({ verdict }) => verdict === 'inconclusive'),
    `${count(pairs, 'fail')} of ${pairs.length}`,
  ]
}

function warnings(): string[] {
  const counts = new Map<string, number>()
  let all = 0
  for (const { report, disjoint } of results.flatMap(({ pairs }) => pairs)) {
    if (!disjoint) continue
    all++
    for (const reason of new Set(reasons(report))) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([reason, n]) => `${n} × ${reason}, of ${all} disjoint pairs`)
}

function naming(): string {
  const own = results.flatMap(({ pairs }) => pairs).filter(({ disjoint }) => disjoint)
  const named = own.filter(({ report }) => report.findings.some(({ contributors }) => contributors !== undefined))
  return (
    `a line is named as what allocates or holds more in ${named.length} of ${own.length} disjoint pairs; were the ` +
    `figures at their limits, it would be in ${own.filter((pair) => pair.named).length}`
  )
}

const healthy = results.filter(({ service }) => service !== LEAKY)
publish(
  {
    name: 'same-code',
    command: 'npm run bench:same-code',
    go: values.go,
    ran:
      `Recordings of ten rounds each, ${values.width} at a time, the services in turn. The shares are of disjoint ` +
      'pairs: no recording is in two of them, so that they are independent and their 95 % intervals honest. The last ' +
      'column holds each recording against the next, both ways; those share recordings.',
    tables: [
      [
        [
          'service',
          'recordings',
          'FAIL',
          'WARN',
          'WARN for GC pauses alone',
          'INCONCLUSIVE',
          'FAIL, sharing recordings',
        ],
        ...healthy.map((result) => row(result.service.name, [result])),
        ...(healthy.length > 1 ? [row('all', healthy)] : []),
        ...results.filter(({ service }) => service === LEAKY).map((result) => row(result.service.name, [result])),
      ],
      [['service', 'what it is'], ...results.map(({ service }) => [service.name, service.what])],
    ],
    notes: [...warnings(), naming()],
  },
  only === undefined && values.rounds === undefined,
)
