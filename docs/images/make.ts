/**
 * Draws the pictures of the README: the report of a leak as GitHub renders Markdown.
 * Needs Chromium (its path is in CHROMIUM, else /usr/bin/chromium) and a font with coloured emoji, such as Noto Color
 * Emoji. Run with: npm run pictures
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import MarkdownIt from 'markdown-it'
import alerts from 'markdown-it-github-alerts'
import { chromium } from 'playwright-core'
import { renderMarkdown } from '../../src/report/markdown/markdown.ts'
import { reportOn } from '../../test/browser/fixture-report.ts'
import { writePicture } from './picture.ts'

const ROOT = join(import.meta.dirname, '../..')
const CSS = join(
  dirname(fileURLToPath(import.meta.resolve('github-markdown-css/package.json'))),
  'github-markdown-light.css',
)
const ALERTS = fileURLToPath(import.meta.resolve('markdown-it-github-alerts/styles/github-base.css'))
const ALERT_COLORS = fileURLToPath(import.meta.resolve('markdown-it-github-alerts/styles/github-colors-light.css'))
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']

const PICTURES = [
  { name: 'report-fail', recording: 'map-cache' },
  { name: 'report-pass', recording: 'healthy-again' },
]

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
for (const { name, recording } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: 920, height: 400 }, deviceScaleFactor: 2 })
  await page.setContent(html(renderMarkdown(reportOn(recording).report, { for: 'comment' })))
  await writePicture(join(ROOT, 'docs/images', `${name}.png`), await page.screenshot({ fullPage: true }))
  await page.close()
}
await browser.close()

function html(markdown: string): string {
  const body = new MarkdownIt({ html: true, linkify: true }).use(alerts).render(markdown)
  const styles = [CSS, ALERTS, ALERT_COLORS].map((file) => readFileSync(file, 'utf8')).join('\n')
  return `<!doctype html><meta charset="utf-8"><style>${styles}
    body { margin: 0; background: #fff } .markdown-body { padding: 24px 32px }</style>
    <article class="markdown-body">${body}</article>`
}
