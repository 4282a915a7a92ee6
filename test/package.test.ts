import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT, recording } from './fixtures.ts'

describe('the package', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-package-'))
  let files: string[]
  beforeAll(() => {
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const [tarball] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }]
    files = tarball.files.map(({ path }) => path)
    execFileSync('npm', ['init', '-y'], { cwd: folder })
    execFileSync('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', join(folder, tarball.filename)], {
      cwd: folder,
    })
  }, 120_000)

  test('holds what its users need and nothing else', () => {
    const tops = new Set(files.map((path) => path.split('/')[0]))
    expect([...tops].sort()).toEqual([
      'LICENSE',
      'README.md',
      'action.yml',
      'comment',
      'dist',
      'docs',
      'package.json',
      'record',
    ])
    expect(files).toContain('dist/licenses.txt')
  })

  test('installed into an empty folder, it runs', () => {
    const run = (...args: string[]) => spawnSync(join(folder, 'node_modules/.bin/leakgate'), args, { encoding: 'utf8' })
    expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+/)
    const leak = run('compare', recording('healthy'), recording('map-cache'))
    expect([leak.status, leak.stdout]).toEqual([1, expect.stringContaining('FAIL')])
  })

  test('publint has nothing to say against it', async () => {
    const { messages, pkg } = await publint({ pkgDir: ROOT, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([])
  })
})
