import type { Finding } from '../../policy/finding.ts'
import { formatValue } from '../../profile/unit.ts'
import { codeSpan, link, safeUrl } from '../escape.ts'
import type { Report, ReportOrigin } from '../report.ts'
import { baseRunUrl } from '../words/base.ts'
import { doubtWords } from '../words/doubts.ts'
import { countText } from '../words/figures.ts'
import { comparedSentence, stopsSentence, verdictParts, worstServicesFirst } from '../words/sentence.ts'
import type { Block } from './budget.ts'
import { placeLink, suspectLine } from './suspects.ts'

/** What stands under the title: at most one alert, and what was compared. */
export function verdictBlock(report: Report, told: readonly Finding[]): Block[] {
  const { lead, rest } = verdictParts(report, codeSpan)
  const sentence = lead === '' ? rest : `**${lead}**${rest}`
  const compared = `${comparedSentence(
    report,
    codeSpan,
    (sha) => commitLink(sha, report.origin),
    (text) => link(text, baseRunUrl(report)),
  )}.`
  const places = told.filter((finding) => finding.culprit !== undefined)
  const text = { name: '', text: compared }
  switch (report.verdict) {
    case 'pass':
      return [{ name: '', text: `${sentence}  \n${compared}` }]
    case 'fail':
      return [alert('CAUTION', [withPlace(sentence, places, report), ...listed(places, report)]), text]
    case 'warn':
      return [
        alert('WARNING', [withPlace(sentence, places, report), ...listed(places, report), stopsSentence(report)]),
        text,
      ]
    case 'inconclusive':
      return [alert('WARNING', [...blocking(report, sentence), stopsSentence(report)].join('\n\n').split('\n')), text]
    case 'seeding':
      return [
        alert('NOTE', [
          withPlace(sentence, places, report),
          ...listed(places, report),
          'The first recording on the base branch becomes the base; until then nothing fails.',
        ]),
        text,
      ]
  }
}

function alert(kind: 'CAUTION' | 'WARNING' | 'NOTE', lines: readonly string[]): Block {
  const quoted = lines.map((line) => (line === '' ? '>' : `> ${line}`))
  return { name: '', text: [`> [!${kind}]`, ...quoted].join('\n') }
}

/** A single place needs no list. */
function withPlace(sentence: string, places: readonly Finding[], { origin }: Report): string {
  const [only] = places
  const at = places.length === 1 && only?.culprit !== undefined ? ` At ${placeLink(only.culprit, origin)}.` : ''
  return `${sentence}${at}`
}

function listed(places: readonly Finding[], { origin }: Report): string[] {
  return places.length < 2 ? [] : places.map((finding, i) => `${i + 1}. ${suspectLine(finding, origin)}`)
}

const MOST_BLOCKING = 4

function blocking(report: Report, sentence: string): string[] {
  const several = report.services.length > 1
  const doubts = worstServicesFirst(report.services).flatMap(({ service, doubts }) =>
    doubts.filter(({ blocks }) => blocks).map((doubt) => ({ service, words: doubtWords(doubt, codeSpan) })),
  )
  if (doubts.length === 0) return [sentence]
  const lines = doubts.slice(0, MOST_BLOCKING).map(({ service, words }) => {
    const where = several ? `${codeSpan(service, 60)}: ` : ''
    return `**${where}${words.what}** ${words.next}`
  })
  return doubts.length > MOST_BLOCKING
    ? [...lines, `And ${countText(doubts.length - MOST_BLOCKING, 'more doubt')}.`]
    : lines
}

export function commitLink(sha: string, { repository }: ReportOrigin): string {
  const name = codeSpan(sha.slice(0, 7))
  if (repository === undefined || !/^[0-9a-f]{7,64}$/.test(sha)) return name
  return link(name, `${repository.replace(/\/+$/, '')}/commit/${sha}`)
}

export function reportLinks({ origin: { reportUrl, runUrl } }: Report): string {
  const links = [
    reportUrl !== undefined && safeUrl(reportUrl) !== undefined ? link('**Open the report**', reportUrl) : '',
    runUrl !== undefined && safeUrl(runUrl) !== undefined ? link('Run', runUrl) : '',
  ]
  return links.filter((one) => one !== '').join(' · ')
}

/** Where the figures come from, last and small. */
export function provenance(report: Report): string {
  const service = worstServicesFirst(report.services)[0]
  const head = service?.head
  const judged = service === undefined ? 0 : service.rounds.to - service.rounds.from
  const parts = [
    head === undefined || judged <= 0
      ? ''
      : `${countText(judged, 'round')} judged of ${head.snapshots}, warm-up left out`,
    head?.goVersion === undefined ? '' : codeSpan(head.goVersion, 20),
    head?.sampling === undefined ? '' : `one heap sample every ${formatValue(head.sampling, 'bytes')}`,
    'errors are 95 % intervals',
    /^\d+\.\d+\.\d+[\w.+-]{0,20}$/.test(report.version) ? `leakgate ${report.version}` : 'leakgate',
  ]
  return `<sub>${parts.filter((part) => part !== '').join(' · ')}</sub>`
}
