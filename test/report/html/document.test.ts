import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Stacks } from '../../../src/profile/stacks.ts'
import { renderHtml } from '../../../src/report/html/document.ts'
import { flameGraphs } from '../../../src/report/html/graphs.ts'
import { fixtureReport } from '../../browser/reports.ts'
import { evidence, finding, place, service } from '../sample-parts.ts'
import { heap } from './heap.ts'

const { report, html } = fixtureReport('map-cache')

/** The page as a reader without scripts has it. */
function withoutScripts(page: string): string {
  return page.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<style>[\s\S]*?<\/style>/, '')
}

test('the policy allows the page its own scripts and styles and nothing else', () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!.replaceAll('&#39;', "'")
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => hash(code!))
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, code]) => hash(code!))
  expect([scripts.length, styles.length]).toEqual([2, 1])
  expect(policy).toBe(
    `default-src 'none'; script-src ${scripts.join(' ')}; style-src ${styles[0]}; img-src data:; base-uri 'none'; form-action 'none'`,
  )
})

test('nothing is fetched, and no style or handler is written into an element', () => {
  const page = withoutScripts(html)
  expect(page).not.toMatch(/\s(?:style|on\w+)=/)
  expect([...page.matchAll(/\s(?:src|data|poster|action)="/g)]).toEqual([])
  expect([...html.matchAll(/<link [^>]*>/g)].map(([tag]) => tag)).toEqual(['<link rel="icon" href="data:,">'])
  expect(html).not.toContain('innerHTML')
})

test('the same report gives the same page', () => {
  expect(fixtureReport('map-cache').html).toBe(html)
})

test('without scripts: verdict, suspect with its line and stack, charts, figures and functions', () => {
  const page = withoutScripts(html)
  expect(page).toContain('Memory leak: 1 place to fix')
  expect(page).toContain(
    'href="https://github.com/acme/orders/blob/9c41f0e2b7d84d1c9f3a5e6071829304a5b6c7d8/internal/quote/cache.go#L45"',
  )
  expect(page).toContain('quotes[key] = q')
  expect(page).toContain('quote.Prepare')
  expect(page.match(/<svg class="chart"/g)!.length).toBe(4)
  expect(page).toContain('Heap in use after GC over 10 rounds')
  expect(page).toContain('warm-up')
  expect(page).toContain('example.com/orders/internal/quote.remember')
})

test.each(['pass', 'warn', 'fail', 'inconclusive', 'seeding'] as const)('a report that says %s', (verdict) => {
  const page = renderHtml({ ...report, verdict, services: report.services.map((one) => ({ ...one, verdict })) }, [])
  expect(page).toContain(`<section class="verdict ${verdict}"`)
  expect(page).not.toContain('undefined')
  expect(page).not.toContain('NaN')
})

test('a leak that lies in many stacks shows the largest, and says how many there are', () => {
  const many = Array.from({ length: 9 }, (_, i) => evidence({ stack: [place('main.open', 'main.go', i + 1)] }))
  const page = renderHtml({ ...report, services: [service({ findings: [finding({ evidence: many })] })] }, [])
  expect(page).toContain('3 more stacks that grew with these')
  expect(page).toContain('Stacks (4 of 9)')
})

test('a suspect leads to the page about its kind', () => {
  const origin = { ...report.origin, docsUrl: 'https://github.com/leakgate/leakgate/blob/v1' }
  const address = 'https://github.com/leakgate/leakgate/blob/v1/docs/findings/map-growth.md'
  expect(renderHtml({ ...report, origin }, []).includes(`<a href="${address}">What this means</a>`)).toBe(true)
})

test('a report on nothing, and one on several services', () => {
  expect(renderHtml({ ...report, verdict: 'inconclusive', services: [] }, [])).toContain('No verdict')
  const two = [
    report.services[0]!,
    { ...report.services[0]!, service: 'billing', verdict: 'pass' as const, findings: [] },
  ]
  const page = renderHtml({ ...report, services: two }, [])
  expect(page).toContain('href="#service-2"')
  expect(page.indexOf('id="service-1"')).toBeLessThan(page.indexOf('id="service-2"'))
})

test('names, paths, lines and words of others stay text', () => {
  const evil = '</script><img src=x onerror=alert(1)>"\'`\u202e\u0007'
  const stacks = new Stacks()
  const profile = heap(stacks, [[`${evil}:1`, 'main.main:1'], 5_000_000])
  const snapshot = {
    round: 1,
    phase: 'rest' as const,
    time: 0,
    operations: 1,
    heap: profile,
    allocs: undefined,
    goroutine: undefined,
    goroutineleak: undefined,
    memstats: undefined,
    dump: undefined,
    other: [],
  }
  const recording = {
    service: evil,
    source: evil,
    goVersion: evil,
    settings: {},
    load: undefined,
    stacks,
    snapshots: [snapshot],
    commit: undefined,
  }
  const [service] = report.services
  const [finding] = service!.findings
  const place = {
    ...finding!.culprit!,
    function: evil,
    file: evil,
    path: evil,
    text: evil,
    around: { first: 44, lines: [evil, evil] },
  }
  const hostile = {
    ...report,
    version: evil,
    origin: {
      ...report.origin,
      repository: `https://github.com/${evil}`,
      headCommit: evil,
      baseRef: evil,
      runUrl: `javascript:${evil}`,
    },
    policy: {
      ...report.policy,
      limits: [{ metric: evil, warn: evil, fail: evil, from: evil }],
      expired: [{ name: evil, expires: evil, reason: evil }],
    },
    services: [
      {
        ...service!,
        service: evil,
        doubts: [{ kind: 'setting-differs' as const, name: evil, base: evil, head: evil, blocks: false as const }],
        findings: [
          {
            ...finding!,
            culprit: place,
            startedAt: place,
            dependency: evil,
            evidence: finding!.evidence.map((one) => ({ ...one, stack: [place] })),
          },
        ],
        head: { ...service!.head, source: evil, goVersion: evil },
      },
    ],
  }
  const page = renderHtml(hostile, flameGraphs(undefined, recording))
  // A failure must not print the page.
  expect(['<img', '\u202e', '\u0007', 'javascript:'].filter((text) => page.includes(text))).toEqual([])
  expect(page.match(/<script/g)!.length).toBe(page.match(/<\/script>/g)!.length)
  const data = JSON.parse(/id="page-data">([\s\S]*?)<\/script>/.exec(page)![1]!) as { graphs: { service: string }[] }
  expect(data.graphs[0]!.service).toContain('<img')
})
