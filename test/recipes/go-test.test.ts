import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../fixtures.ts'
import { HAS_GO } from '../go/toolchain.ts'
import { CACHES } from './cache.ts'

test.skipIf(!HAS_GO)(
  'the recipe for go test: its profiles are judged, and a cache that only grows fails',
  { timeout: 120_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'leakgate-go-test-'))
    for (const [side, code] of Object.entries({ ...CACHES, again: CACHES.base })) {
      const module = join(folder, `module-${side}`)
      mkdirSync(module)
      writeFileSync(join(module, 'go.mod'), 'module example.com/cache\n\ngo 1.22\n')
      writeFileSync(join(module, 'cache.go'), code)
      copyFileSync(join(ROOT, 'docs/recipes/go-test/leak_test.go'), join(module, 'leak_test.go'))
      execFileSync('go', ['test', '-count=1', '-run', '^TestLeaks$', '.'], {
        cwd: module,
        env: {
          ...process.env,
          GODEBUG: 'memprofilerate=8192',
          GOMAXPROCS: '2',
          LEAK_RECORDING: join(folder, side, 'cache'),
        },
      })
    }
    const compare = (head: string) =>
      spawnSync(
        process.execPath,
        [
          join(ROOT, 'src/cli.ts'),
          'compare',
          join(folder, 'base'),
          join(folder, head),
          '--source',
          join(folder, 'module-head'),
        ],
        { encoding: 'utf8' },
      )
    const leak = compare('head')
    expect([leak.status, leak.stdout]).toEqual([1, expect.stringContaining('cache.go:6')])
    expect(compare('again').status).toBe(0)
  },
)
