import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { functionGrowth } from '../../src/diff/functions.ts'
import { type Folded, foldProfile } from '../../src/profile/fold.ts'
import { parse } from '../../src/profile/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { pprofTop } from '../go/pprof-top.ts'
import { HAS_GO } from '../go/toolchain.ts'

const RECORDINGS = join(import.meta.dirname, '../../__fixtures__/recordings')
const KINDS = ['heap.pb.gz', 'allocs.pb.gz', 'goroutine.pb.gz', 'goroutineleak-1.pb.gz']

/** Flat and cum per function equal what go tool pprof -top -diff_base prints, for every kind and sample type. */
describe.skipIf(!HAS_GO)('equal to go tool pprof', () => {
  for (const variant of readdirSync(RECORDINGS)) {
    const healthy = variant.endsWith('-go1.27') ? 'healthy-go1.27' : 'healthy'
    // The healthy recording itself is held against its own first round.
    const round = variant === healthy ? '01' : '10'
    test.concurrent(`${variant} against ${healthy}`, { timeout: 120_000 }, async ({ expect }) => {
      let rows = 0
      for (const kind of KINDS) {
        const [base, head] = [join(RECORDINGS, healthy, round, kind), join(RECORDINGS, variant, '10', kind)]
        const stacks = new Stacks()
        const [foldedBase, foldedHead] = [folded(base, stacks), folded(head, stacks)]
        for (const [index, sampleType] of foldedHead.sampleTypes.entries()) {
          const ours = functionGrowth(foldedBase, foldedHead, index, stacks)
          const theirs = await pprofTop(head, sampleType, index, base)
          const table = new Map(ours.rows.map(({ function: name, flat, cum }) => [name, { flat, cum }]))
          expect(table, `${kind} ${sampleType.type}`).toEqual(theirs)
          rows += theirs.size
        }
      }
      expect(rows).toBeGreaterThan(100)
    })
  }
})

function folded(path: string, stacks: Stacks): Folded {
  const parsed = parse(path, readFileSync(path))
  if (parsed.form !== 'profile') throw new Error(`${path} is no profile`)
  return foldProfile(parsed.profile, stacks)
}
