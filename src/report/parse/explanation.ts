import type { Sides } from '../../diff/collector.ts'
import type { CollectorCause, CollectorFacts, Contribution, Contributors, Finding } from '../../policy/finding.ts'
import { METRIC_NAMES } from '../../policy/metrics.ts'
import type { Field } from './fields.ts'
import { MOST_FRAMES, readEstimate, readPlace } from './place.ts'

const MOST_LINES = 100

const CAUSES: Readonly<Record<CollectorCause, true>> = {
  allocation: true,
  'smaller-heap': true,
  'larger-heap': true,
  goal: true,
  'as-base': true,
  unexplained: true,
}

/** What explains a figure of the whole service, where it is told. */
export function readExplanation(field: Field): Pick<Finding, 'contributors' | 'collector'> {
  const contributors = field.at('contributors').optional(readContributors)
  const collector = field.at('collector').optional(readCollector)
  return {
    ...(contributors === undefined ? {} : { contributors }),
    ...(collector === undefined ? {} : { collector }),
  }
}

function readContributors(field: Field): Contributors {
  return {
    metric: field.at('metric').word(METRIC_NAMES),
    growth: field.at('growth').number(),
    lines: field.at('lines').list(MOST_LINES, readContribution),
  }
}

function readContribution(field: Field): Contribution {
  return {
    place: readPlace(field.at('place')),
    growth: readEstimate(field.at('growth')),
    share: field.at('share').number(),
    stack: field.at('stack').list(MOST_FRAMES, readPlace),
  }
}

function readCollector(field: Field): CollectorFacts {
  return {
    allocated: readSides(field.at('allocated')),
    live: readSides(field.at('live')),
    goal: readSides(field.at('goal')),
    cause: field.at('cause').word(Object.keys(CAUSES) as CollectorCause[]),
  }
}

function readSides(field: Field): Sides {
  return { base: field.at('base').number(), head: field.at('head').number() }
}
