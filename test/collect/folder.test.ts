import { copyFileSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecordings } from '../../src/collect/folder.ts'
import { readSide } from '../../src/collect/sides.ts'
import { formatUserError, UserError } from '../../src/errors.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recording } from '../fixtures.ts'

const HEALTHY = recording('healthy')
const folder = (): string => mkdtempSync(join(tmpdir(), 'leakgate-folder-'))
const read = (path: string) => readRecordings(path, new Stacks())

function mistake(of: () => unknown): string {
  try {
    of()
  } catch (error) {
    if (error instanceof UserError) return formatUserError(error)
    throw error
  }
  return 'accepted'
}

describe('a recording', () => {
  test('ten rounds at rest, with everything that was taken', () => {
    const [orders, ...others] = read(HEALTHY)
    expect(others).toEqual([])
    expect(orders).toMatchObject({ service: 'orders', goVersion: 'go1.26.8', load: { rounds: 10, operations: 4000 } })
    expect(orders!.snapshots.map((snapshot) => [snapshot.round, snapshot.phase, snapshot.operations])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, 'rest', 400 * (i + 1)]),
    )
    const last = orders!.snapshots.at(-1)!
    expect([last.heap, last.allocs, last.goroutine, last.goroutineleak, last.memstats, last.dump]).not.toContain(
      undefined,
    )
    expect(last.heap!.period).toBe(8192)
  })

  test('a folder of recordings is a service each', () => {
    const root = folder()
    cpSync(HEALTHY, join(root, 'a'), { recursive: true })
    cpSync(HEALTHY, join(root, 'deep/b'), { recursive: true })
    expect(read(root)).toHaveLength(2)
  })

  test('one service twice is refused: which is meant cannot be told', () => {
    const root = folder()
    cpSync(HEALTHY, join(root, 'a'), { recursive: true })
    cpSync(HEALTHY, join(root, 'b'), { recursive: true })
    expect(() => readSide('input profiles', [root], new Stacks())).toThrow(/two recordings of service orders/)
  })

  test('a file it names but does not have is named', () => {
    const root = folder()
    copyFileSync(join(HEALTHY, 'recording.json'), join(root, 'recording.json'))
    expect(() => read(root)).toThrow(/the file is missing/)
  })

  test('a link in place of a profile is not followed', () => {
    const root = folder()
    cpSync(HEALTHY, root, { recursive: true })
    mkdirSync(join(root, 'x'))
    const text = JSON.stringify({
      schema: 'leakgate/recording@1',
      service: 's',
      snapshots: [{ phase: 'rest', time: '2026-11-24T00:00:00Z', files: [{ path: 'x/heap.pb.gz' }] }],
    })
    writeFileSync(join(root, 'recording.json'), text)
    symlinkSync('/etc/hostname', join(root, 'x/heap.pb.gz'))
    expect(() => read(root)).toThrow(/not a regular file/)
  })
})

describe('loose profiles', () => {
  test('told by content, whatever they are called, ordered by the time inside them', () => {
    const root = folder()
    copyFileSync(join(HEALTHY, '09/heap.pb.gz'), join(root, 'a'))
    copyFileSync(join(HEALTHY, '02/heap.pb.gz'), join(root, 'b.txt'))
    const [loose] = read(root)
    expect(loose!.snapshots.map((snapshot) => snapshot.phase)).toEqual(['single', 'single'])
    const [first, second] = loose!.snapshots
    expect(first!.time).toBeLessThan(second!.time)
    expect(first!.heap!.source).toContain('b.txt')
  })

  test('one of each kind are one moment', () => {
    const root = folder()
    for (const name of ['heap.pb.gz', 'goroutine.pb.gz', 'memstats.txt.gz']) {
      copyFileSync(join(HEALTHY, '05', name), join(root, name))
    }
    const [loose] = read(root)
    expect(loose!.snapshots).toHaveLength(1)
    expect(loose!.snapshots[0]!.memstats).toBeDefined()
  })

  test('the service is named from the folder', () => {
    const root = folder()
    for (const service of ['api', 'worker']) {
      mkdirSync(join(root, service))
      copyFileSync(join(HEALTHY, '05/heap.pb.gz'), join(root, service, 'heap.pb.gz'))
    }
    expect(read(root).map((one) => one.service)).toEqual(['api', 'worker'])
  })

  test('patterns', () => {
    const side = readSide('input profiles', [join(HEALTHY, '0[12]', 'heap.pb.gz')], new Stacks())
    expect(side.map((one) => one.snapshots.length)).toEqual([1, 1])
  })
})

describe('an artifact as it was downloaded', () => {
  const service = (folder: string): void => {
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(HEALTHY, '05/heap.pb.gz'), join(folder, 'heap.pb.gz'))
  }

  test.each(['report.json', 'baseline.json'])('with %s beside it: read as the step had read it', (mark) => {
    const root = folder()
    writeFileSync(join(root, mark), '{}')
    copyFileSync(join(HEALTHY, '05/heap.pb.gz'), join(root, 'diff.pb.gz'))
    for (const name of ['api', 'worker']) service(join(root, 'recordings/0/profiles', name))
    cpSync(HEALTHY, join(root, 'recordings/1/orders'), { recursive: true })
    for (const path of [root, join(root, 'recordings')]) {
      expect(read(path).map((one) => [one.service, one.snapshots.length])).toEqual([
        ['api', 1],
        ['worker', 1],
        ['orders', 10],
      ])
    }
  })

  test('without a recording it is an error, not an empty side', () => {
    const root = folder()
    writeFileSync(join(root, 'report.json'), '{}')
    mkdirSync(join(root, 'recordings'))
    expect(() => read(root)).toThrow(/no recording in this artifact/)
  })

  test('a link in it leads nowhere', () => {
    const root = folder()
    writeFileSync(join(root, 'report.json'), '{}')
    mkdirSync(join(root, 'recordings/0'), { recursive: true })
    symlinkSync(HEALTHY, join(root, 'recordings/0/orders'))
    expect(() => read(root)).toThrow(/no recording in this artifact/)
  })

  test('what leakgate writes beside loose profiles is passed over, anything else that is no profile is named', () => {
    const root = folder()
    service(root)
    const written = ['report.json', 'report.md', 'report.html', 'baseline.json', 'part.json', 'leak-report-api.html']
    for (const name of written) writeFileSync(join(root, name), '{}')
    for (const name of ['diff.pb.gz', 'goroutine-diff.pb.gz', 'api.diff.pb.gz', '2-diff.pb.gz']) {
      copyFileSync(join(HEALTHY, '09/heap.pb.gz'), join(root, name))
    }
    expect(read(root).map((one) => one.snapshots.length)).toEqual([1])
    writeFileSync(join(root, 'server.log'), 'listening on :6060\n')
    expect(mistake(() => read(root))).toMatch(/server\.log: byte \d+: expected/)
  })
})
