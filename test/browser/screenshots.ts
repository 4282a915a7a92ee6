import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { writePicture } from '../../docs/images/picture.ts'
import { launch } from './chromium.ts'
import { fileAddress, fixtureReport } from './reports.ts'

/**
 * Pictures of the HTML report on recordings of the fixture service: all of them into FOLDER, or without one those that
 * the README shows. Run it with `node --import ./test/browser/register.ts test/browser/screenshots.ts [FOLDER]`.
 */
const FOLDER = process.argv[2] ?? join(import.meta.dirname, '../../docs/images')
const SHOWN = ['report-fail-light']

interface Picture {
  readonly file: string
  readonly recording: string
  readonly options: BrowserContextOptions
  /** The part to show; all of the page without one. */
  readonly clip?: string
  readonly act?: (page: Page) => Promise<void>
}

const DESK = { width: 1280, height: 900 }

const PICTURES: readonly Picture[] = [
  { file: 'report-fail-light', recording: 'chan-send', options: { colorScheme: 'light', viewport: DESK } },
  { file: 'report-fail-dark', recording: 'map-cache', options: { colorScheme: 'dark', viewport: DESK } },
  { file: 'report-pass-dark', recording: 'healthy-again', options: { colorScheme: 'dark', viewport: DESK } },
  {
    file: 'report-mobile',
    recording: 'chan-send',
    options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  },
  {
    file: 'report-without-scripts',
    recording: 'http-body',
    options: { colorScheme: 'light', viewport: DESK, javaScriptEnabled: false },
  },
  {
    file: 'report-search',
    recording: 'http-body',
    options: { colorScheme: 'light', viewport: DESK, deviceScaleFactor: 2 },
    clip: '#explore',
    act: async (page) => {
      await page.click('#graph-types button:has-text("Heap bytes")')
      await page.click('button[data-mode="all"]')
      await page.fill('#graph-search', 'app\\.|rates')
    },
  },
  {
    file: 'report-graph-dark',
    recording: 'http-body',
    options: { colorScheme: 'dark', viewport: DESK, deviceScaleFactor: 2 },
    clip: '#explore',
    act: async (page) => {
      await page.click('#graph-types button:has-text("Heap bytes")')
      await page.locator('#graph').scrollIntoViewIfNeeded()
      await page.locator('#graph').hover({ position: { x: 300, y: 100 } })
    },
  },
]

mkdirSync(FOLDER, { recursive: true })
const browser = await launch()
for (const { file, recording, options, clip, act } of PICTURES) {
  if (process.argv[2] === undefined && !SHOWN.includes(file)) continue
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(fileAddress(fixtureReport(recording).html))
  if (options.javaScriptEnabled !== false) await page.waitForFunction('window.leakgate')
  await act?.(page)
  // Two frames, for what is drawn on the next one.
  if (options.javaScriptEnabled !== false) {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  }
  const path = join(FOLDER, `${file}.png`)
  await writePicture(
    path,
    await (clip === undefined ? page.screenshot({ fullPage: true }) : page.locator(clip).screenshot()),
  )
  process.stdout.write(`${path}\n`)
  await context.close()
}
await browser.close()
