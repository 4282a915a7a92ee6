import { expect, test } from 'vitest'
import { diffService } from '../../src/diff/diff.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { GoroutineDump } from '../../src/profile/goroutine/dump.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from '../diff/recordings.ts'

const BLOCKED = 'main.serve;main.send;runtime.chansend1;runtime.gopark'

const frame = (name: string) => ({ function: name, file: 'main/file.go', line: 1 })
const dump: GoroutineDump = {
  source: 'test',
  form: 'debug=2',
  total: 1,
  groups: [
    {
      count: 1,
      state: 'chan send',
      waitMinutes: 0,
      leaked: false,
      lockedToThread: false,
      frames: [frame('main.send'), frame('main.serve')],
      createdBy: frame('main.accept'),
      labels: {},
    },
  ],
}

/** Rows of goroutines.growth under a policy, for a service that leaks five goroutines a round. */
function judge(policy: string, today = '2026-11-24') {
  const stacks = new Stacks()
  const base = recordingOf(() => ({}), { stacks })
  const leaking = recordingOf((i) => ({ goroutines: `main.main 1\n${BLOCKED} ${i * 5}` }), { stacks })
  const head = { ...leaking, snapshots: leaking.snapshots.map((snapshot) => ({ ...snapshot, dump })) }
  const { goroutines, judgements } = evaluate(
    diffService(base, head),
    parsePolicy([{ source: 'p', text: policy }]),
    today,
  )
  const row = judgements.find((one) => one.metric === 'goroutines.growth')
  return { outcome: row?.outcome, limit: row?.limit?.text, ignored: goroutines.map((one) => one.ignored?.reason) }
}

const ignore = (entry: string): string => `ignore:\n  - { ${entry}, reason: known }\n`

test.each<[string, string, object]>([
  ['no policy', '', { outcome: 'fail', limit: '+2', ignored: [undefined] }],
  ['a limit above the growth', 'limits: { goroutines.growth: +40 }', { outcome: 'ok', ignored: [] }],
  ['a rate per operation', 'limits: { goroutines.growth: 0.01/op }', { outcome: 'fail', limit: '0.01/op' }],
  [
    'a rule for the function',
    'rules: [{ function: ^main\\.send$, limits: { goroutines.growth: +50 } }]',
    { outcome: 'ok' },
  ],
  [
    'a rule for another one',
    'rules: [{ function: ^other\\., limits: { goroutines.growth: +50 } }]',
    { outcome: 'fail' },
  ],
  ['the service’s own limit', 'services: { api: { limits: { goroutines.growth: +50 } } }', { outcome: 'ok' }],
  ['an ignore by top', ignore('top: main.send'), { outcome: 'ok', ignored: ['known'] }],
  ['an ignore by any', ignore('any: main.serve'), { outcome: 'ok', ignored: ['known'] }],
  ['an ignore by creator', ignore('created-by: main.accept'), { outcome: 'ok', ignored: ['known'] }],
  ['an ignore of something else', ignore('top: main.serve'), { outcome: 'fail' }],
  ['an ignore that allows less', ignore('top: main.send, max: 10'), { outcome: 'fail' }],
  ['an ignore that allows bytes of heap', ignore('top: main.send, max: 4MiB'), { outcome: 'fail' }],
  ['an ignore that allows both', ignore('top: main.send, max: 64 and 4MiB'), { outcome: 'ok' }],
  ['an ignore on its last day', ignore('top: main.send, expires: 2026-11-24'), { outcome: 'ok' }],
  ['an ignore past its last day', ignore('top: main.send, expires: 2026-11-23'), { outcome: 'fail' }],
])('%s', (_, policy, expected) => {
  expect(judge(policy)).toMatchObject(expected)
})
