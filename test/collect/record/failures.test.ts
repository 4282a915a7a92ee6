import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SILENT } from '../../../src/collect/record/progress.ts'
import { record } from '../../../src/collect/record/record.ts'
import type { RecordSettings } from '../../../src/collect/record/settings.ts'
import type { RecordedDoubt } from '../../../src/profile/recorded-doubt.ts'
import { EMPTY_GZIP, FakeService, type Fault } from './fake-service.ts'
import { doubtKinds, judge } from './judged.ts'
import { newFolder, plan, recordPlan } from './planned.ts'

/** From round 3 on a fault stands in the way of one route. */
function onRoute(pattern: RegExp, answer: (...args: Parameters<Fault>) => void): Fault {
  return (request, response, fake) => {
    if (fake.rounds < 3 || !pattern.test(request.url!)) return false
    answer(request, response, fake)
    return true
  }
}

interface Case {
  readonly name: string
  readonly fault?: Fault
  readonly load?: RecordSettings['load']
  readonly more?: Partial<RecordSettings>
  readonly doubt: Partial<RecordedDoubt>
  /** The step fails as well. */
  readonly fails?: RegExp
}

const frozenHeap = new FakeService().file('01/heap.pb.gz')
const HEAP = /\/heap$/

const CASES: readonly Case[] = [
  {
    name: 'a profile that is missing',
    fault: onRoute(HEAP, (_, response) => response.writeHead(404).end('Unknown profile\n')),
    doubt: { kind: 'fetch-failed', profile: 'heap', round: 3, reason: 'status 404: "Unknown profile"' },
  },
  {
    name: 'a profile that is empty',
    fault: onRoute(HEAP, (_, response) => response.end()),
    doubt: { kind: 'empty-profile', profile: 'heap', round: 3 },
  },
  {
    name: 'a profile that is empty inside',
    fault: onRoute(/goroutine$/, (_, response) => response.end(EMPTY_GZIP)),
    doubt: { kind: 'fetch-failed', profile: 'goroutine', round: 3 },
  },
  {
    name: 'a page of HTML in its place',
    fault: onRoute(HEAP, (_, response) => response.end('<!doctype html><p>Log in</p>')),
    doubt: { kind: 'fetch-failed', profile: 'heap', round: 3 },
  },
  {
    name: 'a profile of another kind',
    fault: onRoute(HEAP, (_, response, fake) => response.end(fake.file('01/goroutine.pb.gz'))),
    doubt: { kind: 'fetch-failed', reason: 'expected a heap profile, found goroutine' },
  },
  {
    name: 'an answer that breaks off',
    fault: onRoute(HEAP, (_, response, fake) => {
      response.setHeader('content-length', 100_000)
      response.write(fake.file('01/heap.pb.gz'))
      setTimeout(() => response.destroy(), 10)
    }),
    doubt: { kind: 'fetch-failed', profile: 'heap' },
  },
  {
    name: 'a redirect to another host',
    fault: onRoute(HEAP, (_, response) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end()),
    doubt: { kind: 'fetch-failed', reason: 'the answer redirects to another host' },
  },
  {
    name: 'another build in mid-run',
    fault: (_, __, fake) => {
      if (fake.rounds >= 3) fake.program = 'map-cache'
      return false
    },
    doubt: { kind: 'process-changed', round: 3, sign: 'build id' },
  },
  {
    name: 'a restart: counters fall',
    fault: (_, __, fake) => {
      if (fake.rounds === 3 && fake.totalAlloc > 20_000_000) fake.totalAlloc = 1_000_000
      return false
    },
    doubt: { kind: 'process-changed', round: 3, sign: 'counters' },
  },
  {
    name: 'a service that died',
    fault: (_, response, fake) => {
      if (fake.rounds < 3) return false
      fake.server.close()
      response.destroy()
      return true
    },
    doubt: { kind: 'service-died', round: 3 },
    fails: /the load failed in round 4/,
  },
  {
    name: 'a heap profile that stopped changing',
    fault: onRoute(HEAP, (_, response) => response.end(frozenHeap)),
    doubt: { kind: 'stale-profile', profile: 'heap', round: 4, sign: 'time' },
  },
  {
    name: 'counters that stopped changing',
    fault: (_, __, fake) => {
      if (fake.rounds >= 3) [fake.mallocs, fake.totalAlloc] = [900_000, 90_000_000]
      return false
    },
    // Every request of the fake allocates, so that the answer is frozen on its way in.
    doubt: { kind: 'stale-profile', profile: 'memstats', round: 4, sign: 'counters' },
  },
  {
    name: 'a service that ignores gc=1',
    fault: (_, __, fake) => {
      fake.forced = 5
      return false
    },
    doubt: { kind: 'stale-profile', profile: 'heap', round: 2, sign: 'gc' },
  },
  {
    name: 'a load that does nothing',
    load: { words: ['true'] },
    doubt: { kind: 'no-load', round: 1, sign: 'allocations' },
  },
  {
    name: 'a load of no operations',
    more: { operations: '0' },
    doubt: { kind: 'no-load', round: 1, sign: 'operations' },
  },
  {
    name: 'a load that fails',
    load: { script: 'test $LEAKGATE_ROUND -lt 3' },
    doubt: { kind: 'load-failed', round: 3, status: 'status 1' },
    fails: /failed in round 3/,
  },
  {
    name: 'a kind that is expected and not there',
    fault: (request, response) => {
      if (!request.url!.includes('goroutineleak')) return false
      response.writeHead(404).end('Unknown profile\n')
      return true
    },
    more: { expect: ['api: heap, goroutineleak'] },
    doubt: { kind: 'expected-kind', profile: 'goroutineleak' },
  },
]

