import { METRICS } from '../../policy/metrics.ts'
import { formatValue } from '../../profile/unit.ts'
import { acceptCommands, ignoreSnippet } from '../accept.ts'
import { plainText } from '../escape.ts'
import type { Report } from '../report.ts'
import { reproduction } from '../reproduce.ts'
import { countText, isMetric } from '../words/figures.ts'
import { unseenSentence, worstFindings, worstServicesFirst } from '../words/sentence.ts'
import { html, type Markup, NOTHING, prose, quoted, untrusted } from './markup.ts'

/** What to do next: see it again on one's own machine, or say that it is meant. */
export function nextSteps(report: Report): Markup {
  const boxes = [reproduce(report), accept(report)].filter((box) => box.text !== '')
  if (boxes.length === 0) return NOTHING
  return html`<section aria-labelledby="next-title"><h2 id="next-title">What next</h2><div class="boxes">${boxes}</div></section>`
}

function reproduce(report: Report): Markup {
  const found = reproduction(report)
  if (found === undefined) return NOTHING
  const title = found.job === undefined ? 'See it on your machine' : `See ${plainText(found.job, 80)} on your machine`
  const notes = found.notes.map((note) => html`<p class="muted">${prose(note)}</p>`)
  return commandBox('reproduce', title, found.intro, [...found.lines, ...found.look], notes)
}

function accept(report: Report): Markup {
  const findings = worstFindings(report).map(({ finding }) => finding)
  const lines = ignoreSnippet(findings.slice(0, 5), report)
  if (lines.length === 0) return NOTHING
  const commands = acceptCommands(findings.slice(0, 5), report)
  const title = 'This growth is meant: accept it'
  if (commands.length === 0)
    return commandBox('accept', title, 'Add to the policy in this change, so that a reviewer sees the reason:', lines)
  const text = 'Run this, with a reason of yours, and commit what it writes, so that a reviewer sees it:'
  return commandBox('accept', title, text, commands)
}

function commandBox(
  id: string,
  title: string,
  text: string,
  lines: readonly string[],
  notes: readonly Markup[] = [],
): Markup {
  // Blanks at the start of a line mean something in YAML; plainText would trim them.
  const code = lines.map((line) => `${/^ */.exec(line)![0]}${plainText(line, 800)}`).join('\n')
  return html`<div class="box"><h3>${title}</h3><p class="muted">${prose(text)}</p><pre tabindex="0" aria-label="${title}"><code id="${id}">${code}</code></pre><button type="button" hidden data-copy="${id}">Copy</button>${notes}</div>`
}

/** The limits in force, each with where it was written. */
export function policyInForce(report: Report): Markup {
  const { policy } = report
  const limits = policy.limits.map(({ metric, warn, fail, from }) => {
    const limit = (text: string | undefined): Markup =>
      text === undefined ? html`–` : html`<code>${untrusted(text, 80)}</code>`
    return html`<tr><th scope="row" class="text">${isMetric(metric) ? METRICS[metric].title : untrusted(metric, 60)}</th><td class="text"><code>${untrusted(metric, 60)}</code></td><td class="text">${limit(warn)}</td><td class="text">${limit(fail)}</td><td class="text">${untrusted(from, 80)}</td></tr>`
  })
  const expired = policy.expired.slice(0, 50)
  const unseen = unseenSentence(report, quoted)
  const late =
    expired.length > 0 &&
    html`<p>Ignore entries past their last day, which accept nothing any more:</p><ul>${expired.map(({ name, expires, reason }) => html`<li><code>${untrusted(name, 160)}</code> expired ${untrusted(expires, 20)}: ${untrusted(reason)}</li>`)}</ul>`
  return html`<details class="policy"><summary>Policy in force: preset ${policy.preset}${expired.length > 0 && `, ${countText(policy.expired.length, 'expired exception')}`}</summary><div class="scroll" tabindex="0" role="region" aria-label="Limits in force"><table class="data"><thead><tr>${['Figure', 'Name', 'Warns', 'Fails', 'From'].map((name) => html`<th scope="col" class="text">${name}</th>`)}</tr></thead><tbody>${limits}</tbody></table></div>${late}${unseen !== '' && html`<p>${prose(unseen)}</p>`}</details>`
}

/** Where the figures come from. */
export function provenance(report: Report): Markup {
  const service = worstServicesFirst(report.services)[0]
  const judged = service === undefined ? 0 : service.rounds.to - service.rounds.from
  const head = service?.head
  const parts = [
    head === undefined || judged <= 0
      ? ''
      : `${countText(judged, 'round')} judged of ${head.snapshots}, warm-up left out`,
    service?.operations === undefined ? '' : `${countText(service.operations, 'operation')} judged`,
    plainText(head?.goVersion ?? '', 30),
    head?.sampling === undefined ? '' : `one heap sample every ${formatValue(head.sampling, 'bytes')}`,
    `judged ${plainText(report.judgedAt, 40)}`,
    `leakgate ${plainText(report.version, 20)}`,
  ]
  return html`<footer class="foot"><p>${parts.filter((part) => part !== '').join(' · ')}</p></footer>`
}
