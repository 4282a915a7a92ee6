import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './fixtures.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the committed CLI as a user does. */
export function cli(args: readonly string[], env: Record<string, string> = {}, cwd = ROOT): Ran {
  return run(join(ROOT, 'dist/cli.js'), args, { ...plainEnvironment(), ...env }, cwd)
}

export interface Step extends Ran {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** The runner's temporary folder. */
  readonly temp: string
}

/** Runs the committed action bundle as the runner does: inputs in the environment, command files for what it says. */
export function step(inputs: Readonly<Record<string, string>>, cwd = ROOT): Step {
  const temp = mkdtempSync(join(tmpdir(), 'leakgate-step-'))
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const env = {
    ...plainEnvironment(),
    ...files,
    ...Object.fromEntries(given),
    RUNNER_TEMP: temp,
    GITHUB_ACTIONS: 'true',
  }
  const ran = run(join(ROOT, 'dist/main.js'), [], env, cwd)
  return {
    ...ran,
    outputs: parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    temp,
  }
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', env, cwd })
  return { code: status, stdout, stderr }
}

/** Only what a process needs: no inputs, colours or terminal of the test's own surroundings. */
function plainEnvironment(): Record<string, string> {
  // Windows starts no process without the last two.
  const names = ['PATH', 'HOME', 'SYSTEMROOT', 'TEMP']
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8' }
}

/** `name<<delimiter`, lines, `delimiter`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const match of text.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)) outputs[match[1]!] = match[3]!
  return outputs
}
