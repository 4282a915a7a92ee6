import { plainText, safeUrl } from '../escape.ts'
import type { Report } from '../report.ts'
import { type BaseSentence, baseSentences } from '../words/base.ts'
import { amountOf, titleOf } from '../words/findings.ts'
import {
  comparedSentence,
  stopsSentence,
  verdictSentence,
  verdictTitle,
  worstFindings,
  worstServicesFirst,
} from '../words/sentence.ts'
import { badge } from './badge.ts'
import { html, type Markup, prose, quoted, untrusted } from './markup.ts'
import type { NumberedFinding } from './pins.ts'
import { commitLink, linked, placeLink } from './places.ts'
import { anchorOf } from './service-section.ts'

/** What is compared, and the button for the theme. */
export function topBar(report: Report): Markup {
  const { repository, runUrl } = report.origin
  const name = repository?.replace(/^https?:\/\/[^/]+\//, '')
  return html`<header class="top"><a class="skip" href="#verdict">Skip to the verdict</a><b>leakgate</b>${name !== undefined && html`<span>${linked(untrusted(name, 120), safeUrl(repository ?? ''))}</span>`}<span class="muted">${compared(report)}</span>${runUrl !== undefined && safeUrl(runUrl) !== undefined && html`<span>${linked(html`run`, safeUrl(runUrl))}</span>`}<button type="button" id="theme" hidden>Theme</button></header>`
}

/** The sentence carries links to commits, which words cannot: they are put in by their marks. */
function compared(report: Report): Markup {
  const shas: string[] = []
  const sentence = comparedSentence(report, quoted, (sha) => `\u0001${shas.push(sha) - 1}\u0001`)
  return withCommits(sentence, shas, report)
}

function withCommits(sentence: string, shas: readonly string[], { origin }: Report): Markup {
  const parts = sentence.split('\u0001')
  return html`${parts.map((part, i) => (i % 2 === 0 ? prose(part) : commitLink(shas[Number(part)]!, origin)))}`
}

/** What else there is to say of the base: why not a nearer one, or why there is none. */
function aboutBase(report: Report): Markup[] {
  if (report.base === undefined) return []
  const shas: string[] = []
  const words = (text: string): string => plainText(text, 500).replaceAll('`', "'")
  const marks = { quote: quoted, commit: (sha: string) => `\u0001${shas.push(sha) - 1}\u0001`, words, run: words }
  const leads: Readonly<Partial<Record<BaseSentence['is'], string>>> = { todo: 'To do: ' }
  return baseSentences(report.base, report.judgedAt, marks).flatMap(({ is, text }) =>
    is === 'base' ? [] : html`<p class="muted">${withCommits(`${leads[is] ?? ''}${text}`, shas, report)}</p>`,
  )
}

const MOST_LISTED = 8

/** The verdict, why, and the lines to fix. */
export function verdictBlock(report: Report, findings: readonly NumberedFinding[]): Markup {
  const worst = worstFindings(report).map(({ finding }) => finding)
  const listed = worst
    .flatMap((finding) => findings.find((one) => one.finding === finding) ?? [])
    .filter(({ finding }) => finding.culprit !== undefined)
  const stops = stopsSentence(report)
  const list =
    listed.length > 0 &&
    html`<ol class="fixes">${listed
      .slice(0, MOST_LISTED)
      .map(
        ({ number, finding }) =>
          html`<li><a href="#suspect-${number}">${titleOf(finding)}</a> ${placeLink(finding.culprit!, report.origin)} <span class="muted">${amountOf(finding)}</span></li>`,
      )}</ol>`
  const more = listed.length > MOST_LISTED && html`<p>and ${listed.length - MOST_LISTED} more below</p>`
  return html`<section class="verdict ${report.verdict}" id="verdict">${badge(report.verdict)}<div><h1>${verdictTitle(report)}</h1><p>${prose(verdictSentence(report, quoted))}</p>${list}${more}${aboutBase(report)}${stops !== '' && html`<p class="muted">${prose(stops)}</p>`}</div></section>`
}

/** With several services: which is how. */
export function serviceList(report: Report): Markup | undefined {
  if (report.services.length < 2) return undefined
  const rows = worstServicesFirst(report.services).map((service) => {
    const one = { ...report, verdict: service.verdict, services: [service] }
    return html`<tr><th scope="row" class="text"><a href="#${anchorOf(report, service)}">${untrusted(service.service, 120)}</a></th><td class="text">${badge(service.verdict, ' small')}</td><td class="text">${prose(verdictSentence(one, quoted))}</td></tr>`
  })
  return html`<nav aria-label="Services"><div class="scroll" tabindex="0" role="region" aria-label="Services and verdicts"><table class="data services"><thead><tr><th scope="col" class="text">Service</th><th scope="col" class="text">Verdict</th><th scope="col" class="text">Why</th></tr></thead><tbody>${rows}</tbody></table></div></nav>`
}
