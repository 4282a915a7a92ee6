import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baselineOf, recording, SERVICES } from './fixtures.ts'
import { cli, type Ran } from './process.ts'

const FILE = '.github/leakgate.yml'

/** A repository of its own, with a cache of its own. */
function repository(): { folder: string; run: (...args: string[]) => Ran; policy: () => string } {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-accept-'))
  const run = (...args: string[]): Ran => cli(args, { XDG_CACHE_HOME: join(folder, 'cache') }, folder)
  return { folder, run, policy: () => readFileSync(join(folder, FILE), 'utf8') }
}

const compared = (head: string): string[] => [
  'compare',
  recording(baselineOf(head)),
  recording(head),
  '--source',
  SERVICES,
]

test.each(['map-cache', 'chan-send', 'ticker', 'slice-append', 'lock', 'third-party'])(
  '%s: FAIL, accept what the report says, PASS',
  (head) => {
    const { run, policy } = repository()
    const failed = run(...compared(head))
    expect(failed.code).toBe(1)
    expect(failed.stdout).toContain('leakgate accept 1 --reason')
    const accepted = run('accept', '1', '--reason', 'known: "so"', '--for', '30d')
    expect([accepted.code, accepted.stderr]).toEqual([0, ''])
    expect(accepted.stdout).toMatch(/^\+ +- any: /m)
    const passed = run(...compared(head))
    expect([passed.code, passed.stdout.includes('PASS')]).toEqual([0, true])
    expect(passed.stdout.replace(/\s+/g, ' ')).toContain('known: "so" (until ')
    const before = policy()
    expect(run('accept', '1', '--place', 'x', '--reason', 'r').code).toBe(2)
    expect(policy()).toBe(before)
  },
)

test('the command that the comment prints works as printed; a limit below the growth is refused unless forced', () => {
  const { run, folder, policy } = repository()
  const markdown = run(...compared('map-cache'), '--format', 'markdown').stdout
  const command = /^npx leakgate (accept --place (\S+) --limit (\S+) --until (\S+)) --reason '(.*)'$/m.exec(markdown)!
  expect(run(...command[1]!.split(' '), '--reason', command[5]!).code).toBe(0)
  expect(run(...compared('map-cache')).code).toBe(0)
  const before = policy()
  const low = ['accept', '--place', command[2]!, '--limit', '1KiB', '--reason', command[5]!]
  const refused = run(...low)
  expect([refused.code, refused.stdout, policy()]).toEqual([2, '', before])
  expect(refused.stderr).toMatch(/--limit 1KiB does not cover what grew: [\d.]+ MiB at \S*quote\.remember\n/)
  expect(refused.stderr).toMatch(
    /The next compare would still fail\. Leave --limit out to accept \dMiB, or give --force/,
  )
  const changed = run(...low, '--force')
  expect(changed.stdout).not.toContain('Accepted')
  expect(changed.stdout).toMatch(/Written, but not yet accepted: .* does not cover what grew: [\d.]+ MiB at /)
  expect(changed.stdout).toMatch(/^- +max: .*\n[\s\S]*^\+ +max: 1KiB/m)
  expect(policy().match(/- any/g)).toHaveLength(1)
  expect(run(...compared('map-cache')).code).toBe(1)
  expect(existsSync(join(folder, FILE))).toBe(true)
})

test('mistakes are told and nothing is written', () => {
  const { run, folder } = repository()
  const wrong = (...args: string[]): string => {
    const { code, stdout, stderr } = run('accept', ...args)
    expect([code, stdout]).toEqual([2, ''])
    return stderr
  }
  expect(wrong('1')).toContain('a reason is required')
  expect(wrong('1', '--reason', 'r')).toContain('there is no report of this folder yet')
  expect(wrong('--reason', 'r')).toContain('takes the number of one suspect')
  expect(run(...compared('map-cache')).code).toBe(1)
  expect(wrong('7', '--reason', 'r')).toMatch(/no suspect "7"\n {2}It has: 1 .*quote\.remember/)
  expect(wrong('1', '--reason', 'r', '--limit', 'lots')).toContain('expected goroutines, bytes or both')
  expect(wrong('1', '--reason', 'r', '--until', '2027-02-30')).toContain('expected a date')
  expect(wrong('1', '--reason', 'r', '--until', '2020-01-01')).toContain('this day is over')
  expect(wrong('--place', 'no name', '--limit', '5', '--reason', 'r')).toContain('cannot be written into this policy')
  expect(existsSync(join(folder, FILE))).toBe(false)
  mkdirSync(join(folder, '.github'))
  writeFileSync(join(folder, FILE), 'limit: 5\n')
  expect(wrong('--place', 'a.b', '--limit', '5', '--reason', 'r')).toContain('unknown key "limit"')
})
