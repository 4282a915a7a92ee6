import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Built, COMPARE, contenders, EMPTY, PPROF, PPROF_FORMAT, SHOW } from './contenders.ts'
import { type Pair, snapshots } from './data.ts'
import { interleaved, median, type Run } from './measure.ts'
import { megabytes, middle, ratio, seconds, table } from './tables.ts'

const ROOT = join(import.meta.dirname, '..')
const RECORDINGS = join(ROOT, '__fixtures__/recordings')
const wall = (run: Run): number => run.wall
const memory = (run: Run): number | undefined => run.memory

export function machine(pprof: string | undefined): string {
  const go = pprof === undefined ? 'no Go' : execFileSync('go', ['version'], { encoding: 'utf8' }).split(' ')[2]
  const processor = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`
  return `${new Date().toISOString().slice(0, 10)} · ${processor}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB · Node.js ${process.version} · ${go}\n`
}

/** Whole processes: what a user waits for. */
export function processes(pairs: readonly Pair[], built: Built, pprof: string | undefined, rounds: number): string {
  const times: string[][] = []
  const ratios: string[][] = []
  const held: string[][] = []
  for (const pair of pairs) {
    const runs = interleaved(contenders(pair, built, pprof), rounds)
    const of = (name: string): Run[] => runs.get(name) ?? []
    const names = [SHOW, COMPARE, PPROF, PPROF_FORMAT, EMPTY.name]
    times.push([sized(pair), ...names.map((name) => seconds(of(name).map(wall)))])
    held.push([pair.name, ...names.map((name) => megabytes(of(name)))])
    const [compare, theirs] = [of(COMPARE), of(PPROF)]
    ratios.push([
      pair.name,
      ratio(middle(of(SHOW), wall), middle(theirs, wall)),
      ratio(middle(compare, wall), middle(theirs, wall)),
      ratio(
        middle(compare, (run) => run.cpu),
        middle(theirs, (run) => run.cpu),
      ),
      ratio(middle(compare, memory), middle(theirs, memory)),
      ratio(middle(compare, wall), middle(of(PPROF_FORMAT), wall)),
      ratio(middle(compare, wall), middle(of(EMPTY.name), wall)),
    ])
    process.stderr.write(`${pair.name}\n`)
  }
  const columns = [SHOW, COMPARE, PPROF, PPROF_FORMAT, EMPTY.name]
  return [
    '### Whole processes: wall time\n',
    table(['head', ...columns], times),
    '### Whole processes: peak memory\n',
    table(['head', ...columns], held),
    '### Ratios of medians\n',
    table(
      [
        'head',
        'show / pprof, wall',
        'compare / pprof, wall',
        'processor time',
        'memory',
        '/ pprof-format',
        '/ empty Node.js',
      ],
      ratios,
    ),
  ].join('\n')
}

function sized({ name, head }: Pair): string {
  const bytes = readFileSync(head)
  const plain = bytes[0] === 0x1f ? gunzipSync(bytes).length : bytes.length
  return `${name} (${(bytes.length / 1e6).toPrecision(2)} → ${(plain / 1e6).toPrecision(2)} MB)`
}

type Stages = Readonly<Record<'decompress' | 'decode' | 'fold' | 'diff', readonly number[]>>

function stagesOf({ base, head }: Pair, built: Built): Stages {
  const { stdout, stderr } = spawnSync(process.execPath, [built.stages, base, head], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Stages
}

/** One process, both files: processor time of its thread, so that the rest of the machine does not count. */
export function stages(pairs: readonly Pair[], built: Built): string {
  const rows = pairs.map((pair) => {
    const measured = stagesOf(pair, built)
    const first = (stage: keyof Stages): number => measured[stage][0]!
    const later = (stage: keyof Stages): number => median(measured[stage].slice(1))
    const cell = (stage: keyof Stages): string => `${first(stage).toFixed(0)} / ${later(stage).toFixed(0)}`
    const times = (read: (stage: keyof Stages) => number): string =>
      read('decompress') < 2 ? '–' : ((read('decode') + read('fold') + read('diff')) / read('decompress')).toFixed(1)
    return [
      pair.name,
      cell('decompress'),
      cell('decode'),
      cell('fold'),
      cell('diff'),
      `${times(first)} / ${times(later)}`,
    ]
  })
  return [
    '### Stages, ms of processor time: first time in the process / median of five more\n',
    table(['both files', 'decompress', 'decode', 'intern stacks', 'diff by function', '÷ decompress'], rows),
  ].join('\n')
}

export function growth(pairs: readonly Pair[], built: Built): string {
  const rows = pairs
    .filter(({ name }) => name.startsWith('heap'))
    .map((pair) => {
      const bytes = readFileSync(pair.head)
      const stacks = samplesOf(gunzipSync(bytes))
      const measured = stagesOf(pair, built)
      const each = (stage: keyof Stages): string => ((median(measured[stage].slice(1)) / 2 / stacks) * 1e6).toFixed(0)
      return [stacks.toLocaleString('en'), each('decompress'), each('decode'), each('fold'), each('diff')]
    })
  return [
    '### With the number of stacks: ns for each, warm\n',
    table(['stacks of the head', 'decompress', 'decode', 'intern', 'diff'], rows),
  ].join('\n')
}

/** Fields 2 at the top level. */
function samplesOf(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at++]!
    if ((tag & 7) === 0) while (bytes[at++]! >= 0x80);
    else {
      let length = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!
        length += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) break
      }
      at += length
    }
    if (tag === 0x12) count++
  }
  return count
}

/** Recordings of 6, 30 and 60 heap profiles of 1 MB; both sides of the comparison as long. */
export function recordings(built: Built, rounds: number): string {
  const all = snapshots(60)
  if (all === undefined) return ''
  const cli = join(built.dist, 'cli.js')
  const rows: string[][] = []
  for (const count of [6, 30, 60]) {
    const [base, head] = [recordingOf(all, count), recordingOf(all, count)]
    const runs = interleaved(
      [
        { name: SHOW, command: [process.execPath, cli, 'show', head] },
        { name: COMPARE, command: [process.execPath, cli, 'compare', base, head] },
      ],
      rounds,
    )
    const cells = [SHOW, COMPARE].flatMap((name) => [
      seconds(runs.get(name)!.map(wall)),
      seconds(runs.get(name)!.flatMap((run) => run.cpu ?? [])),
      megabytes(runs.get(name)!),
    ])
    rows.push([`${count}`, ...cells])
  }
  const size = statSync(join(all, '060.pb.gz')).size
  return [
    `### With the number of snapshots: heap profiles of ${(size / 1e6).toPrecision(2)} MB gzipped each\n`,
    table(['snapshots', 'show', 'processor', 'memory', 'compare, two of them', 'processor', 'memory'], rows),
  ].join('\n')
}

