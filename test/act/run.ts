import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { freePort } from '../collect/record/services.ts'
import { ROOT } from '../fixtures.ts'
import { WORKFLOW } from '../github/fake/scene.ts'
import type { FakeGitHub } from '../github/fake/server.ts'
import { artifactService } from './artifacts.ts'
import { standIns } from './stand-ins.ts'

export interface ActRun {
  readonly act: string
  readonly fake: FakeGitHub
  /** Where act keeps what is uploaded. */
  readonly store: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly runId: number
  /** A checkout with what is to be built. */
  readonly folder: string
  /** The text of the workflow. */
  readonly workflow: string
  readonly env?: Readonly<Record<string, string>>
  /** Of programs that the machine lacks. */
  readonly path?: readonly string[]
  readonly options?: readonly string[]
}

export interface ActStep {
  readonly job: string
  readonly step: string
  /** `Pre`, `Main`, `Post` */
  readonly stage: string
  readonly result: 'success' | 'failure' | 'skipped'
}

export interface ActEnded {
  readonly code: number | null
  /** What the steps and act itself said. */
  readonly log: string
  readonly steps: readonly ActStep[]
  /** Results of jobs, by job and leg. */
  readonly jobs: Readonly<Record<string, string>>
  readonly outputs: readonly Readonly<Record<'step' | 'name' | 'value', string>>[]
  readonly summaries: readonly string[]
}

const TOKEN = 'ghs_the-token-of-the-run'

/** Runs a workflow by act on this machine, without containers, beside a GitHub that lives in this process. */
export async function runAct(run: ActRun): Promise<ActEnded> {
  const own = mkdtempSync(join(tmpdir(), 'leakgate-act-run-'))
  const port = await freePort()
  const service = await artifactService(port)
  try {
    const child = spawn(run.act, options(run, own, port), {
      cwd: run.folder,
      env: { ...surroundings(run.path ?? []), ACTIONS_RUNTIME_URL: service.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more))
    const code = await new Promise<number | null>((done, fail) => child.on('close', done).on('error', fail))
    return { code, ...read(text) }
  } finally {
    service.close()
    rmSync(own, { recursive: true, force: true })
  }
}

function options(
  { fake, store, event, payload, runId, folder, workflow, env, ...run }: ActRun,
  own: string,
  port: number,
) {
  const file = join(own, WORKFLOW)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, workflow)
  writeFileSync(join(own, 'event.json'), JSON.stringify(payload))
  const { repository } = fake.world
  const given = {
    ...{ GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: String(runId), GITHUB_API_URL: fake.api },
    // act sets all but this.
    GITHUB_WORKFLOW_REF: `${repository}/${WORKFLOW}@refs/heads/main`,
    ...env,
  }
  return [
    ...[event, '--json', '--directory', folder, '--workflows', file, '--eventpath', join(own, 'event.json')],
    ...['ubuntu-latest', 'self-hosted'].flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    ...['--action-cache-path', join(own, 'cache'), '--no-cache-server', '--concurrent-jobs', '1'],
    ...['--artifact-server-path', store, '--artifact-server-addr', '127.0.0.1'],
    ...['--artifact-server-port', String(port), '--secret', `GITHUB_TOKEN=${TOKEN}`],
    ...[`OWNER/leakgate@v1=${packaged(own)}`, ...standIns()].flatMap((one) => ['--local-repository', one]),
    ...Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(run.options ?? []),
  ]
}

/** What a release has of the action, and nothing else: act copies all of it for each step. */
function packaged(own: string): string {
  const folder = join(own, 'leakgate')
  for (const part of ['action.yml', 'record', 'comment', 'dist']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  }
  return folder
}

/** The Node.js of the action first, and nothing of a runner that runs these tests. */
function surroundings(path: readonly string[]): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(GITHUB|ACTIONS|RUNNER|INPUT|npm|VITEST)_/i.test(name))
  const PATH = [...path, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter)
  // Whoever runs the tests may have Go set up for them alone.
  return { ...Object.fromEntries(kept), PATH, NODE_OPTIONS: '', GOFLAGS: '' }
}

interface Line {
  readonly job?: string
  readonly step?: string
  readonly stage?: string
  readonly stepResult?: ActStep['result']
  readonly jobResult?: string
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
  readonly msg?: string
}

/** The values of an output, one for each step that set it. */
export function outputsOf({ outputs }: ActEnded, name: string): string[] {
  return outputs.filter((one) => one.name === name).map(({ value }) => value)
}

/** act tells one object per line. */
function read(text: string): Omit<ActEnded, 'code'> {
  const lines = text.split('\n').flatMap((line): Line[] => {
    if (line.startsWith('{')) return [JSON.parse(line) as Line]
    return line === '' ? [] : [{ msg: line }]
  })
  return {
    log: lines.map(({ msg = '' }) => msg.replace(/\n$/, '')).join('\n'),
    steps: lines.flatMap(({ job = '', step = '', stage, stepResult: result }) =>
      stage === undefined || result === undefined ? [] : [{ job, step, stage, result }],
    ),
    jobs: Object.fromEntries(
      lines.flatMap(({ job = '', jobResult }) => (jobResult === undefined ? [] : [[job, jobResult]])),
    ),
    outputs: lines.flatMap(({ command, step = '', name = '', arg: value = '' }) =>
      command === 'set-output' ? [{ step, name, value }] : [],
    ),
    summaries: lines.flatMap(({ command, content }) => (command === 'summary' ? [content ?? ''] : [])),
  }
}
