import { METRICS } from '../../policy/metrics.ts'
import { plainText } from '../escape.ts'
import type { Course, Report, ServiceReport } from '../report.ts'
import { courseWords, creptSentences } from '../words/course.ts'
import { html, type Markup, NOTHING, untrusted } from './markup.ts'

/** How the figures went on the base's branch. */
export function courseTable(service: ServiceReport, { origin }: Report): Markup {
  const { history = [] } = service
  if (history.length === 0) return NOTHING
  const where = origin.baseRef === undefined ? 'the base branch' : plainText(origin.baseRef, 80)
  const crept = creptSentences(service, where).map((sentence) => html`<p>📈 ${untrusted(sentence, 600)}</p>`)
  const rows = history.map((course) => {
    const { ends, change, over } = courseWords(course)
    return html`<tr><th scope="row" class="text">${METRICS[course.metric].title}</th><td class="text">${picture(course)}</td><td>${ends}</td><td>${change}</td><td class="text">${over}</td></tr>`
  })
  const heads = ['Figure', 'Course', 'First → last', 'Change', 'Over']
  return html`<h3>On ${where} <small>the same figures at its recordings under the same load, the base last</small></h3>${crept}<div class="scroll" tabindex="0" role="region" aria-label="Figures on ${where}"><table class="data courses"><thead><tr>${heads.map((name) => html`<th scope="col" class="text">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}

const [WIDTH, HEIGHT] = [160, 28]

/** From zero, so that a level with ripples looks level. */
function picture({ points, metric }: Course): Markup {
  const values = points.map(({ value }) => value)
  const top = values.reduce((most, value) => Math.max(most, value), 0) || 1
  const at = (value: number): string => String(Number(value.toFixed(1)))
  const line = values.map((value, i) => {
    const [x, y] = [(i * WIDTH) / Math.max(1, values.length - 1), 2 + (HEIGHT - 4) * (1 - Math.max(0, value) / top)]
    return `${at(x)},${at(y)}`
  })
  const { ends } = courseWords({ points, metric, crept: undefined })
  return html`<svg width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${ends}"><polyline points="${line.join(' ')}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>`
}
