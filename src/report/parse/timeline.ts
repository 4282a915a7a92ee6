import type { LoadSample, SideTimeline } from '../../diff/timeline.ts'
import type { ServiceReport } from '../report.ts'
import type { Field } from './fields.ts'
import { MOST_VALUES, readValues } from './findings.ts'

export function readTimeline(field: Field): Pick<ServiceReport, 'timeline'> {
  if (field.isAbsent) return {}
  return { timeline: { base: readSide(field.at('base')), head: readSide(field.at('head')) } }
}

function readSide(field: Field): SideTimeline {
  return {
    operations: readValues(field.at('operations')),
    seconds: readValues(field.at('seconds')),
    load: field.at('load').list(MOST_VALUES, readSample),
  }
}

function readSample(field: Field): LoadSample {
  const value = (name: string): number | undefined => field.at(name).optional((one) => one.number())
  return {
    at: field.at('at').number(),
    heap: value('heap'),
    objects: value('objects'),
    goroutines: value('goroutines'),
  }
}
