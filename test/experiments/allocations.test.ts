import { rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { changed, variant } from '../../experiments/changes.ts'
import { buildGo } from '../../experiments/go.ts'
import { judgeFolders, RECOMMENDED } from '../../experiments/judge.ts'
import { recordLive } from '../../experiments/live.ts'
import { openCheckout } from '../../src/collect/checkout.ts'
import type { ServiceReport } from '../../src/report/report.ts'
import { HAS_GO } from '../go/toolchain.ts'

const SIZE = 8192

const recorded: string[] = []
afterEach(() => {
  for (const folder of recorded.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function record(name: string): Promise<{ recording: string; folder: string; line: string }> {
  const { folder, line } = variant(name)
  const program = buildGo({
    go: 'local',
    folder,
    output: `allocations-test-${name || 'base'}`,
    what: ['.'],
    plain: true,
  })
  const live = { ...changed(program, 'local', SIZE, 500), rounds: 7 }
  // Of a name of its own: what an earlier run recorded is not what is tested.
  const recording = await recordLive(`allocations-test-${process.pid}-${name || 'base'}`, live)
  recorded.push(recording)
  return { recording, folder, line }
}

function linesOf(report: ServiceReport, kind: string): (readonly string[])[] {
  return report.findings
    .filter((finding) => finding.kind === kind)
    .map(({ contributors }) => (contributors?.lines ?? []).map(({ place }) => `${place.path}:${place.line}`))
}

describe.skipIf(!HAS_GO)('a service that is changed without a leak', () => {
  test('allocates more for an order: the line is named though those around it moved', async () => {
    const [base, head] = [await record(''), await record('format')]
    const report = judgeFolders(base.recording, head.recording, RECOMMENDED, openCheckout(head.folder))
    expect(report.verdict).toBe('warn')
    const lines = linesOf(report, 'alloc-rate')
    expect(lines.length).toBeGreaterThan(0)
    for (const [first] of lines) expect(first).toBe(head.line)
  }, 120_000)

  test('keeps more within a bound: the line that holds it is named', async () => {
    const [base, head] = [await record(''), await record('table')]
    const report = judgeFolders(base.recording, head.recording, RECOMMENDED, openCheckout(head.folder))
    expect(report.verdict).toBe('warn')
    expect(linesOf(report, 'heap-level')[0]).toEqual([head.line])
  }, 120_000)
})
