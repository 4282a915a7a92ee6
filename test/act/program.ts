import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HAS_GO } from '../go/toolchain.ts'

/** Its runner knows node24. */
const ACT = 'github.com/nektos/act@v0.2.89'

/** Go programs by module and version; they take long to build, so what was built is kept. */
const BUILT = join(tmpdir(), 'leakgate-go-programs')

/** The path of a program of the Go module proxy, built once; undefined where there is no Go or no network. */
export function goProgram(module: string): string | undefined {
  if (!HAS_GO) return undefined
  const name = module
    .replace(/@.*$/, '')
    .replace(/\/v\d+$/, '')
    .split('/')
    .at(-1)!
  const folder = join(BUILT, module.replaceAll('/', '-'))
  const program = join(folder, name)
  if (existsSync(program)) return program
  mkdirSync(BUILT, { recursive: true })
  const building = mkdtempSync(join(BUILT, 'building-'))
  try {
    // Experiments and flags of the surroundings would build all of it anew, or not at all.
    const env = { ...process.env, GOBIN: building, CGO_ENABLED: '0', GOFLAGS: '' }
    execFileSync('go', ['install', module], { env, timeout: 600_000, stdio: 'pipe' })
    // Another test may have built it meanwhile: one program replaces the other.
    mkdirSync(folder, { recursive: true })
    renameSync(join(building, name), program)
    return program
  } catch (error) {
    // Without a network, or with an older Go, there is nothing to run; that it does not compile would be news.
    const absent = /no such host|dial tcp|connection refused|i\/o timeout|lookup disabled|requires go >=/
    if (absent.test(String(error))) return undefined
    throw error
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
}

export const act = (): string | undefined => goProgram(ACT)
