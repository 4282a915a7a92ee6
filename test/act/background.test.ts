import { expect, test } from 'vitest'
import { act } from './program.ts'
import { writeModule } from './repository.ts'
import { outputsOf } from './run.ts'
import { Scene } from './scene.ts'

const program = act()

// act's steps have a terminal, which hangs up on what a step leaves behind; the sampler must outlive it all the same.
const workflow = (port: number): string => `
on: { push: {} }
jobs:
  leaks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: go build -o bin/ ./cmd/api ./cmd/load
      - run: trap '' HUP; GODEBUG=memprofilerate=8192 GOMAXPROCS=2 timeout 90 ./bin/api > api.log 2>&1 & echo "API=$!" >> "$GITHUB_ENV"
      - uses: OWNER/leakgate/record@v1
        with: { targets: "api=http://127.0.0.1:${port}", interval: 1s }
      - run: for part in 1 2 3 4; do ./bin/load -url http://127.0.0.1:${port} -seed "$part"; sleep 1; done
      - run: for part in 5 6 7 8; do ./bin/load -url http://127.0.0.1:${port} -seed "$part"; sleep 1; done
      - uses: OWNER/leakgate@v1
        id: gate
      - run: kill "$API"; echo "judged \${{ steps.gate.outputs.verdict }}, \${{ steps.gate.outputs.findings }} findings"
`

test.skipIf(program === undefined)(
  'a recorder in the background under act: later steps load, the gate ends it, its post step has nothing left to do',
  { timeout: 120_000 },
  async () => {
    const scene = await Scene.open(program!, (folder) => writeModule(folder, { api: 'healthy' }))
    try {
      const ran = await scene.main(workflow(scene.port))
      expect([ran.code, outputsOf(ran, 'verdict')]).toEqual([0, ['seeding']])
      expect(ran.log).toContain('judged seeding, 0 findings')
      expect(ran.steps.filter(({ stage }) => stage === 'Post')).toEqual([
        { job: 'leaks.yml/leaks', step: 'OWNER/leakgate/record@v1', stage: 'Post', result: 'success' },
      ])
      expect(scene.fake.faults).toEqual([])
    } finally {
      await scene.close()
    }
  },
)
