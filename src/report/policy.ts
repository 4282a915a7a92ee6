import { METRIC_NAMES } from '../policy/metrics.ts'
import type { Origin, Policy } from '../policy/policy.ts'
import type { PolicyReport } from './report.ts'

/** The policy in force for these services, each limit with where it was written. */
export function describePolicy(policy: Policy, now: Date, services: readonly string[]): PolicyReport {
  const today = now.toISOString().slice(0, 10)
  const unseen = Object.keys(policy.services).filter((name) => !services.includes(name))
  return {
    preset: policy.preset,
    inconclusive: policy.inconclusive,
    limits: METRIC_NAMES.flatMap((metric) => {
      const limit = policy.limits[metric]
      if (limit === undefined) return []
      return [{ metric, warn: limit.warn?.text, fail: limit.fail?.text, from: describeOrigin(limit.origin) }]
    }),
    ...(policy.own === undefined ? {} : { own: policy.own }),
    expired: policy.ignore.flatMap(({ expires, match, reason }) =>
      expires !== undefined && expires < today ? [{ name: String(match.name), expires, reason }] : [],
    ),
    ...(unseen.length === 0 ? {} : { unseen }),
  }
}

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'preset':
      return origin.name
    case 'text':
      return `${origin.source}:${origin.line}:${origin.column}`
    case 'built-in':
      return 'built in'
  }
}
