import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TopRow {
  readonly flat: number
  readonly cum: number
}

/** Unit in which pprof prints a sample type as whole numbers. */
const WHOLE: Readonly<Record<string, string>> = {
  bytes: 'B',
  nanoseconds: 'ns',
  microseconds: 'us',
  milliseconds: 'ms',
  count: 'count',
}

/**
 * What `go tool pprof -top` prints for every function, exactly: nothing trimmed, whole units. Rows that are zero in
 * both columns are absent. An error of pprof's own is thrown with its text.
 */
export async function pprofTop(
  head: string,
  sampleType: { readonly type: string; readonly unit: string },
  index: number,
  base?: string,
): Promise<Map<string, TopRow>> {
  const args = ['tool', 'pprof', '-top', '-symbolize=none', '-nodecount=0', '-trim=false']
  args.push(`-sample_index=${index}`, `-unit=${WHOLE[sampleType.unit] ?? sampleType.unit}`)
  if (base !== undefined) args.push(`-diff_base=${base}`)
  const { stdout } = await run('go', [...args, head], {
    maxBuffer: 1 << 30,
    env: { ...process.env, PPROF_BINARY_PATH: '/nonexistent' },
  })
  return parseTop(stdout)
}

const ROW = /^\s*(-?[\d.]+)\D*?\s+\S+%\s+\S+%\s+(-?[\d.]+)\D*?\s+\S+% {2}(.*?)(?: \((?:partial-)?inline\))?$/

function parseTop(text: string): Map<string, TopRow> {
  const lines = text.split('\n')
  const header = lines.findIndex((line) => /^\s*flat\s+flat%/.test(line))
  const rows = new Map<string, TopRow>()
  for (const line of header === -1 ? [] : lines.slice(header + 1)) {
    if (line === '') continue
    const match = ROW.exec(line)
    if (match === null) throw new Error(`cannot read pprof's row: ${line}`)
    const name = match[3]!
    const known = rows.get(name)
    const row = { flat: Number(match[1]), cum: Number(match[2]) }
    rows.set(name, known === undefined ? row : { flat: known.flat + row.flat, cum: known.cum + row.cum })
  }
  return rows
}
