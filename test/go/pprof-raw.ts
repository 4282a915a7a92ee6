import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Sum of every sample type of a profile, as `go tool pprof -raw` prints its samples; values of 64 bits as text. */
export type Totals = Readonly<Record<string, string>>

export async function pprofTotals(file: string): Promise<Totals> {
  const { stdout } = await run('go', ['tool', 'pprof', '-raw', '-symbolize=none', file], {
    maxBuffer: 1 << 30,
    encoding: 'latin1',
    env: { ...process.env, PPROF_BINARY_PATH: '/nonexistent' },
  })
  const lines = stdout.slice(stdout.indexOf('\nSamples:\n') + 10).split('\n')
  const types = lines[0]!.split(' ').map((type) => type.replace('[dflt]', ''))
  const sums = types.map(() => 0n)
  for (const line of lines.slice(1)) {
    if (line === 'Locations') break
    // Labels stand on lines of their own, with a colon too.
    const values = /^ *-?\d+(?: +-?\d+)*:/.exec(line)?.[0].slice(0, -1).trim().split(/ +/)
    if (values?.length !== types.length) continue
    for (const [i, value] of values.entries()) sums[i]! += BigInt(value)
  }
  return Object.fromEntries(types.map((type, i) => [type, String(sums[i])]))
}
