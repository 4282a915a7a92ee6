import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch } from './chromium.ts'
import { fileAddress, fixtureReport, largeReport, severalServices } from './reports.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(CHROMIUM === undefined)('the HTML report in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser
  let failing: string
  let passing: string
  /** What a page said or asked for that it should not have. */
  const complaints: string[] = []

  beforeAll(async () => {
    failing = fileAddress(fixtureReport('map-cache').html)
    passing = fileAddress(fixtureReport('healthy-again').html)
    browser = await launch()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
  })

  async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    complaints.length = 0
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) complaints.push(request.url())
    })
    await page.goto(address)
    if (options.javaScriptEnabled !== false) await page.waitForFunction('window.leakgate')
    return page
  }

  const status = (page: Page): Promise<string> => page.innerText('#graph-status')

  test('opens from a file without a word on the console and without a request', async () => {
    for (const address of [failing, passing]) {
      const page = await open(address)
      expect(await page.innerText('#graph-summary')).toContain('Heap bytes (sampled): 2.46 MiB →')
      expect(complaints).toEqual([])
      await page.context().close()
    }
  })

  test('a suspect leads to its frame, and the keys from there', async () => {
    const page = await open(failing)
    await page.click('button[data-suspect="1"]')
    expect(await status(page)).toMatch(/quote\.remember.*internal\/quote\/cache\.go:45.*suspect 1/s)
    await page.keyboard.press('ArrowUp')
    expect(await status(page)).toContain('quote.Prepare')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('window.leakgate.explorer.flame.root')).toBeGreaterThan(0)
    await page.keyboard.press('ArrowDown')
    expect(await status(page)).toContain('quote.remember')
    await expect.poll(() => page.textContent('#graph-live')).toMatch(/quote\.remember, suspect 1: grew by \+2\.26 MiB/)
    await page.keyboard.press('Escape')
    expect(await page.evaluate('window.leakgate.explorer.flame.root')).toBe(0)
    await page.keyboard.press('g')
    expect(await page.getAttribute('button[data-mode="all"]', 'aria-pressed')).toBe('true')
    await page.keyboard.press('i')
    expect(await page.getAttribute('button[data-direction="up"]', 'aria-pressed')).toBe('true')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('the pointer shows a frame and a click zooms into it', async () => {
    const page = await open(failing)
    const canvas = page.locator('#graph')
    await canvas.hover({ position: { x: 200, y: 5 * 21 + 8 } })
    expect(await page.innerText('.tip')).toMatch(/handleOrder/)
    await canvas.click({ position: { x: 200, y: 5 * 21 + 8 } })
    expect(await status(page)).toContain('handleOrder')
    await page.click('#graph-reset')
    expect(await status(page)).toContain('all')
    await page.context().close()
  })

  test('the search takes expressions and plain text, in the graph and in the table', async () => {
    const page = await open(failing)
    await page.focus('#graph')
    await page.keyboard.press('/')
    await page.keyboard.type('quote\\..*(remember|Prepare)')
    expect(await page.innerText('#search-result')).toBe('2 frames, +2.34 MiB')
    expect(await page.locator('#functions-body tr').count()).toBe(2)
    await page.keyboard.press('Enter')
    expect(await status(page)).toContain('quote.Prepare')
    await page.fill('#graph-search', '(*pageCache')
    expect(await page.innerText('#functions-body')).toContain('app.(*pageCache).get')
    await page.fill('#graph-search', 'no such thing')
    expect(await page.innerText('#search-result')).toBe('no frame')
    await page.focus('#graph-search')
    await page.keyboard.press('Escape')
    expect(await page.innerText('#search-result')).toBe('')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('sample types and the table switch together, and the table sorts', async () => {
    const page = await open(failing)
    const first = (): Promise<string> => page.innerText('#functions-body tr:first-child th')
    expect(await first()).toContain('quote.remember')
    await page.click('#functions th[data-sort="cum"] button')
    expect(await first()).toContain('handleOrder')
    expect(await page.getAttribute('#functions th[data-sort="cum"]', 'aria-sort')).toBe('descending')
    await page.click('#functions th[data-sort="name"] button')
    expect(await page.getAttribute('#functions th[data-sort="name"]', 'aria-sort')).toBe('ascending')
    await page.click('#graph-types button:has-text("Goroutines")')
    expect(await page.innerText('#graph-summary')).toContain('Goroutines: 11 → 11')
    await page.uncheck('#functions-own')
    expect(await page.innerText('#functions-body')).toContain('runtime.gopark')
    await page.click('#functions-body tr:first-child button')
    expect(await page.evaluate('document.activeElement.id')).toBe('graph')
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)(
    '%s: no accessibility violation, also with the other theme',
    async (colorScheme) => {
      const page = await open(failing, { colorScheme, bypassCSP: true })
      for (const turn of ['system', 'other']) {
        if (turn === 'other') await page.click('#theme')
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        await page.evaluate(AXE)
        const { violations } = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
        }
        const told = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
        )
        expect(told, `${colorScheme}, ${turn}`).toEqual([])
      }
      await page.context().close()
    },
  )

  test('of several services the graph shows the one that its choice names', async () => {
    const page = await open(fileAddress(severalServices()))
    const shown = async (): Promise<string[]> => [
      await page.evaluate("document.querySelector('#graph-service').selectedOptions[0].text"),
      await page.innerText('#graph-summary'),
    ]
    // The first graph with a suspect, though another service is the first in the list.
    expect(await shown()).toEqual(['quotes', expect.stringContaining('→ 4.81 MiB')])
    await page.selectOption('#graph-service', { label: 'orders' })
    expect(await shown()).toEqual(['orders', expect.not.stringContaining('→ 4.81 MiB')])
    await page.click('button[data-suspect="1"]')
    expect((await shown())[0]).toBe('quotes')
    expect(await page.locator('h2.service .badge').allInnerTexts()).toEqual(['✖ Fail', '✔ Pass'])
    await page.context().close()
  })

  test('the theme follows the system and remembers a choice', async () => {
    const page = await open(failing, { colorScheme: 'dark' })
    const background = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await background()).toBe('rgb(13, 17, 23)')
    await page.click('#theme')
    expect(await background()).toBe('rgb(255, 255, 255)')
    await page.reload()
    expect(await background()).toBe('rgb(255, 255, 255)')
    await page.context().close()
  })

  test('with scripts blocked it still tells the verdict, the suspect, the charts and the functions', async () => {
    const page = await open(failing, { javaScriptEnabled: false })
    const text = await page.innerText('body')
    for (const said of ['Memory leak: 1 place to fix', 'quotes[key] = q', 'quote.Prepare', 'warm-up', 'Flat growth']) {
      expect(text).toContain(said)
    }
    expect(await page.locator('svg.chart').count()).toBe(4)
    expect(await page.locator('#explore').isVisible()).toBe(false)
    expect(await page.locator('button:visible').count()).toBe(0)
    await page.context().close()
  })

  test('the policy of the page stops what does not belong to it', async () => {
    const page = await open(failing)
    await page.evaluate(`{
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.body.append(script)
      new Image().src = 'https://example.com/x.png'
    }`)
    await expect.poll(() => complaints.join('\n')).toMatch(/img-src/)
    expect(await page.evaluate('window.injected')).toBeUndefined()
    expect(complaints.join('\n')).toMatch(/script-src/)
    await page.context().close()
  })

  test.each([320, 390, 768, 1280])('at %d pixels nothing sticks out', async (width) => {
    const page = await open(failing, { viewport: { width, height: 800 } })
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect(wide).toBeLessThanOrEqual(width)
    await page.context().close()
  })

  test('100,000 stacks: opens, zooms and searches', async () => {
    const page = await open(fileAddress(largeReport(100_000)))
    const took = (await page.evaluate(`(async () => {
      const { explorer } = window.leakgate
      const { flame } = explorer
      const timed = (act) => {
        const from = performance.now()
        act()
        flame.paintNow()
        return performance.now() - from
      }
      const times = { zoom: [], search: [] }
      for (let turn = 0; turn < 5; turn++) {
        times.zoom.push(timed(() => flame.zoom(flame.layout.children(0)[0])), timed(() => flame.zoom(0)))
        times.search.push(timed(() => explorer.search('Type' + turn + '.*Method')))
      }
      return { zoom: Math.min(...times.zoom), search: Math.min(...times.search) }
    })()`)) as { zoom: number; search: number }
    // The best of a few turns: other programs may use the machine at the same time.
    expect(took.zoom).toBeLessThan(50)
    expect(took.search).toBeLessThan(50)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
