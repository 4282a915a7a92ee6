import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { parse } from '../../src/profile/parse.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { pprofTotals, type Totals } from '../go/pprof-raw.ts'
import { GO_VERSION, HAS_GO } from '../go/toolchain.ts'

/** Profiles of other projects, not part of this one: the tests run where the folder is. */
const CORPUS = join(import.meta.dirname, '../../../shared/corpus')
const HAS_CORPUS = existsSync(join(CORPUS, 'index.tsv'))

interface Entry {
  readonly file: string
  readonly kind: string
  readonly goError: string
}

const entries = HAS_CORPUS ? readIndex(readFileSync(join(CORPUS, 'index.tsv'), 'utf8')) : []
const readable = entries.filter(({ goError }) => goError === '')
const refused = entries.filter(({ goError }) => goError !== '')

describe.skipIf(!HAS_CORPUS)('profiles of other projects', () => {
  let totals: Readonly<Record<string, Totals>> = {}

  beforeAll(async () => {
    if (HAS_GO) totals = await cachedTotals(readable.map(({ file }) => file))
  }, 600_000)

  test.each(readable.map(({ file }) => file))('%s is read', (file) => {
    const parsed = parse(file, bytesOf(file))
    if (parsed.form !== 'profile') throw new Error(`read as ${parsed.form}`)
    const expected = totals[file]
    if (expected !== undefined) expect(totalsOf(parsed.profile)).toEqual(expected)
  })

  test.each(refused)('$file is refused: $goError', ({ file }) => {
    try {
      parse(file, bytesOf(file))
    } catch (error) {
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).where).toMatch(/: (byte|line) \d+$/)
      return
    }
    throw new Error('it was read')
  })
})

function bytesOf(file: string): Buffer {
  return readFileSync(join(CORPUS, 'files', file))
}

function readIndex(text: string): Entry[] {
  const [header, ...rows] = text.trimEnd().split('\n')
  const names = header!.split('\t')
  return rows.map((row) => {
    const cells = row.split('\t')
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    return { file: cell('file'), kind: cell('kind'), goError: cell('go_error') }
  })
}

function totalsOf({ sampleTypes, samples }: Profile): Totals {
  const sums = sampleTypes.map(() => 0n)
  for (const [i, value] of samples.value.entries()) sums[i % sampleTypes.length]! += BigInt(value)
  return Object.fromEntries(sampleTypes.map(({ type, unit }, i) => [`${type}/${unit}`, String(sums[i])]))
}

/** Running pprof a few hundred times takes a minute: what it said is kept for this version of Go. */
async function cachedTotals(files: readonly string[]): Promise<Record<string, Totals>> {
  const folder = join(import.meta.dirname, '../../node_modules/.cache/leakgate')
  const cache = join(folder, `corpus ${GO_VERSION!.replaceAll(/[^\w.]+/g, '-')}.json`)
  const known: Record<string, Totals> = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {}
  const waiting = files.filter((file) => known[file] === undefined)
  const work = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      known[file] = await pprofTotals(join(CORPUS, 'files', file))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  mkdirSync(folder, { recursive: true })
  writeFileSync(cache, JSON.stringify(known))
  return known
}
