import { expect, test } from 'vitest'
import { renderHtml } from '../../../src/report/html/document.ts'
import { NO_BASELINE, ON_GITHUB, PASSING } from '../sample-reports.ts'

/** The text of the page, without marks and scripts. */
const text = (html: string): string =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")

test('the page tells which base, how far away, why not a nearer one, and how to see it again', () => {
  const page = text(renderHtml(ON_GITHUB, []))
  expect(page).toContain('compared with main at 4be27d1f0a, 2 commits before the merge base, recorded 19 hours ago')
  expect(page).toContain('That baseline itself was judged FAIL on its branch')
  expect(page).toContain('Nearer ones passed over: 77aa02c19c (its artifact has expired).')
  expect(page).toContain('gh run download 15320080001 --repo acme/orders --name leakgate-baseline-api')
  expect(page).toContain('go tool pprof -http=: leaks/report-api-15320087114/diff.pb.gz')
})

test('without a base it says why, and what to do', () => {
  const page = text(renderHtml(NO_BASELINE, []))
  expect(page).toContain('No baseline with the key api can be used')
  expect(page).toContain(
    "To do: Run .github/workflows/leaks.yml on main again. Artifacts expire; a weekly run keeps one: on: { schedule: [{ cron: '0 3 * * 1' }] }",
  )
})

test('a pass needs nobody to see it again', () => {
  expect(text(renderHtml(PASSING, []))).not.toContain('npx leakgate compare')
})

test('what a stranger wrote into it stays text', () => {
  const evil = '`</p><script>alert(1)</script>`'
  const { base } = NO_BASELINE
  const passedOver = [{ commit: evil, why: evil }]
  const page = renderHtml(
    { ...NO_BASELINE, base: { ...base!, missing: evil, advice: evil, yaml: evil, note: evil, passedOver } },
    [],
  )
  expect(page).not.toContain('<script>alert')
})
