import { cpus, loadavg } from 'node:os'
import type { Browser } from 'playwright-core'
import { launch } from './chromium.ts'
import { fileAddress, largeReport } from './reports.ts'

/**
 * How fast the report is in a real browser. Run it with
 * `node --import ./test/browser/register.ts test/browser/html-speed.ts [STACKS]`; it prints a table: milliseconds until
 * the frame is painted, and of them those the page's thread was at work, which other programs do not lengthen.
 */
const STACKS = Number(process.argv[2] ?? 100_000)
const RUNS = 5

/** Each step runs in the page and paints at once what it changed. */
const STEPS: Readonly<Record<string, string>> = {
  zoom: 'flame.zoom(flame.layout.children(flame.layout.children(0)[0])[0])',
  'zoom out': 'flame.zoom(0)',
  search: "explorer.search('Type1.*Method')",
  'search m': "explorer.search('m')",
  'search off': "explorer.search('')",
  'other width': 'explorer.toggleMode()',
  'other type': 'explorer.open(0, 1)',
}

interface Times {
  readonly passed: number
  readonly worked: number
}

async function measure(browser: Browser, address: string): Promise<{ frames: number; times: Map<string, Times> }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const times = new Map<string, Times>()
  const before = await worked()
  await page.goto(address)
  await page.waitForFunction('window.leakgate')
  const passed = (await page.evaluate('window.leakgate.readyAt')) as number
  times.set('ready', { passed, worked: (await worked()) - before })
  for (const [name, act] of Object.entries(STEPS)) {
    const from = await worked()
    const took = (await page.evaluate(`{
      const { explorer } = window.leakgate
      const { flame } = explorer
      const from = performance.now()
      ${act}
      flame.paintNow()
      // Asking for a size makes the browser lay the page out now.
      document.body.getBoundingClientRect()
      performance.now() - from
    }`)) as number
    times.set(name, { passed: took, worked: (await worked()) - from })
  }
  const frames = (await page.evaluate('window.leakgate.explorer.flame.layout.model.count')) as number
  await page.close()
  return { frames, times }
}

const browser = await launch()
const load = loadavg()[0]!.toFixed(1)
process.stdout.write(`${STACKS} stacks, ${cpus().length} cores, load ${load}, median of ${RUNS} openings\n`)
for (const mostFrames of [undefined, Number.POSITIVE_INFINITY]) {
  const html = largeReport(STACKS, mostFrames === undefined ? {} : { mostFrames })
  const address = fileAddress(html)
  const runs: Awaited<ReturnType<typeof measure>>[] = []
  for (let run = 0; run < RUNS; run++) runs.push(await measure(browser, address))
  const kind = mostFrames === undefined ? 'as reported' : 'nothing folded'
  process.stdout.write(`\n${kind}: ${runs[0]!.frames} frames, file of ${Math.round(html.length / 1024)} KiB\n`)
  process.stdout.write(`${'step'.padEnd(14)}${'passed'.padStart(10)}${'worked'.padStart(10)}\n`)
  for (const name of ['ready', ...Object.keys(STEPS)]) {
    const of = (which: keyof Times): string => median(runs.map(({ times }) => times.get(name)![which]))
    process.stdout.write(`${name.padEnd(14)}${of('passed').padStart(10)}${of('worked').padStart(10)}\n`)
  }
}
await browser.close()

function median(values: readonly number[]): string {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(1)
}
