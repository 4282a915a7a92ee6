import type { LoadSample } from '../../diff/timeline.ts'
import type { Judgement } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { originText } from '../markdown/tables.ts'
import type { Report, Series, ServiceReport } from '../report.ts'
import { doubtWords } from '../words/doubts.ts'
import { countText, growthText, sidesText, splitRows, valueText } from '../words/figures.ts'
import { FINDING_WORDS } from '../words/findings.ts'
import { badge } from './badge.ts'
import { courseTable } from './course-table.ts'
import { figuresTable, limitText, outcomeBadge, rangePicture } from './figures-table.ts'
import { html, type Markup, NOTHING, prose, quoted, untrusted } from './markup.ts'
import type { NumberedFinding } from './pins.ts'
import { suspect } from './suspect.ts'
import { trendChart } from './trend-chart.ts'

export interface ServiceContext {
  readonly report: Report
  readonly findings: readonly NumberedFinding[]
  /** The graph that shows a finding. */
  graphOf(finding: number): number | undefined
}

/** Everything about one service but the flame graph. */
export function serviceSection(service: ServiceReport, context: ServiceContext): Markup {
  const { report, findings } = context
  const several = report.services.length > 1
  const name = untrusted(service.service, 120)
  const title = several
    ? html`<h2 class="service" id="${anchorOf(report, service)}">${badge(service.verdict, ' small')} ${name}</h2>`
    : html`<h2 class="unseen">Service ${name}</h2>`
  const suspects = findings.map(({ number, finding }) =>
    suspect(finding, { number, service, origin: report.origin, graph: context.graphOf(number) }),
  )
  return html`<section class="service" aria-label="Service ${name}">${title}${cards(service.judgements)}${doubts(service)}${
    suspects.length > 0 && html`<h3>Suspects <small>worst first</small></h3><div class="suspects">${suspects}</div>`
  }${trends(service)}${courseTable(service, report)}${
    service.judgements.length > 0 &&
    html`<h3>All figures <small>errors are 95 % intervals</small></h3>${figuresTable(service.judgements)}`
  }${accepted(service)}</section>`
}

export function anchorOf(report: Report, service: ServiceReport): string {
  return `service-${report.services.indexOf(service) + 1}`
}

const MOST_CARDS = 4

/** The figures to see first: what is over its limit, then those that are always told. */
function cards(rows: readonly Judgement[]): Markup {
  const rank = { fail: 0, warn: 1, unclear: 2, ok: 3, 'not-judged': 4 }
  const chosen = [...splitRows(rows).shown].sort((a, b) => rank[a.outcome] - rank[b.outcome]).slice(0, MOST_CARDS)
  if (chosen.length === 0) return NOTHING
  return html`<ul class="cards">${chosen.map((row) => {
    const { base, head } = sidesText(row)
    const [growth, ...rest] = growthText(row).split(/ (?=[±(])/)
    return html`<li class="card ${row.outcome}"><p class="what">${METRICS[row.metric].title} ${outcomeBadge(row.outcome)}</p><p class="big">${growth} <small>${rest.join(' ')}</small></p>${rangePicture(row)}<p class="sub">${base === '–' ? head : `${base} → ${head}`}</p>${row.limit !== undefined && html`<p class="sub">limit ${limitText(row)}</p>`}</li>`
  })}</ul>`
}

function doubts(service: ServiceReport): Markup {
  if (service.doubts.length === 0) return NOTHING
  const blocking = service.doubts.some((doubt) => doubt.blocks)
  const list = html`<ul>${service.doubts.map((doubt) => {
    const { what, next } = doubtWords(doubt, quoted)
    return html`<li>${doubt.blocks && html`<b>Blocks the verdict.</b> `}${prose(what)} <span class="muted">${prose(next)}</span></li>`
  })}</ul>`
  const title = `${countText(service.doubts.length, 'doubt')} about this comparison`
  return html`<details class="doubts${blocking && ' blocking'}"${blocking && html` open`}><summary>${title}</summary>${list}</details>`
}

/** What the samples under load call the figures of the charts. */
const UNDER_LOAD: Readonly<Record<Series['metric'], (sample: LoadSample) => number | undefined>> = {
  'heap.inuse': ({ heap }) => heap,
  'heap.objects': ({ objects }) => objects,
  goroutines: ({ goroutines }) => goroutines,
}

function trends({ series, rounds, timeline, doubts: all }: ServiceReport): Markup {
  const charts = series
    .map(({ metric, base, head }) => {
      const underLoad = UNDER_LOAD[metric]
      return trendChart({ metric, title: METRICS[metric].title, base, head, ...rounds, timeline, underLoad })
    })
    .filter((chart) => chart.text !== '')
  if (charts.length === 0) return NOTHING
  const atRest = !all.some(({ kind }) => kind === 'sliced' || kind === 'not-at-rest')
  return html`<h3>Growth over the rounds <small>${atRest ? 'at rest after each round of the load, after two garbage collections' : 'snapshots while the load ran, not at rest'}</small></h3><div class="trends">${charts}</div>`
}

/** Growth that does not count, and why. */
function accepted({ ignored }: ServiceReport): Markup {
  if (ignored.length === 0) return NOTHING
  const rows = ignored.slice(0, 200).map((finding) => {
    const first = finding.evidence[0]
    const name = finding.culprit?.function ?? first?.stack[0]?.function ?? ''
    return html`<tr><th scope="row" class="text">${FINDING_WORDS[finding.kind].title}</th><td class="text"><code>${untrusted(name, 160)}</code></td><td>${first === undefined ? '–' : valueText(first.growth.value, METRICS[first.metric].unit)}</td><td class="text">${untrusted(finding.ignored?.reason ?? '')}</td><td>${untrusted(finding.ignored?.expires ?? 'no end', 20)}</td><td class="text">${finding.ignored === undefined ? '' : untrusted(originText(finding.ignored.origin))}</td></tr>`
  })
  const heads = ['What', 'Where', 'Growth', 'Reason', 'Until', 'From']
  return html`<details><summary>${countText(ignored.length, 'stack')} accepted</summary><div class="scroll" tabindex="0" role="region" aria-label="Accepted growth"><table class="data"><thead><tr>${heads.map((name) => html`<th scope="col" class="text">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`
}
