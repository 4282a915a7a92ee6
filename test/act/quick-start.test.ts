import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../collect/record/services.ts'
import { textOf, workflowsIn } from '../recipes/workflows.ts'
import { act } from './program.ts'
import { write, writeLeak, writeModule } from './repository.ts'
import { type ActEnded, outputsOf } from './run.ts'
import { type RunOptions, Scene } from './scene.ts'

const PAGE = textOf('docs/quick-start.md')
/** What the page says that the runs say. */
const QUOTED = [...PAGE.matchAll(/^> (.+)$/gm)].map((match) => match[1]!)
const program = act()

const headings = ({ summaries }: ActEnded): (string | undefined)[] => summaries.map((text) => headingOf(text))
const headingOf = (markdown: string): string | undefined => /^### (.+)$/m.exec(markdown)?.[1]
const job = (result: string): Record<string, string> => ({ 'leaks.yml/leaks': result })

describe.skipIf(program === undefined)('the quick start under act, on this machine', { timeout: 240_000 }, () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await Scene.open(program!, (folder) => {
      writeModule(folder, { api: 'healthy' })
      const load = 'go run ./cmd/load -url "http://$ADDR" -n 200 | sed s/operations/requests/'
      write(folder, 'load.sh', `#!/bin/sh\n${load}\n`, 0o755)
    })
    scene.repository.branch('healthy', (folder) => write(folder, 'README.md', 'Orders\n'))
    scene.repository.branch('leaking', (folder) => writeLeak(folder, 'api'))
  })

  afterAll(() => scene?.close())

  test('main seeds, a healthy change passes, a leaking one fails the job', async () => {
    const { world, fake } = scene
    /** The page's workflow as it stands there, but for the port. */
    const at = (port: number): [workflow: string, options: RunOptions] => {
      const address = `127.0.0.1:${port}`
      return [workflowsIn(PAGE)[0]!.replace('127.0.0.1:6060', address), { env: { ADDR: address } }]
    }
    const seeded = await scene.main(...at(scene.port))
    expect([seeded.code, seeded.jobs, headings(seeded)]).toEqual([0, job('success'), [QUOTED[0]]])
    expect(['verdict', 'findings', 'accepted'].map((name) => outputsOf(seeded, name))).toEqual([
      ...[['seeding'], ['0'], ['false']],
    ])
    const [recorded] = world.artifacts.filter(({ name }) => name === 'leakgate-baseline-leaks')
    expect(recorded?.runId).toBe(scene.lastRun)

    const [passed, failed] = await Promise.all([
      scene.pull('healthy', ...at(scene.port), { number: 7 }),
      scene.pull('leaking', ...at(await freePort()), { number: 8 }),
    ])
    expect([passed.code, passed.jobs]).toEqual([0, job('success')])
    // On a machine that is busy with other tests the collector's pauses may warn: `No leak found, but …`.
    expect(QUOTED[1]).toBe('✅ No leak found')
    expect(headings(passed)).toEqual([expect.stringMatching(/No leak found/)])
    expect(passed.summaries[0]).toContain(', the merge base itself, [recorded]')
    expect([failed.code, failed.jobs, headings(failed)]).toEqual([1, job('failure'), [QUOTED[2]]])
    expect(failed.steps.at(-1)).toMatchObject({ step: 'OWNER/leakgate@v1', stage: 'Main', result: 'failure' })
    expect(['verdict', 'findings'].map((name) => outputsOf(failed, name))).toEqual([['fail'], ['1']])
    expect(failed.log).toMatch(/::error title=.*,file=internal\/notify\/dispatcher\.go,line=\d+::/)
    // The first alert opens the comment; a pass opens none.
    expect(world.comments.map(({ issue, body }) => [issue, headingOf(body)])).toEqual([[8, QUOTED[2]]])
    expect(world.comments[0]!.body).toContain('internal/notify/dispatcher.go')
    expect(fake.faults).toEqual([])
  })
})
