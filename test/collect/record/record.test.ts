import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecordings } from '../../../src/collect/folder.ts'
import { SILENT } from '../../../src/collect/record/progress.ts'
import { record } from '../../../src/collect/record/record.ts'
import { readRecordedDoubt, recordedDoubtBlocks } from '../../../src/profile/recorded-doubt.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { FakeService } from './fake-service.ts'
import { newFolder, plan, recordPlan } from './planned.ts'

describe.concurrent('what is recorded', { timeout: 60_000 }, () => {
  test('several services in one go, each its own recording, with headers', async () => {
    await using api = await new FakeService().listen()
    await using worker = await new FakeService().listen()
    const one = plan(
      [`api=${api.url}`, `worker=${worker.url}/debug/pprof/`],
      { script: `${api.load.script}\n${worker.load.script}` },
      {
        rounds: '2',
        headers: ['X-Token: secret'],
        operations: '10',
        commit: 'abc',
      },
    )
    const { folder, services } = await recordPlan(one)
    expect(services.map(({ service, snapshots, doubts }) => [service, snapshots, doubts])).toEqual([
      ['api', 2, []],
      ['worker', 2, []],
    ])
    const recordings = readRecordings(folder, new Stacks())
    expect(recordings).toMatchObject([
      { service: 'api', commit: 'abc', load: { rounds: 2, operations: 20 } },
      { service: 'worker' },
    ])
    expect(worker.requests.filter(({ url }) => url !== '/load').every(({ headers }) => headers['x-token'])).toBe(true)
    expect(readFileSync(join(folder, 'api/recording.json'), 'utf8')).not.toContain('secret')
    // allocs holds the same samples as heap: once, at the end, is enough.
    expect(recordings[0]!.snapshots.map(({ allocs }) => allocs !== undefined)).toEqual([false, true])
  })

  test('a service without goroutineleak: recorded all the same, and the recording says so', async () => {
    await using fake = await new FakeService().listen()
    fake.fault = (request, response) => {
      if (!request.url!.includes('goroutineleak')) return false
      response.writeHead(404).end('Unknown profile\n')
      return true
    }
    const { folder, services } = await recordPlan(plan([`api=${fake.url}`], fake.load, { rounds: '1' }))
    expect(services[0]!.doubts).toEqual([])
    const written = JSON.parse(readFileSync(join(folder, 'api/recording.json'), 'utf8'))
    expect(written).toMatchObject({ state: 'complete', absent: ['goroutineleak'] })
  })

  test('samples while the load runs are marked, and are not judged', async () => {
    await using fake = await new FakeService().listen()
    const load = { script: `sleep 1; ${fake.load.script}` }
    const { folder } = await recordPlan(plan([`api=${fake.url}`], load, { rounds: '1', interval: '100ms' }))
    const [recording] = readRecordings(folder, new Stacks())
    const sampled = recording!.snapshots.filter(({ phase }) => phase === 'load')
    expect(sampled.length).toBeGreaterThan(0)
    expect(sampled[0]).toMatchObject({ round: 1, heap: undefined, memstats: {}, dump: {} })
    expect(recording!.load?.rounds).toBe(1)
    // No collection is forced while the load runs: two before the snapshot at rest.
    expect(fake.forced).toBe(5 + 2)
  })

  test('a load that should mark its rounds and does not is told so, and what was recorded is kept', async () => {
    await using fake = await new FakeService().listen()
    const { failure, services } = await recordPlan(plan([`api=${fake.url}`], fake.load, { rounds: 'marks' }))
    expect(failure?.message).toBe('the load ended without a mark')
    expect(services[0]!.snapshots).toBe(1)
  })

  test('marks: each waits for its snapshot; a wrong address or count is refused', async () => {
    await using fake = await new FakeService().listen()
    const settings = { rounds: 'marks', maxDuration: '10s' }
    const stop = new AbortController()
    const seen: string[] = []
    const marking = async (url: string): Promise<void> => {
      const ask = async (path: string): Promise<number> => (await fetch(path)).status
      seen.push(`${await ask(`${url}?operations=-1`)} ${await ask(`${url}x`)}`)
      for (let round = 1; round <= 3; round++) {
        const { status } = await fetch(`${url}?operations=7`)
        seen.push(`${status} after ${fake.forced} collections`)
      }
      stop.abort('stopped')
    }
    let marked: Promise<void> | undefined
    const made = plan([`api=${fake.url}`], undefined, settings)
    const { folder } = await record(made, {
      progress: SILENT,
      stop: stop.signal,
      onReady: (url) => {
        marked = marking(url!)
      },
    })
    await marked
    const [recording] = readRecordings(folder, new Stacks())
    expect(recording!.snapshots.filter(({ phase }) => phase === 'rest').map((s) => s.operations)).toEqual([7, 14, 21])
    expect(seen[0]).toBe('400 404')
    const collections = seen.slice(1).map((text) => Number(/after (\d+)/.exec(text)![1]))
    expect(collections[1]! - collections[0]!).toBeGreaterThanOrEqual(2)
    expect(seen.slice(1).every((text) => text.startsWith('200'))).toBe(true)
  })

  test('one long load is cut into slices of time, and the loss of power is told', async () => {
    await using fake = await new FakeService().listen()
    const load = { script: `while true; do ( ${fake.load.script} ); sleep 0.05; done` }
    const { folder, failure } = await recordPlan(plan([`api=${fake.url}`], load, { rounds: '5', duration: '1500ms' }))
    // Ended because its time was over, which is no failure.
    expect(failure).toBeUndefined()
    const [recording] = readRecordings(folder, new Stacks())
    expect(recording!.snapshots.map(({ phase }) => phase)).toEqual(Array(5).fill('single'))
    expect(recording!.doubts).toEqual([{ kind: 'sliced', slices: 5 }])
  })

  test('operations from a counter of the service', async () => {
    await using fake = await new FakeService().listen()
    fake.fault = (request, response) => {
      if (request.url !== '/metrics') return false
      const line = (code: number, count: number): string => `http_requests_total{code="${code}"} ${count}\n`
      response.end(`# TYPE http_requests_total counter\n${line(200, 7 + fake.rounds * 30)}${line(500, 1)}`)
      return true
    }
    const operations = 'metric:http_requests_total{code="200"}'
    const { folder } = await recordPlan(plan([`api=${fake.url}`], fake.load, { rounds: '2', operations }))
    const [recording] = readRecordings(folder, new Stacks())
    expect(recording!.snapshots.map((snapshot) => snapshot.operations)).toEqual([30, 60])
  })

  test('evidence is kept beside, not among what is judged', async () => {
    await using fake = await new FakeService().listen()
    const { folder } = await recordPlan(plan([`api=${fake.url}`], fake.load, { rounds: '1', evidence: 'cpu, mutex' }))
    const written = JSON.parse(readFileSync(join(folder, 'api/recording.json'), 'utf8'))
    expect(written.evidence.map(({ path }: { path: string }) => path)).toEqual([
      'evidence/cpu.pb.gz',
      'evidence/mutex.pb.gz',
    ])
    for (const { path } of written.evidence) expect(existsSync(join(folder, 'api', path))).toBe(true)
    expect(readRecordings(folder, new Stacks())[0]!.snapshots[0]!.other).toEqual([])
  })

  test('a folder that holds something else is not touched', async () => {
    await using fake = await new FakeService().listen()
    const folder = join(import.meta.dirname, '..')
    await expect(recordPlan(plan([`record=${fake.url}`], fake.load, { folder }))).rejects.toThrow('no recording')
    expect(existsSync(join(folder, 'record/record.test.ts'))).toBe(true)
  })

  test('nothing to record', async () => {
    await expect(recordPlan(plan([], { words: ['true'] }, { folder: newFolder() }))).rejects.toThrow(
      'nothing to record',
    )
  })
})

test('a doubt of a later version blocks all the same', () => {
  const later = readRecordedDoubt({ kind: 'cosmic-ray', bits: 3 })
  expect([later, recordedDoubtBlocks(later)]).toEqual([{ kind: 'unknown-doubt', name: 'cosmic-ray' }, true])
  expect(readRecordedDoubt({ kind: 'service-died', round: 'three' })).toEqual({
    kind: 'unknown-doubt',
    name: 'service-died',
  })
  expect(readRecordedDoubt({ kind: 'sliced', slices: 3, more: 1 })).toEqual({ kind: 'sliced', slices: 3 })
})
