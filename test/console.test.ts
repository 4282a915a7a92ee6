import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anyDay, played, readersRepository, sessionsOf, withOutputs } from './console.ts'
import { ROOT } from './fixtures.ts'

const PAGES = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'README.md', 'docs/*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '')

/** What the change of a page's examples leaks, where it is not a map: the fixture's name. */
const LEAKS: Readonly<Record<string, string>> = { 'docs/findings/goroutine-chan-send.md': 'chan-send' }

const WITH_BLOCKS = PAGES.filter((page) => sessionsOf(readFileSync(join(ROOT, page), 'utf8')).length > 0)

test.each(WITH_BLOCKS)('the terminal blocks of %s are what the commands print', (page) => {
  const before = readFileSync(join(ROOT, page), 'utf8')
  // One repository for a page: what one block accepts the next one sees.
  const folder = readersRepository(LEAKS[page] ?? 'map-cache')
  const after = withOutputs(
    before,
    sessionsOf(before).map((session) => played(session, folder)),
  )
  if (process.env.UPDATE_DOCS !== '1') expect(anyDay(before)).toBe(anyDay(after))
  else if (anyDay(before) !== anyDay(after)) writeFileSync(join(ROOT, page), after)
})

test('pages that promise output have it', () => {
  for (const page of ['README.md', 'docs/quick-start.md', 'docs/policy.md', 'docs/recording.md', 'docs/reference.md'])
    expect(WITH_BLOCKS).toContain(page)
})

test('a block that drifted is seen, and one that is shortened keeps its length', () => {
  const folder = readersRepository('map-cache')
  const page =
    '```console\n$ leakgate compare baseline recordings\n FAIL  Memory leak: 1 place to fix\n…\n$ echo $?\n0\n```\n'
  const [session] = sessionsOf(page)
  const seen = played(session!, folder)
  expect(seen.map(({ output }) => output)).toEqual([' FAIL  Memory leak: 1 place to fix\n…\n', '1\n'])
  expect(withOutputs(page, [seen])).not.toBe(page)
})
