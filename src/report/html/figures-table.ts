import type { Judgement, Outcome } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { acceptedText, growthText, sidesText, TO_WARN } from '../words/figures.ts'
import { html, type Markup, NOTHING, untrusted } from './markup.ts'

const WORDS: Readonly<Record<Outcome, string>> = {
  fail: '✖ over limit',
  warn: '! warns',
  unclear: '? unclear',
  ok: '✔ ok',
  'not-judged': '– not judged',
}

export function outcomeBadge(outcome: Outcome): Markup {
  return html`<span class="outcome ${outcome}">${WORDS[outcome]}</span>`
}

/** Every figure that was judged, with where base and head lie and how sure that is. */
export function figuresTable(rows: readonly Judgement[]): Markup {
  if (rows.length === 0) return NOTHING
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All figures"><table class="data figures"><thead><tr><th scope="col" class="text">Figure</th><th scope="col">Base</th><th scope="col">Head</th><th scope="col" class="text"><span class="unseen">Picture</span></th><th scope="col">Growth</th><th scope="col" class="text">Limit</th><th scope="col" class="text">Verdict</th></tr></thead><tbody>${rows.map(
    (row) => {
      const { base, head } = sidesText(row)
      return html`<tr class="${row.outcome}"><th scope="row" class="text">${METRICS[row.metric].title}</th><td>${base}</td><td>${head}</td><td class="text">${rangePicture(row)}</td><td class="growth">${[growthText(row), acceptedText(row)].filter((part) => part !== '').join(', ')}</td><td class="text">${limitText(row)}</td><td class="text">${outcomeBadge(row.outcome)}</td></tr>`
    },
  )}</tbody></table></div>`
}

export function limitText({ limit }: Judgement): Markup {
  if (limit === undefined) return html`–`
  return html`<code>${untrusted(limit.text, 80)}</code>${limit.level === 'warn' && TO_WARN}`
}

/** Base and head on a line from zero, with the 95 % interval of the difference around the head. */
export function rangePicture({ metric, base, head, growth }: Judgement): Markup {
  const from = metric === 'heap.growth.stack' ? 0 : (base ?? 0)
  const to = metric === 'heap.growth.stack' ? growth?.value : head
  if (to === undefined) return NOTHING
  const known = growth !== undefined && Number.isFinite(growth.lower) && Number.isFinite(growth.upper)
  const [low, high] = known ? [from + growth.lower, from + growth.upper] : [to, to]
  const least = Math.min(0, from, to, low)
  const most = Math.max(0, from, to, high)
  if (!(most > least)) return NOTHING
  const x = (value: number): string => `${Number((4 + (92 * (value - least)) / (most - least)).toFixed(1))}%`
  return html`<svg class="range" height="18" aria-hidden="true"><line class="grid" x1="4%" x2="96%" y1="9" y2="9"/><line class="grid" x1="${x(0)}" x2="${x(0)}" y1="3" y2="15"/><line class="moved ${to > from ? 'grew' : 'shrank'}" x1="${x(from)}" x2="${x(to)}" y1="9" y2="9"/>${
    known && html`<line class="error" x1="${x(low)}" x2="${x(high)}" y1="9" y2="9"/>`
  }${base !== undefined && html`<rect class="mark base" x="${x(from)}" y="5.5" width="7" height="7" transform="translate(-3.5 0)"/>`}<circle class="mark head" cx="${x(to)}" cy="9" r="3.6"/></svg>`
}
