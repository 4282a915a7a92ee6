import { spawnSync } from 'node:child_process'

const found = spawnSync('go', ['version'], { encoding: 'utf8' })

/** Whether Go is installed; tests that need it are skipped where it is not. */
export const HAS_GO = found.status === 0
export const GO_VERSION = HAS_GO ? found.stdout.trim() : undefined
