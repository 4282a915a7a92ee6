import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { VERSION } from '../src/version.ts'
import { recording, SERVICES } from './fixtures.ts'
import { cli } from './process.ts'

const HEALTHY = recording('healthy')
const LEAK = recording('map-cache')

function fileWith(text: string, name = 'file'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'leakgate-cli-')), name)
  writeFileSync(path, text)
  return path
}

describe('compare', () => {
  test('a leak exits 1 and names the line', () => {
    const { code, stdout, stderr } = cli(['compare', HEALTHY, LEAK, '--source', SERVICES])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain('FAIL')
    expect(stdout).toContain('internal/quote/cache.go:45')
    expect(stdout).not.toContain('\u001b[')
  })

  test('at the root of a repository the modules in its folders are found without --source', () => {
    const repository = mkdtempSync(join(tmpdir(), 'leakgate-cli-'))
    mkdirSync(join(repository, '.git'))
    cpSync(SERVICES, join(repository, 'services'), { recursive: true })
    const { stdout } = cli(['compare', HEALTHY, LEAK], {}, repository)
    expect(stdout).toMatch(/1 {2}services\/internal\/quote\/cache\.go:45 {2}map that only grows/)
    expect(stdout).toContain('45 │ quotes[key] = q')
  })

  test('a healthy pair exits 0', () => {
    const { code, stdout } = cli(['compare', HEALTHY, recording('healthy-again')])
    expect([code, stdout.includes('PASS')]).toEqual([0, true])
  })

  test('the watch preset reports and exits 0', () => {
    const { code, stdout } = cli(['compare', HEALTHY, LEAK, '--policy', fileWith('preset: watch')])
    expect([code, stdout.includes('WARN')]).toEqual([0, true])
  })

  test('two single profiles are INCONCLUSIVE, never PASS', () => {
    const heap = (name: string): string => join(recording(name), '10/heap.pb.gz')
    const { code, stdout } = cli(['compare', heap('healthy'), heap('healthy-again')])
    expect([code, stdout.includes('INCONCLUSIVE')]).toEqual([3, true])
  })

  test('json is the report', () => {
    const { stdout } = cli(['compare', HEALTHY, LEAK, '--format', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'leakgate/report@1', verdict: 'fail', version: VERSION })
  })

  test('colours where they are asked for, none where NO_COLOR is set', () => {
    expect(cli(['compare', HEALTHY, LEAK], { FORCE_COLOR: '1' }).stdout).toContain('\u001b[')
    expect(cli(['compare', HEALTHY, LEAK], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b[')
    expect(cli(['compare', HEALTHY, LEAK, '--color', 'always'], { NO_COLOR: '1' }).stdout).toContain('\u001b[')
  })
})

describe('trouble exits 2 and says what, where and what to do', () => {
  test.each<[string, () => string[], RegExp]>([
    ['a path that is not there', () => ['compare', 'nowhere', LEAK], /^leakgate: nowhere: no such file or folder\n/],
    ['one argument', () => ['compare', HEALTHY], /compare takes two recordings, BASE and HEAD, found 1\n {2}See: /],
    ['an unknown option', () => ['compare', '--formt', 'json'], /Unknown option '--formt'\n {2}See: leakgate compare/],
    ['an unknown format', () => ['compare', HEALTHY, LEAK, '--format', 'xml'], /expected terminal, markdown/],
    ['an unknown command', () => ['compair'], /unknown command "compair"/],
    [
      'a policy mistake',
      () => ['compare', HEALTHY, LEAK, '--policy', fileWith('limits:\n  heap.inus: 1MiB\n')],
      /:2:3: unknown metric "heap.inus" in limits\n {2}Did you mean heap\.inuse\?/,
    ],
    ['an argument where none is', () => ['ignores', 'main.go'], /ignores takes no arguments, found "main\.go"\n {2}/],
    ['an empty profile', () => ['show', fileWith('')], /byte 0: expected a profile, the input is empty/],
    [
      'a file of text',
      () => ['show', fileWith('module example.com/orders\n\ngo 1.26\n')],
      /expected a profile, found the text "module example.com\/orders"\n {2}Check the URL/,
    ],
    ['an HTML page', () => ['show', fileWith('<!doctype html><p>404')], /expected a profile, found an HTML page/],
    ['a truncated profile', () => ['show', fileWith('\u0012\u007fx')], /byte 1: expected 127 more bytes, 1 are left/],
    ['a recording of another version', () => ['show', folderWith('{"schema":"leakgate/recording@9"}')], /schema is/],
    [
      'a recording that points out of its folder',
      () => ['show', folderWith(manifest('../../etc/passwd'))],
      /paths inside the recording, found "\.\.\/\.\.\/etc\/passwd"/,
    ],
  ])('%s', (_, args, message) => {
    const { code, stderr, stdout } = cli(args())
    expect(stderr).toMatch(message)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

test('show finds the profile of a recording that holds the wanted type', () => {
  const { code, stdout } = cli(['show', LEAK, '--sample-type', 'goroutine', '--top', '1'])
  expect([code, /^goroutine\/count, total \d+$/m.test(stdout)]).toEqual([0, true])
  expect(cli(['show', LEAK, '--sample-type', 'goroutines']).stderr).toContain('no sample type "goroutines"')
})

test('show prints a table like pprof’s', () => {
  const { code, stdout } = cli(['show', join(LEAK, '10/heap.pb.gz'), '--top', '3'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^inuse_space\/bytes, total .* MiB\n/)
  expect(stdout).toMatch(/ {2}example\.com\/orders\/internal\/quote/)
  expect(stdout).toMatch(/\d+ more functions/)
})

test('ignores are listed with their reasons', () => {
  const { code, stdout } = cli(['ignores'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^os\/signal\.signal_recv\n {4}one goroutine of the process receives its signals/m)
})

test('the version is the package’s', () => {
  expect([VERSION, cli(['--version']).stdout]).toEqual([packageJson.version, `${VERSION}\n`])
})

function folderWith(text: string): string {
  return dirname(fileWith(text, 'recording.json'))
}

function manifest(path: string): string {
  const files = [{ kind: 'heap', path }]
  const snapshot = { phase: 'rest', time: '2026-11-23T00:00:00Z', files }
  return JSON.stringify({ schema: 'leakgate/recording@1', service: 'x', snapshots: [snapshot] })
}
