import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { INPUT_NAMES } from '../src/github/inputs.ts'
import { ROOT, recording, SERVICES } from './fixtures.ts'
import { step } from './process.ts'

const manifest = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))

test('action.yml declares the inputs that are read', () => {
  expect(Object.keys(manifest.inputs).sort()).toEqual([...INPUT_NAMES].sort())
  expect(manifest.runs).toMatchObject({ using: 'node24', main: 'dist/main.js' })
})

describe('the bundle, run as the runner runs it', () => {
  test('a leak: outputs, summary, annotation on the line, report, and the failure last', () => {
    const inputs = { profiles: recording('map-cache'), baseline: recording('healthy'), source: SERVICES }
    const ran = step(inputs)
    expect(ran.code).toBe(1)
    expect(ran.outputs).toMatchObject({ verdict: 'fail', findings: '1' })
    expect(JSON.parse(readFileSync(ran.outputs.report!, 'utf8'))).toMatchObject({ verdict: 'fail' })
    expect(ran.summary).toContain('internal/quote/cache.go:45')
    const lines = ran.stdout.trimEnd().split('\n')
    expect(ran.stdout).toMatch(/^::error title=.*file=__fixtures__\/services\/internal\/quote\/cache\.go,line=45::/m)
    expect(lines.at(-1)).toMatch(/^::error::/)
  })

  test('recordings of another version: fields it does not know are left alone, the verdict is the same', () => {
    const later = mkdtempSync(join(tmpdir(), 'leakgate-later-'))
    cpSync(recording('map-cache'), later, { recursive: true })
    const path = join(later, 'recording.json')
    const text = JSON.parse(readFileSync(path, 'utf8'))
    const snapshots = text.snapshots.map((one: object) => ({ ...one, weather: 'rain' }))
    writeFileSync(path, JSON.stringify({ ...text, snapshots, recorder: 'leakgate 1.9.0', weather: { rain: 1 } }))
    const ran = step({ profiles: later, baseline: recording('healthy'), source: SERVICES })
    expect([ran.code, ran.outputs.verdict, ran.outputs.findings]).toEqual([1, 'fail', '1'])
  })

  test('no leak', () => {
    const ran = step({ profiles: recording('healthy-again'), baseline: recording('healthy'), source: SERVICES })
    expect([ran.code, ran.outputs.verdict, ran.outputs.findings]).toEqual([0, 'pass', '0'])
    expect(ran.stdout).not.toContain('::error')
  })

  test('no baseline yet is SEEDING and does not fail, whether the input is empty or its folder is', () => {
    const empty = mkdtempSync(join(tmpdir(), 'leakgate-empty-'))
    for (const baseline of ['', empty, join(empty, 'not-there')]) {
      const ran = step({ profiles: recording('map-cache'), baseline, source: SERVICES })
      expect([ran.code, ran.outputs.verdict]).toEqual([0, 'seeding'])
    }
  })

  test('glob patterns of loose profiles', () => {
    const ran = step({
      profiles: `${recording('healthy-again')}/*/heap.pb.gz`,
      baseline: `${recording('healthy')}`,
      source: SERVICES,
    })
    // Single profiles on one side: nothing that could carry a PASS.
    expect([ran.code, ran.outputs.verdict]).toEqual([1, 'inconclusive'])
  })

  test.each([
    ['nothing matches', { profiles: 'nothing/*.pb.gz' }, /input profiles: nothing matches "nothing\/\*\.pb\.gz"/],
    ['a required input is missing', {}, /input profiles: is required/],
    ['an input is misspelt', { profiles: '.', basline: 'x' }, /input basline: no such input/],
    ['the policy is wrong', { profiles: '.', policy: 'presett: x' }, /input policy:1:1: unknown key "presett"/],
  ])('%s: the step fails in words', (_, inputs, message) => {
    const ran = step(inputs as Record<string, string>)
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(message)
    expect(ran.stdout + ran.stderr).not.toMatch(/\n\s+at /)
  })
})
