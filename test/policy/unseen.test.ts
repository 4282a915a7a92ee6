import { expect, test } from 'vitest'
import { gate } from '../../src/gate.ts'
import { NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import { parseReport } from '../../src/report/parse/parse.ts'
import { type Report, serializeReport } from '../../src/report/report.ts'
import { recordingOf } from '../diff/recordings.ts'

function judged(policy: string): Report {
  const stacks = new Stacks()
  const record = () => recordingOf(() => ({}), { stacks })
  return gate({
    base: [record()],
    head: [record()],
    policy: parsePolicy([{ source: 'policy', text: policy }]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
}

test('limits for a service that was not recorded are told: its name may be misspelt', () => {
  const report = judged('services: { api: { limits: { goroutines: +5 } }, apii: { limits: { goroutines: +5 } } }')
  expect(report.verdict).toBe('pass')
  expect(report.policy.unseen).toEqual(['apii'])
  const sentence = 'The policy has limits for services that were not recorded: `apii`.'
  expect(renderMarkdown(report, { for: 'summary' })).toContain(sentence)
  expect(parseReport('report.json', serializeReport(report)).policy.unseen).toEqual(['apii'])
})

test('and nothing is said where all were', () => {
  const report = judged('services: { api: { limits: { goroutines: +5 } } }')
  expect(report.policy.unseen).toBeUndefined()
  expect(renderMarkdown(report, { for: 'summary' })).not.toContain('not recorded:')
})
