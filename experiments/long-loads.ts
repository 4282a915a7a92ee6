// Long loads without a pause: what one load that is only cut into slices of time can tell. Services against themselves,
// where every FAIL is wrong, and the leaking fixture services against the healthy one.
//
//   node experiments/long-loads.ts [--go go1.26.8] [--takes 4] [--slices 10] [--seconds 2] [--only etcd,orders]
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Recording } from '../src/profile/recording.ts'
import { Stacks } from '../src/profile/stacks.ts'
import type { ServiceReport } from '../src/report/report.ts'
import { EXPERIMENTS } from './go.ts'
import { formatShare, shareOf } from './intervals.ts'
import { judgePair, RECOMMENDED, readOne } from './judge.ts'
import { recordSliced } from './live.ts'
import { publish, USUAL_GO } from './page.ts'
import { openFixture, SERVICES } from './services.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    takes: { type: 'string', default: '4' },
    slices: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
})
const [takes, slices, seconds] = [Number(values.takes), Number(values.slices), Number(values.seconds)]
const only = values.only?.split(',')
const wanted = (name: string): boolean => only === undefined || only.includes(name)

const healthy = new Map<string, ServiceReport[]>()
const disjoint = new Map<string, ServiceReport[]>()
for (const { name, open } of SERVICES) {
  if (!wanted(name)) continue
  const stacks = new Stacks()
  const live = open(values.go)
  const recordings: Recording[] = []
  for (let take = 0; take < takes; take++) {
    recordings.push(readOne(await recordSliced(`${name}-${take}`, live, slices, seconds), stacks))
    console.error(`${name} ${take + 1} of ${takes}`)
  }
  const pairs = recordings.flatMap((base, b) =>
    recordings.flatMap((head, h) => (b === h ? [] : [{ b, h, report: judgePair(base, head, RECOMMENDED) }])),
  )
  healthy.set(
    name,
    pairs.map(({ report }) => report),
  )
  disjoint.set(
    name,
    pairs.filter(({ b, h }) => b % 2 === 0 && h === b + 1).map(({ report }) => report),
  )
}

const leaks = new Map<string, ServiceReport>()
const commands = readdirSync(join(EXPERIMENTS, '../__fixtures__/services/cmd')).filter(
  (name) => !['healthy', 'load', 'bigheap'].includes(name),
)
for (const name of commands) {
  if (!wanted('leaks')) break
  const stacks = new Stacks()
  const base = readOne(await recordSliced('orders-0', openFixture(values.go, 'healthy'), slices, seconds), stacks)
  const head = readOne(await recordSliced(name, openFixture(values.go, name), slices, seconds), stacks)
  leaks.set(name, judgePair(base, head, RECOMMENDED))
  console.error(`${name}: ${leaks.get(name)!.verdict}`)
}

const share = (reports: readonly ServiceReport[], verdict: string): string =>
  formatShare(shareOf(reports.filter((report) => report.verdict === verdict).length, reports.length))

function row(name: string, reports: readonly ServiceReport[], apart: readonly ServiceReport[]): string[] {
  const verdicts = ['warn', 'pass', 'inconclusive'].map((verdict) => share(reports, verdict))
  return [name, `${reports.length}`, share(reports, 'fail'), share(apart, 'fail'), ...verdicts]
}

for (const [name, reports] of healthy) {
  const found = reports.filter(({ verdict }) => verdict === 'fail').flatMap(({ findings }) => findings)
  for (const { kind, level, total } of found) console.error(`  ${name}: ${level} ${kind} ${total.metric}`)
}
publish(
  {
    name: 'long-loads',
    command: 'npm run bench:long-loads',
    go: values.go,
    ran:
      `One load without a pause, cut into ${slices} slices of ${seconds} s. ${takes} recordings of each service, every ` +
      'ordered pair of them one comparison; and each leaking fixture service once, against the healthy one.',
    tables: [
      [
        ['same code', 'comparisons', 'FAIL', 'FAIL, disjoint pairs', 'WARN', 'PASS', 'INCONCLUSIVE'],
        ...[...healthy].map(([name, reports]) => row(name, reports, disjoint.get(name)!)),
        row('all', [...healthy.values()].flat(), [...disjoint.values()].flat()),
      ],
      [
        ['leaking service', 'verdict', 'first finding'],
        ...[...leaks].map(([name, { verdict, findings }]) => {
          const [first] = findings
          const line = first?.culprit === undefined ? '' : ` at ${first.culprit.file}:${first.culprit.line}`
          return [name, verdict.toUpperCase(), first === undefined ? '' : `${first.kind}${line}`]
        }),
      ],
    ],
  },
  only === undefined,
)
