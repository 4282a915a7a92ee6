import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../collect/record/services.ts'
import { type Event, payloadOf, startRun } from '../github/fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from '../github/fake/server.ts'
import { textOf, workflowsIn } from '../recipes/workflows.ts'
import { worldOfAct } from './artifacts.ts'
import { act } from './program.ts'
import { type Checkout, Repository, write, writeLeak, writeModule } from './repository.ts'
import { type ActEnded, runAct } from './run.ts'

const PAGE = textOf('docs/quick-start.md')
/** What the page says that the runs say. */
const QUOTED = [...PAGE.matchAll(/^> (.+)$/gm)].map((match) => match[1]!)
const program = act()

const JOB = (result: string): Record<string, string> => ({ 'leaks.yml/leaks': result })
const outputs = (ended: ActEnded): Record<string, string> =>
  Object.fromEntries(ended.outputs.map(({ name, value }) => [name, value]))
const heading = (markdown = ''): string => /^### (.+)$/m.exec(markdown)?.[1] ?? ''

describe.skipIf(program === undefined)('the quick start under act, on this machine', { timeout: 240_000 }, () => {
  const { world, store } = worldOfAct()
  let fake: FakeGitHub

  beforeAll(async () => {
    fake = await fakeGitHub(world)
  })

  afterAll(() => fake.close())

  test('main seeds, a healthy change passes, a leaking one fails the job', async () => {
    const port = await freePort()
    const workflow = workflowsIn(PAGE)[0]!.replace('127.0.0.1:6060', `127.0.0.1:${port}`)
    const repository = new Repository(world, (folder) => {
      writeModule(folder, port, { api: 'healthy' })
      const load = `go run ./cmd/load -url http://127.0.0.1:${port} -n 200`
      write(folder, 'load.sh', `#!/bin/sh\n${load} | sed s/operations/requests/\n`, 0o755)
    })
    repository.branch('healthy', (folder) => write(folder, 'README.md', 'Orders\n'))
    repository.branch('leaking', (folder) => writeLeak(folder, 'api'))

    const run = (event: Event, { folder }: Checkout, runId: number): Promise<ActEnded> => {
      startRun(world, event, runId)
      const payload = payloadOf(world, event)
      return runAct({ act: program!, fake, store, event: event.on, payload, runId, folder, workflow })
    }
    const main = repository.main()
    const seeded = await run({ on: 'push', commit: main.commit }, main, 5000)
    expect([seeded.code, seeded.jobs, seeded.summaries.map(heading)]).toEqual([0, JOB('success'), [QUOTED[0]]])
    expect(outputs(seeded)).toMatchObject({ verdict: 'seeding', findings: '0', accepted: 'false' })
    expect(world.artifacts.map(({ runId, name }) => `${runId} ${name}`)).toContain('5000 leakgate-baseline-leaks')

    const passing = repository.pull('healthy')
    const passed = await run({ ...passing, on: 'pull_request', merge: passing.commit, number: 7 }, passing, 5001)
    expect([passed.code, passed.jobs]).toEqual([0, JOB('success')])
    // On a machine that is busy with other tests the collector's pauses may warn: `No leak found, but …`.
    expect(QUOTED[1]).toBe('✅ No leak found')
    expect(passed.summaries.map(heading)).toEqual([expect.stringMatching(/No leak found/)])
    expect(passed.summaries[0]).toContain(main.commit.slice(0, 7))
    expect(world.comments).toEqual([])

    const failing = repository.pull('leaking')
    const failed = await run({ ...failing, on: 'pull_request', merge: failing.commit, number: 8 }, failing, 5002)
    expect([failed.code, failed.jobs, failed.summaries.map(heading)]).toEqual([1, JOB('failure'), [QUOTED[2]]])
    expect(failed.steps.at(-1)).toMatchObject({ step: 'OWNER/leakgate@v1', stage: 'Main', result: 'failure' })
    expect(outputs(failed)).toMatchObject({ verdict: 'fail', findings: '1' })
    expect(failed.log).toMatch(/::error title=.*,file=internal\/notify\/dispatcher\.go,line=\d+::/)
    expect(world.comments.map(({ issue, body }) => [issue, heading(body)])).toEqual([[8, QUOTED[2]]])
    expect(world.comments[0]!.body).toContain('internal/notify/dispatcher.go')
    expect(fake.faults).toEqual([])
  })
})
