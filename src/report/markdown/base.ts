import { codeSpan, link, plainText } from '../escape.ts'
import type { Report } from '../report.ts'
import { type BaseSentence, baseRunUrl, baseSentences } from '../words/base.ts'
import { commitLink } from './frame.ts'

const LEADS: Readonly<Partial<Record<BaseSentence['is'], string>>> = {
  base: 'Base: ',
  missing: '🌱 **No baseline.** ',
  todo: '**To do:** ',
  judged: '⚠️ ',
}

/** What is to be said of the base; `whole` also what the line about what was compared has said. */
export function baseMarkdown(report: Pick<Report, 'base' | 'origin' | 'judgedAt'>, whole = false): string {
  if (report.base === undefined) return ''
  const sentences = baseSentences(report.base, report.judgedAt, {
    quote: (name) => codeSpan(name, 300),
    commit: (sha) => commitLink(sha, report.origin),
    words: prose,
    run: (text) => link(text, baseRunUrl(report)),
  })
  return sentences
    .filter(({ is }) => whole || is !== 'base')
    .map(({ is, text }) => `${LEADS[is] ?? ''}${text}`)
    .join('  \n')
}

/** Our own words, with names in them that are not: as code where anything but plain words is in it. */
function prose(text: string): string {
  return plainText(text, 500)
    .split(' ')
    .map((word) => (/^[\w,.;:()'’-]*$/.test(word) && !/__|@/.test(word) ? word : codeSpan(word, 200)))
    .join(' ')
}