function recordingOf(all: string, count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-bench-'))
  const names = readdirSync(all).slice(0, count)
  for (const name of names) cpSync(join(all, name), join(folder, name))
  const list = names.map((name, i) => ({
    round: i + 1,
    phase: 'rest',
    time: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(),
    operations: (i + 1) * 1000,
    files: [{ kind: 'heap', path: name }],
  }))
  const manifest = { schema: 'leakgate/recording@1', service: 'big', snapshots: list }
  writeFileSync(join(folder, 'recording.json'), JSON.stringify(manifest))
  return folder
}

/** What the bundles cost before they do anything, and the action on a recording of ten rounds of a small service. */
export function startUp(built: Built, rounds: number): string {
  const node = process.execPath
  const main = join(built.dist, 'main.js')
  const temp = mkdtempSync(join(tmpdir(), 'leakgate-bench-'))
  const env = { RUNNER_TEMP: temp, GITHUB_OUTPUT: join(temp, 'o'), GITHUB_STEP_SUMMARY: join(temp, 's') }
  for (const file of ['o', 's']) writeFileSync(join(temp, file), '')
  const inputs = { INPUT_PROFILES: join(RECORDINGS, 'map-cache'), INPUT_BASELINE: join(RECORDINGS, 'healthy') }
  const list = [
    EMPTY,
    { name: 'dist/cli.js --version', command: [node, join(built.dist, 'cli.js'), '--version'] },
    {
      name: 'dist/main.js, refused at its inputs',
      command: [node, main],
      env: { ...env, INPUT_PROFILES: '/nonexistent' },
      cwd: temp,
    },
    { name: 'dist/main.js, ten rounds against ten', command: [node, main], env: { ...env, ...inputs }, cwd: temp },
  ].filter(({ command }) => existsSync(command[1]!) || command[1] === '-e')
  const runs = interleaved(list, rounds * 3)
  const empty = middle(runs.get(EMPTY.name), wall)!
  const rows = list.map(({ name }) => {
    const beyond = middle(runs.get(name), wall)! - empty
    return [
      name,
      seconds(runs.get(name)!.map(wall)),
      seconds(runs.get(name)!.flatMap((run) => run.cpu ?? [])),
      `${beyond.toFixed(0)} ms`,
    ]
  })
  return ['### Start-up\n', table(['process', 'wall', 'processor', 'beyond an empty process'], rows)].join('\n')
}
