import { METRIC_NAMES } from '../../policy/metrics.ts'
import type { Course } from '../report.ts'
import type { Field } from './fields.ts'
import { readLimit } from './findings.ts'
import { readPoint } from './history.ts'

const MOST_POINTS = 200

export function readCourse(field: Field): Course {
  const points = field.at('points').list(MOST_POINTS, readPoint)
  const crept = field.at('crept').optional((one) => {
    const from = one.at('from').natural()
    if (from >= points.length) throw one.at('from').wrong('the index of a point')
    return { from, limit: readLimit(one.at('limit')) }
  })
  return { metric: field.at('metric').word(METRIC_NAMES), points, crept }
}
