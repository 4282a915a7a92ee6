import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildServices, freePort } from '../collect/record/services.ts'
import { SERVICES } from '../fixtures.ts'
import { type Event, environment, startRun } from '../github/fake/scene.ts'
import { type FakeGitHub, fakeGitHub } from '../github/fake/server.ts'
import { type Ended, runBundle } from '../github/fake/spawn.ts'
import { commits } from '../github/fake/world.ts'
import { HAS_GO } from '../go/toolchain.ts'
import { ourAction, stepsOf, textOf, workflowOf, workflowsIn } from './workflows.ts'

const PAGE = textOf('docs/quick-start.md')
/** What the page says that the runs say. */
const QUOTED = [...PAGE.matchAll(/^> (.+)$/gm)].map((match) => match[1]!)
const GATE = stepsOf(workflowOf(workflowsIn(PAGE)[0]!)).find((step) => ourAction(step) === '')!

let fake: FakeGitHub

beforeEach(async () => {
  fake = await fakeGitHub()
  commits(fake.world, ['m1'], ['f1', 'm1'], ['f2', 'm1'])
})

afterEach(async () => {
  expect(fake.faults).toEqual([])
  await fake.close()
})

/** The page's step as it stands there, but for folder and port; `program` is what ./api was built from. */
async function gate(bin: string, program: string, event: Event, runId: number): Promise<Ended> {
  const port = await freePort()
  const load = join(bin, `load-${program}.sh`)
  writeFileSync(load, `#!/bin/sh\n${bin}/load -url http://127.0.0.1:${port} -n 200 | sed s/operations/requests/\n`)
  chmodSync(load, 0o755)
  const mine = (text: string): string =>
    text
      .replace('127.0.0.1:6060', `127.0.0.1:${port}`)
      .replace(/^\.\/api$/, `${bin}/${program} -addr 127.0.0.1:${port}`)
      .replace(/^\.\/load\.sh$/, load)
  const inputs = Object.fromEntries(Object.entries(GATE.with!).map(([name, value]) => [name, mine(String(value))]))
  startRun(fake.world, event, runId)
  return runBundle('main.js', environment(fake, event, { runId }), { ...inputs, token: 'ghs_x', source: SERVICES })
}

const heading = (markdown: string): string => /^### (.+)$/m.exec(markdown)?.[1] ?? ''

describe.skipIf(!HAS_GO)('the quick start, from a repository without a baseline', { timeout: 120_000 }, () => {
  test('main seeds, a healthy change passes, a leaking one fails, in the words of the page', async () => {
    const bin = buildServices('healthy', 'chan-send', 'load')
    const main = await gate(bin, 'healthy', { on: 'push', commit: 'm1' }, 5000)
    expect([main.code, heading(main.summary)]).toEqual([0, QUOTED[0]])
    expect(main.log).toContain('is kept as a baseline')

    const change = (head: string, number: number): Event => ({ on: 'pull_request', head, base: 'm1', number })
    const [healthy, leaking] = await Promise.all([
      gate(bin, 'healthy', change('f1', 7), 5001),
      gate(bin, 'chan-send', change('f2', 8), 5002),
    ])
    expect(healthy.code).toBe(0)
    // On a machine that is busy with other tests the collector's pauses may warn: `No leak found, but …`.
    expect(QUOTED[1]).toBe('✅ No leak found')
    expect(heading(healthy.summary)).toMatch(/No leak found/)
    expect([leaking.code, heading(leaking.summary)]).toEqual([1, QUOTED[2]])
    // The first alert opens the comment; a pass opens none.
    expect(fake.world.comments.map(({ issue, body }) => [issue, heading(body)])).toEqual([[8, QUOTED[2]]])
    expect(fake.world.comments[0]!.body).toContain('internal/notify/dispatcher.go')
  })
})
