import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { readRecordings } from '../../../src/collect/folder.ts'
import { Stacks } from '../../../src/profile/stacks.ts'
import { FakeService } from './fake-service.ts'
import { newFolder, plan, recordPlan } from './planned.ts'

const RECORDER = join(import.meta.dirname, 'recorder.ts')
const ROUNDS = 3

/** Requests after which something is killed: from the first answer to the last, in steps that share no factor. */
const MOMENTS = Array.from({ length: 11 }, (_, i) => 1 + i * 6)

/** Kills at the nth request, in the middle of its answer. */
function atRequest(fake: FakeService, n: number, act: () => void): void {
  fake.fault = () => {
    if (fake.requests.length === n) act()
    return false
  }
}

describe.concurrent('killed at any moment, no snapshot that was taken is lost', { timeout: 60_000 }, () => {
  test.each(MOMENTS)('the recorder, at request %i', async (moment) => {
    await using fake = await new FakeService().listen()
    const folder = newFolder()
    const child = spawn(process.execPath, [RECORDER, fake.url, folder, String(ROUNDS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk
    })
    atRequest(fake, moment, () => child.kill('SIGKILL'))
    const killed = await new Promise((resolve) => child.once('close', (_, signal) => resolve(signal === 'SIGKILL')))
    const taken = told.match(/^taken/gm)?.length ?? 0
    if (!existsSync(join(folder, 'api', 'recording.json'))) {
      expect(taken).toBe(0)
      return
    }
    const [recording] = readRecordings(folder, new Stacks())
    expect(recording!.snapshots.length).toBeGreaterThanOrEqual(taken)
    for (const { heap, goroutine, memstats } of recording!.snapshots) {
      expect([heap, goroutine, memstats]).not.toContain(undefined)
    }
    const unfinished = recording!.doubts?.find(({ kind }) => kind === 'unfinished')
    if (killed) expect(unfinished).toMatchObject({ planned: ROUNDS, reason: 'killed' })
    else expect(unfinished).toBeUndefined()
  })

  test.each(MOMENTS)('the service, at request %i', async (moment) => {
    await using fake = await new FakeService().listen()
    let rounds = 0
    atRequest(fake, moment, () => {
      rounds = fake.rounds
      fake.server.close()
      fake.server.closeAllConnections()
    })
    const one = plan([`api=${fake.url}`], fake.load, { rounds: String(ROUNDS) })
    const result = await recordPlan(one).catch((error: Error) => error)
    // Dead before its first answer there is nothing to keep.
    if (result instanceof Error) return expect(result.message).toMatch(/no profiles/)
    const [recording] = readRecordings(result.folder, new Stacks())
    expect(recording!.snapshots.length).toBeGreaterThanOrEqual(Math.max(0, rounds - 1))
    if (fake.requests.length >= moment && !fake.server.listening) {
      expect(recording!.doubts?.map(({ kind }) => kind)).toEqual(expect.arrayContaining([expect.any(String)]))
    }
  })

  test.each([1, 2, ROUNDS])('the load, in round %i', async (round) => {
    await using fake = await new FakeService().listen()
    const load = { script: `${fake.load.script}; if test $LEAKGATE_ROUND = ${round}; then kill -9 $$; fi` }
    const result = await recordPlan(plan([`api=${fake.url}`], load, { rounds: String(ROUNDS) }))
    expect(result.failure?.message).toMatch(`round ${round}: ended by SIGKILL`)
    const [recording] = readRecordings(result.folder, new Stacks())
    expect(recording!.snapshots).toHaveLength(round)
    expect(recording!.doubts).toContainEqual({ kind: 'load-failed', round, status: 'ended by SIGKILL' })
  })
})

test('what a killed recorder leaves half done is no part of the recording', { timeout: 60_000 }, async () => {
  await using fake = await new FakeService().listen()
  const folder = newFolder()
  const child = spawn(process.execPath, [RECORDER, fake.url, folder, String(ROUNDS)], { stdio: 'ignore' })
  fake.fault = (request) => {
    if (fake.rounds === 2 && request.url!.endsWith('debug=2')) child.kill('SIGKILL')
    return false
  }
  await new Promise((resolve) => child.once('close', resolve))
  await sleep(10)
  const [recording] = readRecordings(folder, new Stacks())
  expect(recording!.snapshots.map(({ round }) => round)).toEqual([1])
  expect(readdirSync(join(folder, 'api'))).toContain('01')
})
