// Garbage collection pauses that the code makes: is a service warned of that hashes uploads in one call?
//
//   node experiments/pauses.ts [--go go1.26.8] [--takes 6]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ServiceReport } from '../src/report/report.ts'
import { buildGo, EXPERIMENTS } from './go.ts'
import { formatShare, shareOf } from './intervals.ts'
import { judgeFolders, RECOMMENDED } from './judge.ts'
import { fetchOk, recordLive, runAll } from './live.ts'
import { publish, USUAL_GO } from './page.ts'

const { values } = parseArgs({
  options: {
    go: { type: 'string', default: USUAL_GO },
    takes: { type: 'string', default: '6' },
    width: { type: 'string', default: '1' },
  },
})
const { go } = values
const takes = Number(values.takes)
const UPLOADS = 12
const PIECES = 64 << 10
const program = buildGo({ go, folder: join(EXPERIMENTS, 'pauses'), output: 'pauses', what: ['.'] })

function record(name: string, piece: number): Promise<string> {
  return recordLive(name, {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`, '-piece', `${piece}`],
    round: async (base) => {
      await fetchOk(`${base}/round?n=${UPLOADS}`, 'POST')
    },
    operationsPerRound: UPLOADS,
    still: 2,
  })
}

const jobs = Array.from({ length: takes }, (_, take) => [
  () => record(`pieces-${take}`, PIECES),
  () => record(`whole-${take}`, 1 << 30),
]).flat()
const folders = await runAll(jobs, Number(values.width))
const pieces = folders.filter((_, i) => i % 2 === 0)
const whole = folders.filter((_, i) => i % 2 === 1)

function row(name: string, reports: readonly ServiceReport[]): string[] {
  const told = reports.filter(({ findings }) => findings.some(({ kind }) => kind === 'gc-pause'))
  const levels = reports.map(
    ({ judgements }) => judgements.find(({ metric }) => metric === 'gc.pause.p90')?.head ?? Number.NaN,
  )
  const median = levels.sort((a, b) => a - b)[levels.length >> 1] ?? Number.NaN
  return [name, `${Math.round(median / 1e6)} ms`, formatShare(shareOf(told.length, reports.length))]
}

const against = (heads: readonly string[]): ServiceReport[] =>
  heads.map((head, i) => judgeFolders(pieces[(i + 1) % takes]!, head, RECOMMENDED))
publish(
  {
    name: 'pauses',
    command: 'npm run bench:pauses',
    go,
    ran: `A service that hashes ${UPLOADS} uploads of 24 MB in each of ten rounds, ${takes} recordings of either kind.`,
    tables: [
      [
        ['the head hashes', 'GC pause, 90th percentile (median)', 'WARN for GC pauses'],
        row('in pieces of 64 KB, as the base does', against(pieces)),
        row('each upload in one call', against(whole)),
      ],
    ],
  },
  true,
)
