import type { CollectorCause, Contribution, Contributors, Finding } from '../../policy/finding.ts'
import { METRICS } from '../../policy/metrics.ts'
import { plainText } from '../escape.ts'
import { changeText, errorText, valueText } from './figures.ts'
import { FINDING_WORDS } from './findings.ts'

/** Heading of the lines behind a figure. */
export function contributorsTitle({ metric }: Contributors): string {
  if (metric === 'heap.growth') return 'Where it may be'
  return metric.startsWith('alloc.') ? 'What allocates more' : 'What holds more'
}

/** `+6.9 KiB ± 0.2 KiB per operation, 97% of the surplus`. */
export function contributionText({ growth, share }: Contribution, { metric }: Contributors): string {
  const { unit } = METRICS[metric]
  const amount = [changeText(growth.value, unit), errorText(growth, unit)].filter((part) => part !== '').join(' ')
  return `${amount}${metric.startsWith('alloc.') ? ' per operation' : ''}, ${shareText(share)} of the ${metric === 'heap.growth' ? 'growth' : 'surplus'}`
}

/** Whether an earlier finding of the service named the same lines. */
export function isRepeated({ contributors }: Finding, before: readonly Finding[]): boolean {
  const key = (of: Contributors | undefined): string =>
    [of?.metric, ...(of?.lines ?? []).map(({ place }) => `${place.file}:${place.line}`)].join('\n')
  return contributors !== undefined && before.some((finding) => key(finding.contributors) === key(contributors))
}

function shareText(share: number): string {
  return share >= 0.995 ? 'all' : `${Math.round(share * 100)}%`
}

/** `; 97% of it at shop.go:87`, of the line that accounts for most; empty where none is named. */
export function mainContribution(finding: Finding, quote: (name: string) => string = plainText): string {
  const first = finding.contributors?.lines[0]
  // A hint has no place in the sentence of the verdict.
  if (first === undefined || finding.contributors?.metric === 'heap.growth') return ''
  const { place, share } = first
  // Of the collector's figures the line has no share; of what makes it run it has.
  const what = finding.contributors!.metric === finding.total.metric ? 'of it' : 'of what causes it'
  return `; ${shareText(share)} ${what} at ${quote(`${place.path ?? place.file}:${place.line}`)}`
}

/** How the pattern comes about; of the collector, why it has more to do in this very comparison. */
export function whyOf(finding: Finding): string {
  const { collector } = finding
  if (collector === undefined) return FINDING_WORDS[finding.kind].why
  const change = (of: 'allocated' | 'live' | 'goal'): string =>
    `${valueText(collector[of].base, 'bytes')} → ${valueText(collector[of].head, 'bytes')}`
  switch (collector.cause) {
    case 'allocation':
      return `More is allocated: ${change('allocated')} over the judged rounds. Garbage makes the collector run.`
    case 'smaller-heap':
      return `The live heap is smaller, ${change('live')}, and with it the collector's goal, ${change('goal')}: it runs more often for the same garbage.`
    case 'larger-heap':
      return `The live heap is larger, ${change('live')}, for a goal of ${change('goal')}: there is less room for garbage, or more to mark in each run.`
    case 'goal':
      return `The collector's goal is nearer, ${change('goal')}, for a live heap of ${change('live')}: it has less room for garbage.`
    case 'as-base':
      return 'The base has as much of it: this change is not the cause.'
    case 'unexplained':
      return `Neither what is allocated (${change('allocated')}) nor the live heap (${change('live')}) explains it.`
  }
}

const FIXES: Readonly<Partial<Record<CollectorCause, string>>> = {
  allocation: 'Allocate less where it is named: reuse buffers, allocate slices at their final size. Or raise GOGC.',
  'smaller-heap': 'Nothing is wrong with a smaller heap. Raise the limit, or GOGC if the processor time matters.',
  'larger-heap': 'Check what is held more. If it is meant, raise GOGC or GOMEMLIMIT to give the collector room.',
  goal: 'Compare GOGC and GOMEMLIMIT of both sides, and calls of `debug.SetGCPercent` and `debug.SetMemoryLimit`.',
  'as-base': 'Lower the allocation of the base first, or raise the limit.',
}

/** What to do. */
export function fixOf(finding: Finding): string {
  const cause = finding.collector?.cause
  return (cause === undefined ? undefined : FIXES[cause]) ?? FINDING_WORDS[finding.kind].fix
}
