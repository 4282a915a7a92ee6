import type { Finding, Judgement, Verdict } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { formatValue } from '../../profile/unit.ts'
import { plainText } from '../escape.ts'
import type { Report, ServiceReport } from '../report.ts'
import { distanceText } from './base.ts'
import { mainContribution } from './contributors.ts'
import { doubtWords } from './doubts.ts'
import { acceptedText, ageText, countText, growthText } from './figures.ts'
import { capital, FINDING_WORDS, headline, isProven, leakOf, lowered, titleOf, tooNoisy } from './findings.ts'

/** Marks names that come from the recording, each output in its own way. */
export type Quote = (name: string) => string

/** A report, or one service of it: `{ verdict, services: [service] }`. */
export type Judged = Pick<Report, 'verdict' | 'services'>

/** Services with what matters most first. */
export function worstServicesFirst(services: readonly ServiceReport[]): ServiceReport[] {
  const rank: readonly Verdict[] = ['fail', 'inconclusive', 'warn', 'seeding', 'pass']
  return [...services].sort((a, b) => rank.indexOf(a.verdict) - rank.indexOf(b.verdict))
}

/** Findings of all services, worst first: what fails before what warns, a proof first among equals. */
export function worstFindings(report: Judged): { readonly service: ServiceReport; readonly finding: Finding }[] {
  const level = ({ level }: Finding): number => (level === 'fail' ? 0 : level === 'warn' ? 1 : 2)
  const all = worstServicesFirst(report.services).flatMap((service) =>
    service.findings.map((finding) => ({ service, finding })),
  )
  return all.sort((a, b) => level(a.finding) - level(b.finding))
}

/** Findings that name a place; the others are figures of a whole service. */
export function places(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.culprit !== undefined)
}

/** The verdict in a few words, e.g. `Memory leak: 2 places to fix`. */
export function verdictTitle(report: Judged): string {
  const findings = worstFindings(report).map(({ finding }) => finding)
  const failing = findings.filter((finding) => finding.level === 'fail')
  switch (report.verdict) {
    case 'pass':
      return 'No leak found'
    case 'fail':
      return failedTitle(failing)
    case 'warn':
      return warnedTitle(report, findings)
    case 'inconclusive':
      return 'No verdict: this comparison cannot rule a leak out'
    case 'seeding':
      return findings.length === 0
        ? 'Nothing to compare with yet'
        : `Nothing to compare with yet, but ${countText(findings.length, 'place grows', 'places grow')}`
  }
}

function failedTitle(failing: readonly Finding[]): string {
  const found = places(failing).length
  if (found > 0) return `Memory leak: ${countText(found, 'place')} to fix`
  if (failing.length === 1) return `Over the limit: ${lowered(FINDING_WORDS[failing[0]!.kind].title)}`
  return failing.length === 0 ? 'Over the limit' : `Over the limit: ${countText(failing.length, 'figure')}`
}

function warnedTitle(report: Judged, findings: readonly Finding[]): string {
  const found = places(findings)
  if (found.length > 0) {
    const leak = found.some((finding) => isProven(finding) || finding.level === 'fail') ? 'Leak found' : 'Possible leak'
    return `${leak}: ${countText(found.length, 'place')} to look at`
  }
  if (unclearRow(report) !== undefined) return 'No leak found, but one figure is too noisy to tell'
  const [figure] = findings
  return figure === undefined ? 'No leak found, but figures rose' : `No leak found, but ${lowered(titleOf(figure))}`
}

/** The one sentence to read. `lead` is its heart: the worst figure, with its unit. */
export interface Sentence {
  readonly lead: string
  readonly rest: string
}

export function verdictSentence(report: Judged, quote: Quote = plainText): string {
  const { lead, rest } = verdictParts(report, quote)
  return lead + rest
}

export function verdictParts(report: Judged, quote: Quote): Sentence {
  const worst = worstFindings(report)[0]
  const several = report.services.length > 1
  const where = (service: ServiceReport): string => (several ? ` in ${quote(service.service)}` : '')
  if (report.verdict === 'inconclusive') return { lead: doubtSentence(report, quote), rest: '' }
  const unclear = worst?.finding.culprit === undefined && report.verdict === 'warn' ? unclearRow(report) : undefined
  if (unclear !== undefined) {
    return { lead: capital(tooNoisy(unclear)), rest: '. More rounds, or more operations in each, shrink the error.' }
  }
  if (worst !== undefined) {
    const lead = `${capital(headline(worst.finding, quote))}${where(worst.service)}`
    return { lead, rest: `${contrast(worst.finding)}${mainContribution(worst.finding, quote)}.` }
  }
  if (report.verdict === 'pass') return { lead: '', rest: passSentence(report) }
  if (report.verdict === 'seeding') {
    return { lead: '', rest: 'There is no base to hold this recording against. Its own growth shows no leak.' }
  }
  return { lead: '', rest: 'A figure is over a limit that warns: see the table.' }
}

function doubtSentence(report: Judged, quote: Quote): string {
  const service = worstServicesFirst(report.services)[0]
  if (service === undefined) return 'Nothing was recorded that could be judged.'
  const name = report.services.length > 1 ? `${quote(service.service)}: ` : ''
  const doubt = service.doubts.find(({ blocks }) => blocks)
  return `${name}${doubt === undefined ? 'No figure could be held against a limit.' : doubtWords(doubt, quote).what}`
}

