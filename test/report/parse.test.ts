import { expect, test } from 'vitest'
import { unbounded } from '../../src/diff/estimate.ts'
import { formatUserError, UserError } from '../../src/errors.ts'
import { parseReport } from '../../src/report/parse/parse.ts'
import { serializeReport } from '../../src/report/report.ts'
import { evidence, finding, report, service } from './sample-parts.ts'
import { FAILING, SAMPLES } from './sample-reports.ts'

test.each(Object.keys(SAMPLES))('%s comes back as it was', (name) => {
  const text = serializeReport(SAMPLES[name]!)
  expect(parseReport('report.json', text)).toEqual(SAMPLES[name])
  expect(JSON.parse(serializeReport(parseReport('report.json', text)))).toEqual(JSON.parse(text))
})

test('infinite bounds survive JSON', () => {
  const leak = finding({ evidence: [evidence({ growth: unbounded(7) })] })
  const back = parseReport('report.json', serializeReport(report({ services: [service({ findings: [leak] })] })))
  expect(back.services[0]!.findings[0]!.evidence[0]!.growth).toEqual(unbounded(7))
})

/** The document with one value replaced: `['services', 0, 'verdict']`. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const document = JSON.parse(serializeReport(FAILING))
  const parent = path.slice(0, -1).reduce((node, key) => node[key], document)
  parent[path.at(-1)!] = value
  return JSON.stringify(document)
}

function mistake(text: string): string {
  try {
    parseReport('report.json', text)
  } catch (error) {
    if (error instanceof UserError) return formatUserError(error)
    throw error
  }
  return 'accepted'
}

const KEPT = { base: { in: 'artifact', runId: 1, name: 'b' }, head: { runId: 2, name: 'h', diffs: [] }, source: '.' }

test('what was kept where comes back as it was', () => {
  for (const base of [
    KEPT.base,
    { in: 'branch', branch: 'leakgate-baselines', path: 'api/00001-abc.zip' },
    { in: 'folder', path: '/mnt/shared disk/x.zip' },
    undefined,
  ]) {
    const recordings = { ...KEPT, base, job: 'a / b' }
    const back = parseReport('report.json', changed(['recordings'], recordings))
    expect(back.recordings).toEqual(recordings)
  }
})

test.each([
  [{ ...KEPT, base: { in: 'mail' } }, 'recordings.base.in: expected one of artifact, branch, folder, found "mail"'],
  [{ ...KEPT, base: { ...KEPT.base, runId: '1; rm -rf ~' } }, 'recordings.base.runId: expected a number'],
  [{ ...KEPT, base: { ...KEPT.base, name: '--dir=/' } }, 'recordings.base.name: expected the name of an artifact'],
  [{ ...KEPT, base: { ...KEPT.base, name: 'a;b' } }, 'recordings.base.name: expected the name of an artifact'],
  [
    { ...KEPT, base: { in: 'branch', branch: '-x', path: 'a' } },
    'recordings.base.branch: expected the name of a branch',
  ],
  [{ ...KEPT, base: { in: 'branch', branch: 'x', path: 'a/../b' } }, 'recordings.base.path: expected a path'],
  [{ ...KEPT, base: { in: 'folder', path: 7 } }, 'recordings.base.path: expected a text'],
  [
    { ...KEPT, head: { ...KEPT.head, diffs: ['../x.pb.gz'] } },
    'recordings.head.diffs[0]: expected the name of a profile',
  ],
  [
    { ...KEPT, head: { ...KEPT.head, diffs: ['$(x).pb.gz'] } },
    'recordings.head.diffs[0]: expected the name of a profile',
  ],
  [{ ...KEPT, source: '/etc' }, 'recordings.source: expected a path in the repository'],
  [{ ...KEPT, source: '..' }, 'recordings.source: expected a path in the repository'],
  [{ ...KEPT, source: '--x' }, 'recordings.source: expected a path in the repository'],
  [{ ...KEPT, source: '$(x)' }, 'recordings.source: expected a path in the repository'],
  [{ base: KEPT.base }, 'recordings.source: expected a text, found nothing'],
])('of what was kept %j is refused: commands are made of it', (recordings, message) => {
  expect(mistake(changed(['recordings'], recordings))).toContain(message)
})

test.each([
  [{ start: 'main' }, 'base.start: expected a commit, found "main"'],
  [{ base: { commit: 'HEAD' } }, 'base.base.commit: expected a commit, found "HEAD"'],
])('of the base %j is refused', (base, message) => {
  expect(mistake(changed(['base'], base))).toContain(message)
})

test.each([
  [['schema'], 'leakgate/report@2', 'expected schema leakgate/report@1, found "leakgate/report@2"'],
  [['verdict'], 'fine', 'report.json: verdict: expected one of pass, warn, fail, inconclusive, seeding, found "fine"'],
  [['stops'], 'no', 'report.json: stops: expected true or false, found "no"'],
  [['judgedAt'], 'yesterday', 'report.json: judgedAt: expected a time as 2027-03-01T12:00:00Z, found "yesterday"'],
  [['services'], {}, 'report.json: services: expected a list, found an object'],
  [['services', 0, 'service'], 7, 'report.json: services[0].service: expected a text, found 7'],
  [
    ['services', 0, 'findings', 1, 'kind'],
    'x',
    'services[0].findings[1].kind: expected a word this version knows, found "x"',
  ],
  [
    ['services', 0, 'findings', 0, 'evidence', 0, 'growth', 'value'],
    null,
    'growth.value: expected a number, found null',
  ],
  [['services', 0, 'findings', 0, 'culprit', 'path'], '../../etc/passwd', 'expected a path inside the checkout'],
  [
    ['services', 0, 'findings', 0, 'culprit', 'line'],
    1.5,
    'culprit.line: expected a whole number from 0 on, found 1.5',
  ],
  [['services', 0, 'doubts', 0, 'kind'], 'bored', 'services[0].doubts[0].kind: expected a word this version knows'],
  [
    ['origin', 'runUrl'],
    'javascript:alert(1)',
    'report.json: origin.runUrl: expected an address that starts with https://',
  ],
  [['policy', 'preset'], 'lax', 'policy.preset: expected one of recommended, strict, watch, found "lax"'],
] as const)('%j = %j is refused', (path, value, message) => {
  expect(mistake(changed(path, value))).toContain(message)
})

test('what is too large is refused, what is too long is cut', () => {
  expect(mistake(changed(['services'], Array(201).fill({})))).toContain('services: expected a list of at most 200')
  expect(mistake(changed(['services', 0, 'findings'], Array(1001).fill({})))).toContain('at most 1000')
  const long = parseReport('report.json', changed(['services', 0, 'service'], 'x'.repeat(5000)))
  expect(long.services[0]!.service).toHaveLength(300)
})

test('what is no JSON, or no object, is refused', () => {
  expect(mistake('{')).toContain('report.json: not valid JSON')
  expect(mistake('[]')).toContain('report.json: expected an object, found a list of 0')
  expect(mistake('null')).toContain('expected an object, found null')
})

test('unknown fields are dropped', () => {
  expect(parseReport('report.json', changed(['extra'], { __proto__: 1 }))).toEqual(FAILING)
})

test('every prefix of a report is refused', () => {
  const text = serializeReport(FAILING).trimEnd()
  for (let length = 0; length < text.length; length += 97) expect(mistake(text.slice(0, length))).not.toBe('accepted')
})