describe.concurrent('each failure is a doubt of its own and makes the verdict INCONCLUSIVE', {
  timeout: 60_000,
}, () => {
  test.each(CASES)('$name', async ({ fault, load, more, doubt, fails }) => {
    await using fake = await new FakeService().listen()
    if (fault !== undefined) fake.fault = fault
    const result = await recordPlan(plan([`api=${fake.url}`], load ?? fake.load, more))
    expect(result.services[0]!.doubts).toContainEqual(expect.objectContaining(doubt))
    if (fails === undefined) expect(result.failure).toBeUndefined()
    else expect(result.failure?.message).toMatch(fails)
    const report = judge(await healthy(), result.folder)
    expect(report.verdict).toBe('inconclusive')
    expect(doubtKinds(report)).toContain(doubt.kind)
  })

  test('nothing wrong is no doubt', async () => {
    const report = judge(await healthy(), await recordHealthy())
    expect(doubtKinds(report).filter((kind) => kind !== 'load-unknown')).toEqual([])
    expect(report.verdict).toBe('pass')
  })

  test('a service that is expected and no target is judged all the same', async () => {
    await using fake = await new FakeService().listen()
    const result = await recordPlan(plan([`api=${fake.url}`], fake.load, { rounds: '1', expect: ['worker: heap'] }))
    expect(result.services.find(({ service }) => service === 'worker')?.doubts).toEqual([{ kind: 'expected-service' }])
    const report = judge(await healthy(), result.folder)
    expect(report.services.map(({ service, verdict }) => [service, verdict])).toContainEqual(['worker', 'inconclusive'])
    expect(report.verdict).toBe('inconclusive')
  })

  test('a recording that is stopped before anything answered says what the service did not do', async () => {
    const nobody = plan(['api=http://127.0.0.1:9'], { script: 'true' }, { maxDuration: '1s' })
    await expect(recordPlan({ ...nobody, patience: 20_000 })).rejects.toThrow(/no profiles: nothing answers there/)
  })

  test('a target that asks who is there: the error says where credentials go', async () => {
    await using fake = await new FakeService().listen()
    fake.fault = (_, response) => {
      response.writeHead(401).end('who are you')
      return true
    }
    const refused = recordPlan(plan([`api=${fake.url}`], fake.load))
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('status 401'),
      hint: expect.stringMatching(/--header\).*user:password@/),
    })
  })

  test('what the service said before it died is told', async () => {
    await using fake = new FakeService()
    const socket = join(newFolder(), 'api.sock')
    const notes: string[] = []
    const start = 'echo listening; sleep 1; echo "panic: out of memory" >&2; exit 2'
    // Nothing may answer before the service is started.
    setTimeout(() => void fake.listen(socket), 300)
    const one = { ...plan([`api=unix:${socket}`], { script: 'sleep 1' }, { rounds: '2', start }), patience: 5000 }
    await record(one, {
      progress: { ...SILENT, note: (text) => notes.push(text) },
      stop: new AbortController().signal,
    })
    expect(notes).toEqual([
      'start: the service ended with status 2 while it was recorded:',
      '  | listening',
      '  | panic: out of memory',
    ])
  })

  test('a recording that is stopped in the middle', async () => {
    await using fake = await new FakeService().listen()
    const stop = new AbortController()
    fake.fault = () => {
      if (fake.rounds === 3) stop.abort('stopped')
      return false
    }
    const result = await recordPlan(plan([`api=${fake.url}`], fake.load), stop.signal)
    expect(result.services[0]!.doubts).toContainEqual(
      expect.objectContaining({ kind: 'unfinished', planned: 6, reason: 'stopped' }),
    )
    expect(result.services[0]!.snapshots).toBeGreaterThan(0)
    expect(judge(await healthy(), result.folder).verdict).toBe('inconclusive')
  })

  test('a load that never ends, at the maximum duration', async () => {
    await using fake = await new FakeService().listen()
    const result = await recordPlan(
      plan(
        [`api=${fake.url}`],
        { script: `test $LEAKGATE_ROUND = 1 || sleep 600; ${fake.load.script}` },
        { maxDuration: '2s' },
      ),
    )
    expect(result.services[0]!.doubts).toContainEqual(
      expect.objectContaining({ kind: 'unfinished', planned: 6, reason: 'max-duration' }),
    )
  })
})

let recorded: Promise<string> | undefined

/** A recording of the fake in good health, made once. */
function healthy(): Promise<string> {
  recorded ??= recordHealthy()
  return recorded
}

async function recordHealthy(): Promise<string> {
  await using fake = await new FakeService().listen()
  const folder = newFolder()
  const result = await recordPlan(plan([`api=${fake.url}`], fake.load, { folder }))
  expect(result.services[0]!.doubts).toEqual([])
  return folder
}
