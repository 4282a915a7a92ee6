import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Ahead, readAhead } from '../../src/collect/ahead/ahead.ts'
import { Claims } from '../../src/collect/ahead/claims.ts'
import { largeFiles } from '../../src/collect/ahead/large-files.ts'
import { readRecordings } from '../../src/collect/folder.ts'
import { formatUserError, UserError } from '../../src/errors.ts'
import { total } from '../../src/profile/fold.ts'
import { Stacks } from '../../src/profile/stacks.ts'

const RECORDING = join(import.meta.dirname, '../../__fixtures__/recordings/map-cache')
const profiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.gz'))
    .sort()
    .map((file) => join(folder, file))

let ahead: Ahead | undefined
afterEach(() => ahead?.close())

/** What there is to see in a recording. */
function seen(recordings: ReturnType<typeof readRecordings>, stacks: Stacks): unknown {
  return recordings.flatMap(({ snapshots }) =>
    snapshots.map(({ heap, goroutine, goroutineleak, memstats, dump }) => [
      ...[heap, goroutine, goroutineleak].map(
        (profile) =>
          profile && [
            profile.period,
            profile.timeNanos,
            total(profile, 0),
            Array.from(profile.stack, (id) => stacks.frames(id)),
            profile.value,
            profile.blockSize,
          ],
      ),
      memstats?.heapAlloc,
      dump?.total,
    ]),
  )
}

/** Waits until the other thread has done so many: else this one would read them all before the other has begun. */
const decoded = (by: Ahead, files: number): Promise<boolean> => vi.waitUntil(() => by.waiting >= files, 30_000)

function caught(act: () => unknown): UserError {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a recording of which a second thread decodes the files', () => {
  test('is the same as one read alone', async () => {
    const alone = new Stacks()
    const together = new Stacks()
    ahead = new Ahead(profiles(RECORDING))
    const take = vi.spyOn(ahead, 'take')
    await decoded(ahead, 2)
    const read = readRecordings(RECORDING, together, ahead)
    expect(seen(read, together)).toEqual(seen(readRecordings(RECORDING, alone), alone))
    expect(take.mock.results.filter(({ value }) => value !== undefined).length).toBeGreaterThan(0)
  })

  test('has words and labels, in whatever order its files are asked for', async () => {
    const heaps = profiles(RECORDING).filter((file) => file.endsWith('heap.pb.gz'))
    ahead = new Ahead(heaps)
    await decoded(ahead, 2)
    const taken = [heaps[2]!, heaps[1]!].map((file) => ahead!.take(file))
    for (const profile of taken) {
      expect(profile?.functions.name(0)).toMatch(/\w/)
      const labelled = profile!.samples.blockSize.findIndex((size) => size > 0)
      expect(profile?.samples.labels(labelled)[0]).toMatchObject({ key: 'bytes' })
    }
  })

  test('has the error of a damaged file, with its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leakgate-ahead-'))
    const files = ['1.pb.gz', '2.pb.gz', '3.pb.gz'].map((name) => join(folder, name))
    for (const file of files) writeFileSync(file, gzipSync(Uint8Array.of(0x12, 0x05, 0x0a)))
    ahead = new Ahead(files)
    await decoded(ahead, 2)
    const error = caught(() => readRecordings(files[1]!, new Stacks(), ahead))
    expect(formatUserError(error)).toMatch(/2\.pb\.gz.*: byte 1: /)
  })
})

test('small recordings are read without a second thread', () => {
  expect(largeFiles([RECORDING])).toEqual([])
  expect(readAhead([RECORDING])).toBeUndefined()
})

test('large files are found below a folder, each once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-large-'))
  const files = ['a.pb', 'b.pb', 'small.pb'].map((name) => join(folder, name))
  for (const [i, file] of files.entries()) writeFileSync(file, new Uint8Array(i === 2 ? 100 : 1_500_000))
  expect(largeFiles([folder, files[0]!, folder])).toEqual([files[0], files[1]])
  expect(largeFiles([join(folder, 'nothing')])).toEqual([])
})

describe('claims', () => {
  test('a file belongs to whoever comes first', () => {
    const reader = new Claims(3)
    const decoder = new Claims(reader.shared)
    expect(decoder.claimForDecoder(1)).toBe(true)
    expect(reader.awaitDecoder(0)).toBe(false)
    expect(decoder.claimForDecoder(0)).toBe(false)
    decoder.done(1)
    expect(reader.awaitDecoder(1)).toBe(true)
    // Taken once, it is the reader's to read again.
    reader.taken()
    expect(reader.awaitDecoder(0)).toBe(false)
  })
})
