import type { Verdict } from '../../policy/finding.ts'
import { html, type Markup } from './markup.ts'

const WORDS: Readonly<Record<Verdict, string>> = {
  fail: '✖ Fail',
  warn: '! Warn',
  inconclusive: '? No verdict',
  seeding: '• First run',
  pass: '✔ Pass',
}

/** The verdict, told by word, sign and colour. */
export function badge(verdict: Verdict, size: '' | ' small' = ''): Markup {
  return html`<span class="badge${size} ${verdict}">${WORDS[verdict]}</span>`
}
