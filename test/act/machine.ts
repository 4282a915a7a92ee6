import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { write } from './repository.ts'

/** Starts ./cmd/api as what runs it would, with what the recipe says is set there. */
const START = `: >"$STAND_INS/api.log"
GODEBUG=memprofilerate=8192 GOMAXPROCS=2 setsid "$STAND_INS/api" >>"$STAND_INS/api.log" 2>&1 </dev/null &
echo $! >>"$STAND_INS/pids"
until grep -q listening "$STAND_INS/api.log"; do sleep 0.05; done`
const BUILD = 'go build -o "$STAND_INS/api" ./cmd/api'

const script = (what: string, cases: Readonly<Record<string, string>>): string => {
  const listed = Object.entries(cases).map(([words, run]) => `'${words}')\n${run}\n;;\n`)
  return `#!/bin/sh -e\n# ${what}\ncase "$*" in\n${listed.join('')}*) echo "no such command: $0 $*" >&2; exit 64 ;;\nesac\n`
}

/** Programs of a cluster: each takes exactly the commands of the recipes, and what they name must be there. */
const programs = (port: number): Readonly<Record<string, string>> => ({
  docker: script('One service on this machine, without a container.', {
    'compose up --build --detach --wait': `test -f compose.yaml\n${BUILD}\n${START}`,
    'compose logs': 'cat "$STAND_INS/api.log"',
    'build --tag api:leaks .': `test -f Dockerfile\n${BUILD}`,
  }),
  kind: script('A cluster of nothing.', {
    version: 'echo kind v0.0.0',
    'load docker-image api:leaks --name leaks': 'test -x "$STAND_INS/api"',
  }),
  kubectl: script('A deployment is the service on this machine.', {
    'apply --filename deploy/': 'test -f deploy/api.yaml',
    'rollout status deployment/api --timeout=2m': 'test -x "$STAND_INS/api"',
    [`port-forward deployment/api ${port}:${port}`]: `${START}\nwait`,
  }),
})

/** What a recipe finds on the PATH of this machine, and what it leaves running. */
export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'leakgate-act-machine-'))
  readonly path: string

  /** `needed` are programs by their paths. */
  constructor(port: number, needed: readonly string[] = []) {
    this.path = join(this.#folder, 'bin')
    mkdirSync(this.path)
    for (const program of needed) symlinkSync(program, join(this.path, basename(program)))
    for (const [name, text] of Object.entries(programs(port))) write(this.path, name, text, 0o755)
  }

  get env(): Readonly<Record<string, string>> {
    return { STAND_INS: this.#folder, GOBIN: this.path }
  }

  /** A runner is thrown away with what still runs on it; this one stays. */
  stop(): void {
    const pids = join(this.#folder, 'pids')
    for (const pid of read(pids).split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid))
      } catch {
        // It has ended by itself.
      }
    }
    rmSync(pids, { force: true })
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
