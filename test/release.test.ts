import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planRelease, type State } from '../.ci/release.ts'
import { ROOT } from './fixtures.ts'

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.3.0] - 2026-12-01

### Added

- A thing.

## [1.2.4] - 2026-11-30

### Fixed

- Another.

## [1.2.3]

- No day.
`

const state = (tag: string, more: Partial<State> = {}): State => ({
  tag,
  versions: { 'package.json': tag.slice(1), 'package-lock.json': tag.slice(1) },
  changelog: CHANGELOG,
  tags: ['v0.9.0', 'v1.2.3', 'v1', tag],
  branches: ['origin/HEAD', 'origin/main'],
  ...more,
})

describe('what a tag releases', () => {
  test('the highest version: v1 moves, npm’s latest too', () => {
    expect(planRelease(state('v1.3.0'))).toEqual({
      version: '1.3.0',
      major: 'v1',
      movesMajor: true,
      latest: true,
      npmTag: 'latest',
      notes: '### Added\n\n- A thing.',
    })
  })

  test('a patch of an older line moves nothing back', () => {
    const release = planRelease(state('v1.2.4', { tags: ['v1.3.0', 'v1.2.10', 'v1.2.4'], branches: ['origin/v1.x'] }))
    expect(release).toMatchObject({ movesMajor: false, latest: false, npmTag: 'line-1' })
  })

  test('a release of the major version before moves its own tag alone', () => {
    const release = planRelease(state('v1.3.0', { tags: ['v2.0.0', 'v1.2.9', 'v1.3.0'] }))
    expect(release).toMatchObject({ movesMajor: true, latest: false, npmTag: 'line-1' })
  })

  test('versions are numbers, not words', () => {
    expect(planRelease(state('v1.3.0', { tags: ['v1.3.0', 'v1.2.99', 'v1.3.0-rc.1', 'nightly'] }))).toMatchObject({
      movesMajor: true,
    })
  })

  test.each<[string, State, RegExp]>([
    ['a tag that is no version', state('v1.3'), /v1\.3 is no version/],
    ['a candidate', state('v1.3.0-rc.1'), /no version/],
    [
      'package.json',
      state('v1.3.0', { versions: { 'package.json': '1.2.9' } }),
      /package\.json says 1\.2\.9, the tag says 1\.3\.0/,
    ],
    ['no section', state('v1.4.0'), /CHANGELOG\.md has no section \[1\.4\.0\]/],
    ['a section without a day', state('v1.2.3'), /names no day/],
    [
      'an empty section',
      state('v1.5.0', { changelog: '## [1.5.0] - 2026-12-02\n\n## [1.3.0] - 2026-12-01\n\n- x\n' }),
      /\[1\.5\.0\] is empty/,
    ],
    [
      'a commit elsewhere',
      state('v1.3.0', { branches: ['origin/feature', 'origin/v2.x'] }),
      /on none of origin\/main, origin\/v1\.x/,
    ],
  ])('refused: %s', (_, given, problem) => {
    expect(planRelease(given)).toEqual([expect.stringMatching(problem)])
  })

  test('every problem at once', () => {
    expect(planRelease(state('v9.0.0', { versions: { 'package.json': '1.3.0' }, branches: [] }))).toHaveLength(3)
  })
})

describe('as the workflow runs it, in a repository', () => {
  const origin = mkdtempSync(join(tmpdir(), 'leakgate-release-'))
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' })

  test('outputs for the workflow, notes in a file; then a wrong tag, in words', () => {
    git(origin, 'init', '-q', '-b', 'main')
    for (const name of ['package.json', 'package-lock.json'])
      writeFileSync(join(origin, name), '{ "version": "1.3.0" }')
    writeFileSync(join(origin, 'CHANGELOG.md'), CHANGELOG)
    git(origin, 'add', '.')
    git(origin, 'commit', '-qm', 'x')
    git(origin, 'tag', 'v1.3.0')
    const clone = join(origin, '.clone')
    git(origin, 'clone', '-q', origin, clone)
    const output = join(origin, '.output')
    const run = (tag: string) =>
      spawnSync(process.execPath, [join(ROOT, '.ci/release.ts')], {
        cwd: clone,
        encoding: 'utf8',
        env: { ...process.env, GITHUB_REF_NAME: tag, GITHUB_OUTPUT: output },
      })
    expect(run('v1.3.0')).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(output, 'utf8')).toBe(
      'version=1.3.0\nmajor=v1\nmoves-major=true\nlatest=true\nnpm-tag=latest\n',
    )
    expect(readFileSync(join(clone, 'notes.md'), 'utf8')).toBe('### Added\n\n- A thing.\n')
    const wrong = run('v1.2.4')
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toContain('::error title=not released::package.json says 1.3.0, the tag says 1.2.4')
  })
})

test('this repository’s files agree on the version, and the changelog has a part for what is to come', () => {
  const version = (file: string): string => JSON.parse(readFileSync(join(ROOT, file), 'utf8')).version
  expect(version('package-lock.json')).toBe(version('package.json'))
  expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).toMatch(/^## \[Unreleased\]$/m)
})
