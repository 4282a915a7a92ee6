import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactly } from '../../src/diff/estimate.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { annotationsOf } from '../../src/report/annotations.ts'
import {
  codeBlock,
  codeCell,
  codeHtml,
  codeSpan,
  logSafe,
  permalink,
  plainText,
  safeUrl,
  shellWord,
} from '../../src/report/escape.ts'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import type { Report } from '../../src/report/report.ts'
import { renderTerminal } from '../../src/report/terminal/terminal.ts'
import { failureSentence } from '../../src/report/words/sentence.ts'
import { evidence, finding, place, report, service } from './sample-parts.ts'

const HOSTILE = [
  '`code` ``more`` ```',
  'a | b | c',
  '::error::owned',
  '##[error]owned',
  '<script>alert(1)</script>',
  '<!-- leakgate:v1 -->',
  '@user and #123 and acme/orders#1',
  'line one\nline two\r\n### heading',
  '\u202egnp.evil\u2066\u200b',
  '\u001b[31mred\u001b]0;title\u0007',
  '](https://evil.example) [x](javascript:alert(1))',
  '</details></summary></code>',
  '~~~\n```js\n',
  '$(rm -rf /); `id` "quoted" \'single\'',
  '\ud800 lone surrogate',
  '',
] as const

/** A report with the text wherever the code under test decides. */
function poisoned(text: string): Report {
  const culprit = place('x', 'x.go', 7, {
    function: text,
    file: text,
    path: text,
    text,
    changed: true,
    around: { first: 6, lines: [text, text, text] },
  })
  const stack = [culprit, { ...culprit, party: 'third' as const }]
  const limit = { level: 'fail', text, origin: { kind: 'text', source: text, line: 1, column: 1 } } as const
  const leak: Finding = finding({
    culprit,
    startedAt: culprit,
    dependency: text,
    evidence: [evidence({ stack, limit })],
  })
  const grown = finding({
    ...leak,
    kind: 'dependency-growth',
    evidence: [evidence({ metric: 'heap.growth.stack', stack, limit })],
  })
  const lines = [{ place: culprit, growth: exactly(100), share: 1, stack }]
  const figure = finding({
    kind: 'alloc-rate',
    culprit: undefined,
    evidence: [evidence({ metric: 'alloc.bytes', limit })],
    contributors: { metric: 'alloc.bytes', growth: 100, lines },
  })
  const accepted = {
    ...leak,
    ignored: { reason: text, expires: text, origin: { kind: 'text', source: text, line: 1, column: 1 } },
  } as const
  const sick = service({
    service: text,
    verdict: 'fail',
    findings: [leak, grown, figure],
    ignored: [accepted],
    judgements: service().judgements.map((row) => ({ ...row, limit })),
    base: { source: text, goVersion: text, commit: text, snapshots: 10, sampling: 8192 },
    head: { source: text, goVersion: text, commit: text, snapshots: 10, sampling: 8192 },
    doubts: [
      { kind: 'setting-differs', name: text, base: text, head: text, blocks: false },
      { kind: 'go-differs', base: text, head: text, blocks: false },
      { kind: 'missing-kind', profile: text, side: 'head', blocks: true },
    ],
  })
  return report({
    version: text,
    verdict: 'fail',
    services: [sick, service({ service: text })],
    policy: {
      preset: 'recommended',
      inconclusive: 'fail',
      limits: [{ metric: text, warn: text, fail: text, from: text }],
      expired: [{ name: text, expires: text, reason: text }],
      unseen: [text],
    },
    origin: {
      repository: text,
      headCommit: text,
      baseCommit: text,
      baseRef: text,
      baseRecordedAt: text,
      runUrl: text,
      reportUrl: text,
      docsUrl: text,
    },
  })
}

