import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { win32 } from 'node:path'

const FLAGS = ['--noprofile', '--norc', '-eo', 'pipefail', '-c']

/** The shell that runs scripts, as steps of a workflow do: bash, or sh where there is none. */
export function shellOf(script: string): [string, ...string[]] {
  bash ??= gitBash(process.platform, process.env, existsSync) ?? 'bash'
  hasBash ??= spawnSync(bash, ['--version'], { stdio: 'ignore' }).status === 0
  return hasBash ? [bash, ...FLAGS, script] : ['sh', '-ec', script]
}

/** On Windows the `bash` of the system is that of a Linux machine beside it; the runner's own steps take Git's. */
export function gitBash(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | undefined {
  if (platform !== 'win32') return undefined
  const path = win32.join(env['PROGRAMFILES'] || 'C:\\Program Files', 'Git', 'bin', 'bash.exe')
  return exists(path) ? path : undefined
}

let bash: string | undefined
let hasBash: boolean | undefined
