import { limitFor } from '../policy/limits.ts'
import { creepOf, type Past, STEADY } from '../policy/past.ts'
import type { Policy } from '../policy/policy.ts'
import type { Course, ServiceReport } from './report.ts'

/** Fewer are no course. */
const FEWEST = 3
const MOST = 60

/** The courses of a service's figures on the base's branch; nothing where that has no history. */
export function coursesOf(service: string, policy: Policy, past: Past): Pick<ServiceReport, 'history'> {
  const history = STEADY.flatMap((metric): Course[] => {
    const points = past(metric).slice(-MOST)
    if (points.length < FEWEST) return []
    const limit = limitFor(policy, service, metric)
    const crept = creepOf(points, limit)
    if (crept === undefined) return [{ metric, points, crept }]
    const { from, level, condition } = crept
    return [{ metric, points, crept: { from, limit: { level, text: condition.text, origin: limit!.origin } } }]
  })
  return history.length === 0 ? {} : { history }
}