/** What is left of a page once its code is taken out: there, GitHub reads Markdown, HTML and mentions. */
function withoutCode(page: string): string {
  return page
    .replace(/^(`{3,})[a-z]*\n[\s\S]*?^\1$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
    .replace(/<code>[^<]*<\/code>/g, '')
}

test.each(HOSTILE)('%j is inert on a page', (text) => {
  for (const verdict of ['fail', 'warn', 'inconclusive', 'seeding', 'pass'] as const) {
    for (const reader of ['comment', 'summary'] as const) {
      const page = renderMarkdown({ ...poisoned(text), verdict }, { for: reader, marker: '' })
      const read = withoutCode(page)
      expect(read).not.toMatch(/[@#]\w*(user|123)|script|evil|owned|rm -rf|javascript|heading|-->|~~~|gnp/)
      expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/)
      expect(page).not.toMatch(/^\s*::/m)
      // Tags are ours and balanced.
      expect(new Set(read.match(/<[^>]*>/g))).toEqual(
        new Set(
          ['<details>', '<summary>', '</summary>', '</details>', '<sub>', '</sub>'].filter((tag) => read.includes(tag)),
        ),
      )
      expect(read.match(/<details>/g)?.length).toBe(read.match(/<\/details>/g)?.length)
    }
  }
})

test.each(HOSTILE)('%j does not break a table', (text) => {
  const page = renderMarkdown(poisoned(text), { for: 'summary' })
  for (const table of page.match(/(?:^\|.*\n)+/gm) ?? []) {
    const cells = table
      .trim()
      .split('\n')
      .map((row) => row.replace(/\\\|/g, '').split('|').length)
    expect(new Set(cells).size).toBe(1)
  }
})

test.each(HOSTILE)('%j is inert in a terminal and a log', (text) => {
  const shown = renderTerminal(poisoned(text), { color: false, width: 80, ascii: false })
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/)
  expect(shown).not.toContain('[31m')
  const said = [logSafe(shown), logSafe(failureSentence(poisoned(text)))].join('\n')
  expect(said).not.toMatch(/::|##\[/)
  for (const { path, title, message } of annotationsOf(poisoned(text))) {
    expect(`${path}${title}${message}`).not.toMatch(/[\n\r\u001b\u202e]/)
  }
})

test('only addresses of the web become links, and none can end its link', () => {
  expect(safeUrl('javascript:alert(1)')).toBeUndefined()
  expect(safeUrl('https://user:secret@github.com')).toBeUndefined()
  expect(safeUrl('https://github.com/a)(b](c')).toBe('https://github.com/a%29%28b%5D%28c')
  expect(permalink('https://github.com/acme/orders', '9c41f0e', 'a b/(c)#.go', 7)).toBe(
    'https://github.com/acme/orders/blob/9c41f0e/a%20b/%28c%29%23.go#L7',
  )
  expect(permalink('https://github.com/acme/orders', 'main"', 'a.go', 7)).toBeUndefined()
})

test('code spans and blocks hold whatever is inside', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', '|', '\\', 'a', ' ', '\n', '<') }), (text) => {
      const longest = (held: string): number => Math.max(0, ...(held.match(/`+/g) ?? []).map((run) => run.length))
      const fence = /^`+/.exec(codeSpan(text))![0]
      expect(longest(codeSpan(text).slice(fence.length, -fence.length).trim())).toBeLessThan(fence.length)
      expect(codeSpan(text)).not.toContain('\n')
      expect(codeCell(text).replaceAll('\\|', '')).not.toContain('|')
      const block = codeBlock('go', [text])
      const mark = /^`+/.exec(block)![0]
      expect(
        block
          .split('\n')
          .slice(1, -1)
          .every((line) => longest(line) < mark.length),
      ).toBe(true)
      expect(codeHtml(text).slice(6, -7)).not.toMatch(/[<>`|\\]/)
    }),
  )
})

test('plain text has no lone surrogates, no escapes, and is cut at characters', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
      const plain = plainText(String.fromCharCode(...units), 20)
      expect([...plain].length).toBeLessThanOrEqual(20)
      expect(Buffer.from(plain).toString()).toBe(plain)
      expect(plain).not.toMatch(/[\u0000-\u001f\u007f]/)
    }),
  )
  expect(plainText('😀'.repeat(30), 5)).toBe('😀😀😀😀…')
})

test('shell words stay one word', () => {
  expect(shellWord('recordings/base')).toBe('recordings/base')
  expect(shellWord("it's $(here)")).toBe("'it'\\''s $(here)'")
  expect(shellWord('-rf')).toBe("'./-rf'")
})
