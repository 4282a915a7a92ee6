import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin, type RolldownOptions, rolldown } from 'rolldown'

const PAGE = join(import.meta.dirname, 'src/report/html/page')
const NAME = 'virtual:report-page'
const STYLES = ['tokens.css', 'base.css', 'report.css', 'explorer.css', 'print.css']

/** The scripts of the HTML report, which run in the reader's browser. */
function pageConfig(entry: 'boot' | 'main'): RolldownOptions {
  return defineConfig({
    input: join(PAGE, `${entry}.ts`),
    platform: 'browser',
    tsconfig: false,
    output: { format: 'iife', minify: true },
  })
}

/** Bundles scripts and styles into one module of three strings; the same sources give the same text. */
export async function pageModule(): Promise<string> {
  const [boot, script] = await Promise.all([bundle('boot'), bundle('main')])
  const style = minified(STYLES.map((name) => readFileSync(join(PAGE, name), 'utf8')).join('\n'))
  return Object.entries({ boot, script, style })
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`)
    .join('')
}

/** Answers `virtual:report-page` with the page's code, in the build and in the tests. */
export function reportPage(): Plugin {
  return {
    name: 'report-page',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? pageModule() : null),
  }
}

async function bundle(entry: 'boot' | 'main'): Promise<string> {
  const build = await rolldown(pageConfig(entry))
  const { output } = await build.generate(pageConfig(entry).output as { format: 'iife' })
  await build.close()
  // Inside of a <script> the end tag would end it, and a comment would start one, wherever they stand.
  return output[0].code
    .trim()
    .replace(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '<\\!--')
}

/** Our own style sheets hold no text in which blanks matter. */
function minified(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .trim()
}
