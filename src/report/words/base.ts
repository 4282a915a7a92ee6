import type { BaseReport } from '../base.ts'
import { plainText, safeUrl } from '../escape.ts'
import type { Report } from '../report.ts'
import { ageText, countText } from './figures.ts'

/** How an output marks what is not its own words. Everything in a BaseReport is treated as hostile. */
export interface BaseMarks {
  readonly quote: (name: string) => string
  readonly commit: (sha: string) => string
  /** Our own words with names in them that are not. */
  readonly words: (text: string) => string
  /** A word that leads to the run that recorded the base. */
  readonly run: (text: string) => string
}

/** Sentences about the base, each with what it is for. */
export interface BaseSentence {
  readonly is: 'base' | 'missing' | 'todo' | 'judged' | 'searched' | 'passed-over'
  readonly text: string
}

const MOST_LISTED = 5

/** Which baseline, how far away, and why not a nearer one; or why there is none, and what to do. */
export function baseSentences(report: BaseReport, now: string, marks: BaseMarks): BaseSentence[] {
  const { base, note, missing, advice, yaml, start } = report
  const { quote, commit, words, run } = marks
  const sentences: BaseSentence[] = []
  const tell = (is: BaseSentence['is'], text: string): void => void sentences.push({ is, text })
  if (base === undefined) {
    tell('missing', words(missing ?? ''))
    if (advice !== undefined) tell('todo', `${words(advice)}${yaml === undefined ? '' : ` ${quote(yaml)}`}`)
  } else {
    const age = ageText(base.recordedAt, now)
    const recorded = age === '' ? '' : `, ${run('recorded')} ${age}`
    tell('base', `${commit(base.commit)} of ${quote(base.branch)}, ${distanceText(base.away)}${recorded}.`)
    const judged = JUDGED[base.verdict]
    if (judged !== undefined)
      tell(
        'judged',
        `That baseline itself ${judged} on its branch: what leaks there already does not count as new here.`,
      )
  }
  if (note !== undefined) tell('searched', `The search began at ${commit(start)}: ${words(note)}.`)
  if (report.passedOver.length > 0) tell('passed-over', passedOver(report, marks))
  return sentences
}

const JUDGED: Readonly<Record<string, string | undefined>> = {
  fail: 'was judged FAIL',
  unjudged: 'could not be judged',
}

/** Behind the commit the change is built on. */
export function distanceText(away: number): string {
  return away === 0 ? 'the merge base itself' : `${countText(away, 'commit')} before the merge base`
}

/** The same in one line for a log. */
export function baseText(report: BaseReport, now: string): string {
  const plain = (text: string): string => plainText(text, 1000)
  const marks = { quote: plain, words: plain, run: plain, commit: (sha: string) => plain(sha).slice(0, 7) }
  const leads: Readonly<Partial<Record<BaseSentence['is'], string>>> = { base: 'Baseline ', missing: 'No baseline. ' }
  const sentences = baseSentences(report, now, marks).map(({ is, text }) => `${leads[is] ?? ''}${text}`)
  return plainText(sentences.join(' '), 3000)
}

function passedOver({ base, passedOver: all }: BaseReport, { commit, words }: BaseMarks): string {
  const listed = all.slice(0, MOST_LISTED).map(({ commit: sha, why }) => `${commit(sha)} (${words(why)})`)
  const more = all.length - listed.length
  const nearer = base === undefined ? 'Passed over' : 'Nearer ones passed over'
  return `${nearer}: ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

/** Address of the run that recorded the base. */
export function baseRunUrl({ origin: { repository }, base }: Pick<Report, 'origin' | 'base'>): string | undefined {
  const runId = base?.base?.runId
  if (runId === undefined || repository === undefined) return undefined
  return safeUrl(`${repository.replace(/\/+$/, '')}/actions/runs/${runId}`)
}
