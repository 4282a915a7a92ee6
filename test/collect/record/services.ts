import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SERVICES } from '../../fixtures.ts'

/** Builds fixture programs once; returns the folder of the binaries. */
export function buildServices(...programs: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-services-'))
  const packages = programs.map((program) => `./cmd/${program}`)
  execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', `${folder}/`, ...packages], {
    cwd: SERVICES,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOEXPERIMENT: 'goroutineleakprofile' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return folder
}

/** A port nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
