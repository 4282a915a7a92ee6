import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ROOT } from '../fixtures.ts'
import { HAS_GO } from '../go/toolchain.ts'
import { OWN, RECIPES } from './workflows.ts'

const ACTIONLINT = ['run', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12', '-shellcheck=', '-pyflakes=']

// Fetched as a module: without a network there is nothing to run.
const has = HAS_GO && spawnSync('go', [...ACTIONLINT, '-version'], { timeout: 60_000 }).status === 0

test.skipIf(!has)('actionlint has nothing to say against the recipes and the project’s own workflows', () => {
  const { status, stdout } = spawnSync('go', [...ACTIONLINT, ...RECIPES, ...OWN], { cwd: ROOT, encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, ''])
})
