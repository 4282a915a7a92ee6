import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { boot, script, style } from 'virtual:report-page'
import { safeUrl } from '../escape.ts'
import type { Report } from '../report.ts'
import { FINDING_WORDS } from '../words/findings.ts'
import { numberedFindings } from '../words/numbers.ts'
import { verdictTitle, worstServicesFirst } from '../words/sentence.ts'
import { graphData } from './encode.ts'
import { explorerSection } from './explorer-section.ts'
import { nextSteps, policyInForce, provenance } from './foot.ts'
import type { FlameGraph } from './graphs.ts'
import { html, Markup, scriptJson } from './markup.ts'
import { type GraphData, packGraph } from './payload.ts'
import { type NumberedFinding, pinsIn } from './pins.ts'
import { serviceSection } from './service-section.ts'
import { serviceList, topBar, verdictBlock } from './top.ts'

export interface HtmlOptions {
  /** More frames than this in a graph and the small ones are folded. */
  readonly mostFrames?: number
}

/** The report as one file that needs nothing else: no network, and no script for what matters most. */
export function renderHtml(report: Report, graphs: readonly FlameGraph[], options: HtmlOptions = {}): string {
  const services = worstServicesFirst(report.services)
  const numbers = new Map(numberedFindings(report).map(({ finding, number }) => [finding, number]))
  const numbered = services.map((service) => ({
    service,
    findings: service.findings.map((finding): NumberedFinding => ({ number: numbers.get(finding)!, finding })),
  }))
  const all = numbered.flatMap(({ findings }) => findings)
  const data = graphs.flatMap((graph): GraphData[] => {
    const of = numbered.find(({ service }) => service.service === graph.service)
    if (of === undefined) return []
    const pins = pinsIn(graph.tree, graph.profile, of.findings)
    return [graphData(graph, pins, { sampling: of.service.head.sampling, ...options })]
  })
  const graphOf = (finding: number): number | undefined => {
    const index = data.findIndex(({ head }) => head.pins.some(([, of]) => of === finding))
    return index === -1 ? undefined : index
  }
  const body = html`${topBar(report)}<main>${verdictBlock(report, all)}${serviceList(report)}${numbered.map(({ service, findings }) => serviceSection(service, { report, findings, graphOf }))}${explorerSection(report, data)}${nextSteps(report)}${policyInForce(report)}</main>${provenance(report)}`
  return page(verdictTitle(report), body, [pageData(report, data, all), ...data.map(graphBlock)])
}

function page(title: string, body: Markup, blocks: readonly Markup[]): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(boot)} ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const [bootCode, code, css] = [boot, script, style].map((text) => new Markup(text))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title} · leakgate</title>
<link rel="icon" href="data:,">
<script>${bootCode}</script>
<style>${css}</style>
</head>
<body>
${body}
${blocks}
<script>${code}</script>
</body>
</html>
`.text
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** What the page's script has to know besides the graphs. */
function pageData({ origin }: Report, graphs: readonly GraphData[], findings: readonly NumberedFinding[]): Markup {
  const data = {
    graphs: graphs.map(({ head: { service, profile, types } }) => ({
      service,
      profile,
      types: types.map(({ title }) => title),
    })),
    repository: origin.repository === undefined ? undefined : safeUrl(origin.repository),
    commit: /^[0-9a-f]{7,64}$/.test(origin.headCommit ?? '') ? origin.headCommit : undefined,
    findings: Object.fromEntries(findings.map(({ number, finding }) => [number, FINDING_WORDS[finding.kind].title])),
  }
  return html`<script type="application/json" id="page-data">${scriptJson(data)}</script>`
}

/** Columns, deflated, in base64: nothing in there can end the block. */
function graphBlock(graph: GraphData, index: number): Markup {
  const text = deflateSync(packGraph(graph), { level: 9 }).toString('base64')
  return html`<script type="text/plain" id="graph-${index}">${new Markup(text)}</script>`
}
