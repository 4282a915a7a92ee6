import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecordings } from '../../src/collect/folder.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { diffFiles, diffProfiles } from '../../src/report/diff-profile.ts'
import { recording } from '../fixtures.ts'
import { pprofTotals } from '../go/pprof-raw.ts'
import { pprofTop } from '../go/pprof-top.ts'
import { HAS_GO } from '../go/toolchain.ts'
import { cli } from '../process.ts'

const TYPES = {
  heap: ['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space'],
  goroutine: ['goroutine'],
} as const

test('several services have a file each, whatever they are called', () => {
  const stacks = new Stacks()
  const [base] = readRecordings(recording('healthy'), stacks)
  const [head] = readRecordings(recording('map-cache'), stacks)
  const named = (service: string) => ({ base, head: { ...head!, service } })
  expect([...diffFiles([named('x')]).keys()]).toEqual(['diff.pb.gz', 'goroutine-diff.pb.gz'])
  const names = [...diffFiles([named('../a b'), named('.._a_b'), { base: undefined, head: head! }]).keys()]
  expect(names).toHaveLength(4)
  for (const name of names) expect(name).toMatch(/^[\w-][\w.-]*diff\.pb\.gz$/)
})

test('the command writes them', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'leakgate-diff-')), 'out')
  expect(cli(['compare', recording('healthy'), recording('map-cache'), '--diff', folder]).code).toBe(1)
  expect(readdirSync(folder)).toEqual(['diff.pb.gz', 'goroutine-diff.pb.gz'])
})

/** The file shows what -diff_base shows of the two it was made from: for every function, of every sample type. */
describe.skipIf(!HAS_GO)('opened by go tool pprof', () => {
  test.each(['map-cache', 'chan-send', 'healthy-again'])('%s', async (name) => {
    const stacks = new Stacks()
    const [base] = readRecordings(recording('healthy'), stacks)
    const [head] = readRecordings(recording(name), stacks)
    const files = diffProfiles(base, head!)
    expect([...files.keys()]).toEqual(['heap', 'goroutine'])
    for (const [kind, bytes] of files) {
      const file = join(mkdtempSync(join(tmpdir(), 'leakgate-diff-')), `${kind}.pb.gz`)
      writeFileSync(file, bytes)
      const source = (of: string): string => join(recording(of), '10', `${kind}.pb.gz`)
      const [ours, before, after] = await Promise.all([file, source('healthy'), source(name)].map(pprofTotals))
      expect(Object.keys(ours!)).toEqual(TYPES[kind].map((type) => expect.stringContaining(type)))
      for (const [type, sum] of Object.entries(ours!))
        expect(BigInt(sum)).toBe(BigInt(after![type]!) - BigInt(before![type]!))
      for (const [index, type] of TYPES[kind].entries()) {
        const sampleType = { type, unit: /space/.test(type) ? 'bytes' : 'count' }
        const theirs = await pprofTop(source(name), sampleType, index, source('healthy'))
        expect(await pprofTop(file, sampleType, index), `${kind} ${type}`).toEqual(theirs)
      }
    }
  })
})
