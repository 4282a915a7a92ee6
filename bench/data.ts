import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
/** Profiles take minutes to make: they are kept between runs. */
const FOLDER = join(tmpdir(), 'leakgate-bench')
/** A profile of another project, where its folder is. */
const REAL = join(ROOT, '../shared/corpus/files/google__pprof__internal__proftest__testdata__large.cpu')

/** A base and a head. */
export interface Pair {
  readonly name: string
  readonly base: string
  readonly head: string
}

/** By size of the uncompressed head. */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  'heap, 50 KB': ['-stacks=450', '-functions=100'],
  'heap, 1 MB': ['-stacks=16000', '-functions=1000'],
  'heap, 200,000 stacks, 9 MB': ['-stacks=200000'],
  'heap, 50 MB': ['-stacks=1150000'],
  // Go writes equal stacks once: a service with so many goroutines has them in a few hundred places.
  '200,000 goroutines in 500 stacks': ['-goroutines=200000', '-stacks=500'],
  '200,000 goroutines in 50,000 stacks': ['-goroutines=200000', '-stacks=50000'],
}

/** Makes what is missing, with Go; without it what was made before is all there is. */
export function pairs(wanted: (name: string) => boolean): Pair[] {
  const made = Object.entries(PAIRS).flatMap(([name, options]): Pair[] => {
    if (!wanted(name)) return []
    const folder = generate(name, options)
    return folder === undefined ? [] : [{ name, base: join(folder, 'base.pb.gz'), head: join(folder, 'head.pb.gz') }]
  })
  const real = { name: 'CPU, real, 1.2 MB gzipped', base: REAL, head: REAL }
  return existsSync(REAL) && wanted(real.name) ? [...made, real] : made
}

/** A folder of heap profiles of one growing heap, about 1 MB each as they are stored. */
export function snapshots(count: number): string | undefined {
  return generate(`snapshots-${count}`, [`-snapshots=${count}`, '-stacks=34000'])
}

function generate(name: string, options: readonly string[]): string | undefined {
  const folder = join(FOLDER, name.replaceAll(/[^\w]+/g, '-'))
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  process.stderr.write(`making ${name}\n`)
  try {
    execFileSync('go', ['run', './cmd/bigheap', `-out=${unfinished}`, ...options], {
      cwd: join(ROOT, '__fixtures__/services'),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    process.stderr.write(`no Go: ${name} is left out\n`)
    return undefined
  }
  renameSync(unfinished, folder)
  return folder
}