/** What the base had of the same. */
function contrast(finding: Finding): string {
  const first = leakOf(finding)
  if (first === undefined || METRICS[first.metric].scope !== 'stack') return ''
  const compared = first.series.base.length > 0 || first.metric === 'goroutines.leaked'
  return compared && first.base === 0 ? '; the base has none' : ''
}

function passSentence(report: Judged): string {
  const rows = report.services.flatMap((service) => service.judgements)
  const heap = rows.filter((row) => row.metric === 'heap.growth')
  const judged = rows.filter((row) => row.outcome === 'ok').length
  const limits = `${countText(judged, 'figure')} within ${judged === 1 ? 'its limit' : 'their limits'}`
  const ignored = report.services.reduce((sum, service) => sum + service.ignored.length, 0)
  const accepted = ignored === 0 ? '' : `; growth of ${countText(ignored, 'stack')} is accepted`
  if (heap.length === 1 && report.services.length === 1) {
    return `${limits}${accepted}. Over the load the live heap changed by ${growthText(heap[0]!)} against the base${besides(heap[0]!)}.${seen(report)}`
  }
  return `${limits}${accepted}.${seen(report)}`
}

/** How small a leak this comparison would have failed for; of several services the least exact. */
function seen({ services }: Judged): string {
  const least = [...services]
    .filter((service) => service.smallestLeak !== undefined)
    .sort((a, b) => a.smallestLeak! - b.smallestLeak!)
    .at(-1)
  if (least === undefined) return ''
  const bytes = formatValue(least.smallestLeak!, 'bytes')
  const each = least.operations ? ` (${formatValue(least.smallestLeak! / least.operations, 'bytes')} an operation)` : ''
  return ` A steady leak of ${bytes} over them${each} would have failed.`
}

function besides(row: Judgement): string {
  const accepted = acceptedText(row)
  return accepted === '' ? '' : `, with ${accepted}`
}

/** A figure that may be over its limit or not; those that fail on it first. */
function unclearRow({ services }: Judged): Judgement | undefined {
  const rows = services.flatMap((service) => service.judgements).filter((row) => row.outcome === 'unclear')
  return rows.find((row) => row.limit?.level === 'fail') ?? rows[0]
}

/** What was compared with what, how old the base is and how much load that was. `commit` marks a commit. */
export function comparedSentence(
  report: Report,
  quote: Quote,
  commit: (sha: string) => string,
  run: (text: string) => string = (text) => text,
): string {
  const { origin } = report
  const service = worstServicesFirst(report.services)[0]
  const head =
    origin.headCommit === undefined ? (sourceOf(report, 'head', quote) ?? 'The head') : commit(origin.headCommit)
  if (!report.services.some((one) => one.base !== undefined)) return `${head}, without a base${loadText(service)}`
  const named = [
    origin.baseRef === undefined ? '' : quote(origin.baseRef),
    origin.baseCommit === undefined ? '' : commit(origin.baseCommit),
  ].filter((part) => part !== '')
  const age = ageText(origin.baseRecordedAt, report.judgedAt)
  const base = named.length === 0 ? (sourceOf(report, 'base', quote) ?? 'the base') : named.join(' at ')
  const distance = report.base?.base === undefined ? '' : `, ${distanceText(report.base.base.away)}`
  const recorded = age === '' ? '' : `, ${run('recorded')} ${age}`
  return `${head} compared with ${base}${distance}${recorded}${loadText(service)}`
}

/** Where the only service's recording was read from, when no commit names it. */
function sourceOf({ services }: Report, side: 'base' | 'head', quote: Quote): string | undefined {
  const source = services.length === 1 ? services[0]![side]?.source : undefined
  return source === undefined || source === '' ? undefined : quote(source)
}

function loadText(service: ServiceReport | undefined): string {
  const judged = service === undefined ? 0 : service.rounds.to - service.rounds.from
  if (service === undefined || judged <= 0) return ''
  const operations = service.operations === undefined ? '' : `, ${countText(service.operations, 'operation')}`
  return ` · ${countText(judged, 'round')} judged${operations}`
}

/** The message the step fails with: verdict, worst figure, place. */
export function failureSentence(report: Report): string {
  const worst = worstFindings(report)[0]
  const culprit = worst?.finding.culprit
  const at = culprit === undefined ? '' : ` At ${plainText(culprit.path ?? culprit.file)}:${culprit.line}.`
  return `${verdictTitle(report)}. ${verdictSentence(report)}${at}`
}

/** Whether the build fails, where the verdict alone does not tell. */
export function stopsSentence({ verdict, stops, policy }: Report): string {
  if (verdict === 'inconclusive') {
    if (stops) return 'This fails the build (`inconclusive: fail`).'
    const reason = policy.inconclusive === 'pass' ? 'inconclusive: pass' : `preset ${policy.preset}`
    return `This does not fail the build (\`${reason}\`).`
  }
  if (verdict === 'warn') return `This does not fail the build${policy.preset === 'watch' ? ' (preset `watch`)' : ''}.`
  return ''
}

/** Services with limits of their own that were not recorded; empty where there are none. `quote` marks names. */
export function unseenSentence({ policy: { unseen = [] } }: Report, quote: Quote): string {
  if (unseen.length === 0) return ''
  const names = unseen.slice(0, 20).map((name) => quote(name))
  if (unseen.length > names.length) names.push(`${unseen.length - names.length} more`)
  return `The policy has limits for services that were not recorded: ${names.join(', ')}.`
}
