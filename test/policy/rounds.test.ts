import { describe, expect, test } from 'vitest'
import { gate } from '../../src/gate.ts'
import { NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from '../diff/recordings.ts'

const STILL = ['main.main', 'main.accept', 'main.work', 'main.tick', 'main.flush', 'main.watch']

/** A service of six stacks that stay as they are, and so many that gain five goroutines in each round. */
function judge(rounds: number, leaking: number) {
  const stacks = new Stacks()
  const still = STILL.map((name) => `runtime.main;${name} 2`)
  const grown = (i: number): string[] =>
    Array.from({ length: leaking }, (_, k) => `main.serve;main.send${'abcdefgh'[k]};runtime.gopark ${i * 5}`)
  const { services } = gate({
    base: [recordingOf(() => ({ goroutines: still.join('\n') }), { stacks, rounds })],
    head: [recordingOf((i) => ({ goroutines: [...still, ...grown(i)].join('\n') }), { stacks, rounds })],
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
  const { verdict, findings, doubts } = services[0]!
  const fails = findings.filter(({ level }) => level === 'fail').map(({ culprit }) => culprit?.function)
  return { verdict, fails, findings, doubts: doubts.filter(({ kind }) => kind === 'undecided') }
}

describe('rounds and stacks of goroutines', () => {
  test.each([
    [7, 1],
    [8, 3],
    [8, 7],
    [10, 8],
  ])('%i rounds tell %i that leak, whatever else stays as it is', (rounds, leaking) => {
    const { verdict, fails, doubts } = judge(rounds, leaking)
    expect(verdict).toBe('fail')
    expect(fails).toHaveLength(leaking)
    expect(doubts).toEqual([])
  })

  test('where they are too few to tell, it warns, names the stacks and says how many are needed', () => {
    const { verdict, fails, findings, doubts } = judge(7, 3)
    expect(verdict).toBe('warn')
    expect(fails).toEqual([])
    expect(findings.map(({ culprit }) => culprit?.function)).toContain('main.senda')
    expect(doubts).toEqual([{ kind: 'undecided', metric: 'goroutines.growth', rounds: 7, needed: 8, blocks: false }])
    expect(judge(8, 3).verdict).toBe('fail')
  })
})
