import type { Report } from '../report.ts'
import { changeText, countText, valueText } from '../words/figures.ts'
import { html, type Markup, NOTHING } from './markup.ts'
import type { GraphData } from './payload.ts'

/** The flame graph and the table of functions: shells that the page's script fills and shows. */
export function explorerSection(report: Report, graphs: readonly GraphData[]): Markup {
  if (graphs.length === 0) return NOTHING
  const services = report.services.flatMap(({ service }) => {
    const graph = graphs.findIndex(({ head }) => head.service === service)
    return graph === -1 ? [] : [{ service, graph }]
  })
  const choice =
    services.length > 1 &&
    html`<label>Service <select id="graph-service">${services.map(({ service, graph }) => html`<option value="${graph}">${service}</option>`)}</select></label>`
  const title = graphs.some(({ head }) => head.pins.length > 0) ? 'Where it grew' : 'What changed'
  return html`<section id="explore" hidden aria-labelledby="explore-title"><h2 id="explore-title">${title} <small id="graph-summary"></small></h2>
<div class="toolbar">${choice}<div class="group" id="graph-types" role="group" aria-label="Sample type"></div><div class="group" role="group" aria-label="Width of a frame"><button type="button" data-mode="growth" aria-pressed="true">Only growth</button><button type="button" data-mode="all" aria-pressed="false">All frames</button></div><div class="group" role="group" aria-label="Direction"><button type="button" data-direction="down" aria-pressed="true">Icicle ↓</button><button type="button" data-direction="up" aria-pressed="false">Flame ↑</button></div><input type="search" id="graph-search" placeholder="Search functions and files" aria-label="Search functions and files; regular expressions are allowed" autocomplete="off" spellcheck="false"><span id="search-result" role="status"></span><button type="button" id="graph-reset">Reset</button></div>
<div class="graph"><div class="graph-status" id="graph-status"></div><div class="graph-scroller"><div class="graph-stage"><canvas id="graph" tabindex="0" role="application" aria-roledescription="flame graph" aria-describedby="graph-keys" aria-label="Flame graph"></canvas></div></div></div>
<p class="unseen" id="graph-live" aria-live="polite"></p>
<p class="graph-legend"><span><i class="ramp" aria-hidden="true"></i> ▼ shrank to ▲ grew</span><span><i class="striped" aria-hidden="true"></i> new, the base has none</span><span>◆ suspect</span><span><b>bold</b> your code</span><span>grey: no change beyond noise</span></p>
<p class="graph-legend" id="graph-keys"><span>In the graph: <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>→</kbd> move</span><span><kbd>Enter</kbd> zoom</span><span><kbd>Backspace</kbd> one out</span><span><kbd>Esc</kbd> all</span><span><kbd>/</kbd> search, then <kbd>Enter</kbd> next match</span><span><kbd>g</kbd> only growth</span><span><kbd>i</kbd> turn over</span></p>
<details class="stack"><summary id="graph-stack-title">Calls that lead here</summary><button type="button" id="copy-stack" disabled>Copy as text</button><ol id="graph-stack"></ol></details>
<section id="functions" aria-labelledby="functions-title"><h3 id="functions-title">Functions <small id="functions-count" role="status"></small></h3><label class="check"><input type="checkbox" id="functions-own"> only your code; what libraries hold counts as flat growth of your nearest caller</label>
<div class="scroll tall" tabindex="0" role="region" aria-label="Functions by growth"><table class="data functions"><thead><tr>${COLUMNS.map(([key, name, text]) => html`<th scope="col" data-sort="${key}"${text && html` class="text"`}><button type="button">${name}</button></th>`)}</tr></thead><tbody id="functions-body"></tbody></table></div><button type="button" id="functions-more" hidden>Show more</button></section></section>
<noscript><section>${graphs.map((graph) => plainTable(graph, services.length > 1))}</section></noscript>`
}

const COLUMNS: readonly (readonly [key: string, name: string, text: boolean])[] = [
  ['name', 'Function', true],
  ['place', 'Where', true],
  ['flat', 'Flat growth', false],
  ['cum', 'Cum growth', false],
  ['base', 'Base', false],
  ['head', 'Head', false],
]

const MOST_PLAIN = 25

/** The functions that changed most, for where scripts are blocked. */
function plainTable({ head, rowFunction, rowLine, rowValues, file }: GraphData, several: boolean): Markup {
  const values = rowValues[0]!
  const { unit, title } = head.types[0]!
  const change = (sides: { base: Float64Array; head: Float64Array }, i: number): number =>
    sides.head[i]! - sides.base[i]!
  const order = Array.from(rowFunction, (_, i) => i)
    .sort(
      (a, b) =>
        Math.abs(change(values.flat, b)) - Math.abs(change(values.flat, a)) ||
        Math.abs(change(values.cum, b)) - Math.abs(change(values.cum, a)),
    )
    .slice(0, MOST_PLAIN)
  const rows = order.map((i) => {
    const fn = rowFunction[i]!
    return html`<tr><th scope="row" class="text"><code>${head.functions[fn]!}</code></th><td class="text"><code>${head.files[file[fn]!]!}:${rowLine[i]!}</code></td><td>${changeText(change(values.flat, i), unit)}</td><td>${changeText(change(values.cum, i), unit)}</td><td>${valueText(values.cum.base[i], unit)}</td><td>${valueText(values.cum.head[i], unit)}</td></tr>`
  })
  return html`<h3>${title} by function${several && `, ${head.service}`} <small>${order.length} of ${countText(head.rows, 'function')}; with scripts there is a flame graph too</small></h3><div class="scroll"><table class="data functions"><thead><tr>${COLUMNS.map(([, name, text]) => html`<th scope="col"${text && html` class="text"`}>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}
