import type { Evidence, Finding, Place } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { shortName } from '../../profile/symbol.ts'
import { cutLeft, plainText, safeUrl } from '../escape.ts'
import type { ReportOrigin, ServiceReport } from '../report.ts'
import { isSameLine, type SourceLine, sourceLines } from '../source.ts'
import { contributionText, contributorsTitle, fixOf, whyOf } from '../words/contributors.ts'
import {
  changeText,
  countText,
  errorText,
  perHourText,
  perOperationText,
  ratioText,
  valueText,
} from '../words/figures.ts'
import { capital, drawable, findingPage, headline, sureness, titleOf } from '../words/findings.ts'
import { html, type Markup, NOTHING, prose, quoted, untrusted } from './markup.ts'
import { linked, placeLink } from './places.ts'
import { trendChart } from './trend-chart.ts'

export interface SuspectContext {
  readonly number: number
  readonly service: ServiceReport
  readonly origin: ReportOrigin
  /** The graph it can be seen in. */
  readonly graph: number | undefined
}

/** A suspect: what is wrong, the line, why, what to do, how fast it grows, how the code gets there. */
export function suspect(finding: Finding, { number, service, origin, graph }: SuspectContext): Markup {
  const { culprit } = finding
  const drawn = drawable(finding)
  const why = [whyOf(finding), sureness(finding)].filter((sentence) => sentence !== '').join(' ')
  const button =
    graph !== undefined &&
    html`<footer class="scripted-only"><button type="button" data-suspect="${number}" data-graph="${graph}">Show in the flame graph</button></footer>`
  return html`<article class="suspect ${finding.level}" id="suspect-${number}" aria-labelledby="suspect-${number}-title"><header><span class="number" aria-hidden="true">${number}</span><div><h4 id="suspect-${number}-title">${prose(capital(headline(finding, quoted)))}</h4><p class="tags"><span class="tag ${finding.level}">${titleOf(finding)}</span>${culprit?.changed === true && html`<span class="tag">this change touches the line</span>`}${culprit !== undefined && placeLink(culprit, origin)}</p></div></header>${source(finding)}<div class="columns"><dl><dt>Why</dt><dd>${prose(why)}</dd><dt>Fix</dt><dd>${prose(fixOf(finding))} ${meaning(finding, origin)}</dd>${contributors(finding, origin)}${growths(finding)}</dl>${drawn === undefined ? NOTHING : trendChart({ metric: drawn.metric, title: TITLES[METRICS[drawn.metric].unit], ...drawn.series, ...service.rounds, timeline: service.timeline }, 'small')}</div>${stacks(finding, origin, number)}${button}</article>`
}

/** The lines behind a figure of the service. */
function contributors({ contributors: named }: Finding, origin: ReportOrigin): Markup {
  if (named === undefined) return NOTHING
  const lines = named.lines.map((line) => {
    const text = (line.place.text ?? '').trim()
    return html`<li>${placeLink(line.place, origin)} <b class="grew">${contributionText(line, named)}</b>${text !== '' && html`<br><code>${untrusted(text, 160)}</code>`}</li>`
  })
  return html`<dt>${contributorsTitle(named)}</dt><dd><ol class="lines">${lines}</ol></dd>`
}

/** The page about this kind of leak. */
function meaning({ kind }: Finding, { docsUrl }: ReportOrigin): Markup {
  const url = docsUrl === undefined ? undefined : safeUrl(`${docsUrl.replace(/\/+$/, '')}/${findingPage(kind)}`)
  return url === undefined ? NOTHING : linked(html`What this means`, url)
}

const LONGEST_LINE = 200

/** The `go` statement, and the line that leaks among those around it. */
function source({ culprit, startedAt }: Finding): Markup {
  if (culprit?.text === undefined) return NOTHING
  const lines = sourceLines(culprit, LONGEST_LINE)
  const start = startedAt?.text === undefined || isSameLine(startedAt, culprit) ? undefined : startedAt
  const near = start?.file === culprit.file && lines.some(({ number }) => number === start.line)
  const rows = lines.map((line) => {
    if (line.marked) return codeLine(line, String(line.number), start === undefined ? '' : 'stays here')
    return codeLine(line, String(line.number), near && line.number === start?.line ? 'started here' : '')
  })
  const apart = start === undefined || near ? NOTHING : startLine(start, culprit)
  return html`<pre class="source" tabindex="0" aria-label="Source"><code>${apart}${rows}</code></pre>`
}

function startLine(start: Place, culprit: Place): Markup {
  const file = plainText(start.path ?? start.file)
  const name = start.file === culprit.file ? '' : `${cutLeft(file.slice(file.lastIndexOf('/') + 1), 40)}:`
  const [line] = sourceLines(start, LONGEST_LINE)
  return html`${codeLine(line!, `${name}${start.line}`, 'started here', false)}<span class="row gap" aria-hidden="true"><i>⋮</i></span>`
}

function codeLine({ text, marked }: SourceLine, label: string, note: string, mark = marked): Markup {
  return html`<span class="${mark ? 'row marked' : 'row'}"><i>${mark && html`<span class="unseen">the line to fix: </span>`}${label}</i><span>${text}</span>${note !== '' && html`<em>${note}</em>`}</span>`
}

const TITLES: Readonly<Record<string, string>> = { bytes: 'Heap of this suspect', count: 'Goroutines of this suspect' }

/** What a suspect says of its evidence needs no more words than these. */
const TERMS: Readonly<Record<string, string>> = {
  'goroutines.leaked': 'Leaked',
  'goroutines.growth': 'Goroutines',
  'heap.growth.stack': 'Heap',
}

const MOST_GROWTHS = 6

/** The largest first: what a connection keeps may lie in twenty stacks. */
function growths({ evidence }: Finding): readonly Markup[] {
  const more = evidence.length - MOST_GROWTHS
  const rows = evidence.slice(0, MOST_GROWTHS).map((one) => growth(one))
  if (more <= 0) return rows
  return [...rows, html`<dt>And</dt><dd class="muted">${countText(more, 'more stack')} that grew with these</dd>`]
}

function growth(evidence: Evidence): Markup {
  const { metric, base, growth: grown } = evidence
  const { unit, title } = METRICS[metric]
  const error = errorText(grown, unit)
  const ratio = metric === 'heap.growth.stack' ? '' : ratioText(base, grown.value)
  const details = [perOperationText(evidence), perHourText(evidence), ratio].filter((part) => part)
  const limit = evidence.limit === undefined ? '' : `limit ${plainText(evidence.limit.text, 60)}`
  const sides = metric === 'heap.growth.stack' ? '' : `${valueText(base, unit)} → ${valueText(evidence.head, unit)}`
  const rest = [sides, ...details, limit].filter((part) => part !== '').join(' · ')
  return html`<dt>${TERMS[metric] ?? title}</dt><dd><b class="grew">${changeText(grown.value, unit)}</b> ${error} <span class="muted">${rest}</span></dd>`
}

const MOST_STACKS = 4
const DEEPEST = 60

/** How the code gets there, with the source lines that are at hand. */
function stacks(finding: Finding, origin: ReportOrigin, number: number): Markup {
  const { evidence, culprit, contributors: named } = finding
  const behind = (named?.lines ?? []).map(({ stack, growth, place }) => ({
    metric: named!.metric,
    growth,
    stack,
    place,
  }))
  const seen = new Set<string>()
  const shown = [...evidence.map((one) => ({ ...one, place: culprit })), ...behind].filter(({ stack }) => {
    const key = stack.map((place) => `${place.function}:${place.line}`).join('\n')
    if (stack.length === 0 || seen.has(key)) return false
    seen.add(key)
    return true
  })
  if (shown.length === 0) return NOTHING
  return html`<details class="stack"${number === 1 && html` open`}><summary>Stack${shown.length > 1 ? `s (${countOf(shown.length)})` : ''}</summary>${shown
    .slice(0, MOST_STACKS)
    .map((one) => stackTable(one, one.place, origin))}</details>`
}

function countOf(stacks: number): string {
  return stacks > MOST_STACKS ? `${MOST_STACKS} of ${stacks}` : `${stacks}`
}

function stackTable(
  { stack, metric, growth: grown }: Pick<Evidence, 'stack' | 'metric' | 'growth'>,
  culprit: Place | undefined,
  origin: ReportOrigin,
): Markup {
  const known = stack.some((place) => place.text !== undefined)
  const rows = stack.slice(0, DEEPEST).map((place) => {
    const marked = place.function === culprit?.function && place.line === culprit.line
    const name = shortName(plainText(place.function, 200))
    const classes = [place.party === 'first' && 'own', marked && 'marked'].filter((one) => one).join(' ')
    const here = marked && html`<span class="here">◆<span class="unseen"> the line to fix:</span></span> `
    const text = known && html`<td class="text"><code>${untrusted((place.text ?? '').trim(), 160)}</code></td>`
    return html`<tr class="${classes}"><th scope="row" class="text">${here}<code>${name}</code></th><td class="text">${placeLink(place, origin)}</td>${text}</tr>`
  })
  const { unit, title } = METRICS[metric]
  const name = `${TERMS[metric] ?? title} ${changeText(grown.value, unit)}`
  const heads = known ? ['Function', 'Where', 'Source'] : ['Function', 'Where']
  const more = stack.length - DEEPEST
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Stack: ${name}"><table class="data"><caption>${name}</caption><thead><tr>${heads.map((head) => html`<th scope="col" class="text">${head}</th>`)}</tr></thead><tbody>${rows}${more > 0 && html`<tr><td colspan="${heads.length}" class="text">${more} more frames</td></tr>`}</tbody></table></div>`
}
