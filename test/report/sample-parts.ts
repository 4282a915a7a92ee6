import { exactly, unbounded } from '../../src/diff/estimate.ts'
import type { Evidence, Finding, Judgement, Place } from '../../src/policy/finding.ts'
import { REPORT_SCHEMA, type Report, type ServiceReport } from '../../src/report/report.ts'

const MODULE = 'example.com/orders/internal'
export const HEAD_COMMIT = '9c41f0e2b7d84d1c9f3a5e6071829304a5b6c7d8'
export const FAIL = { level: 'fail', text: '+5% and +64KiB', origin: { kind: 'preset', name: 'recommended' } } as const
export const WARN = { level: 'warn', text: '+10% and +1MiB', origin: { kind: 'preset', name: 'recommended' } } as const

/** A line of the user's own code, e.g. `place('notify.(*Dispatcher).deliver', 'notify/dispatcher.go', 53)`. */
export function place(name: string, file: string, line: number, more: Partial<Place> = {}): Place {
  const path = `internal/${file}`
  return {
    function: `${MODULE}/${name}`,
    file: `example.com/orders/${path}`,
    line,
    party: 'first',
    path,
    text: undefined,
    changed: undefined,
    ...more,
  }
}

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    metric: 'goroutines.growth',
    base: 0,
    head: 100,
    growth: exactly(70),
    perOperation: 70 / 2800,
    perHour: 33_739,
    series: { base: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], head: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] },
    limit: FAIL,
    outcome: 'fail',
    wait: 'chan send',
    stack: [],
    ...more,
  }
}

/** A finding of a blocked send unless said otherwise; its total is its first evidence. */
export function finding(more: Partial<Finding> = {}): Finding {
  const proof = more.evidence ?? [evidence()]
  const { metric, growth, perOperation, perHour } = proof[0]!
  return {
    kind: 'goroutine-chan-send',
    level: 'fail',
    confidence: 'certain',
    culprit: place('notify.(*Dispatcher).deliver', 'notify/dispatcher.go', 53, {
      text: '\treceipts <- r',
      changed: true,
    }),
    startedAt: undefined,
    dependency: undefined,
    total: { metric, growth, perOperation, perHour },
    ignored: undefined,
    ...more,
    evidence: proof,
  }
}

export function judgement(more: Partial<Judgement> = {}): Judgement {
  return {
    metric: 'heap.inuse',
    base: 2_904_555,
    head: 2_913_515,
    growth: exactly(8960),
    limit: WARN,
    outcome: 'ok',
    ...more,
  }
}

export const FLAT: readonly Judgement[] = [
  judgement({ metric: 'goroutines.leaked', base: 0, head: 0, growth: exactly(0), limit: { ...FAIL, text: '0 new' } }),
  judgement({ metric: 'goroutines.growth', base: 0, head: 0, growth: exactly(0), limit: { ...FAIL, text: '+2' } }),
  judgement({ metric: 'goroutines', base: 11, head: 11, growth: exactly(0), limit: { ...WARN, text: '+5% and +10' } }),
  judgement({
    metric: 'heap.growth',
    base: -4956,
    head: 14_848,
    growth: { value: 15_974, lower: 716, upper: 31_232 },
    limit: { ...WARN, text: '+2% and +64KiB' },
  }),
  judgement({ growth: { value: 8960, lower: -4966, upper: 22_886 } }),
  judgement({ metric: 'heap.objects', base: 5782, head: 5800, growth: { value: 18, lower: -6, upper: 42 } }),
  judgement({ metric: 'alloc.bytes', base: 32_460, head: 32_606, growth: unbounded(146), outcome: 'not-judged' }),
  judgement({ metric: 'gc.pause.p90', base: 2.56e6, head: 4.04e6, growth: exactly(1.48e6) }),
  judgement({ metric: 'gc.cpu', base: 0.003_68, head: 0.004_72, growth: exactly(0.001_04) }),
]

/** The flat figures with some of them replaced. */
export function figures(...changed: readonly Judgement[]): Judgement[] {
  return FLAT.map((row) => changed.find(({ metric }) => metric === row.metric) ?? row)
}

export function service(more: Partial<ServiceReport> = {}): ServiceReport {
  return {
    service: 'orders',
    verdict: 'pass',
    judgements: FLAT,
    findings: [],
    ignored: [],
    doubts: [],
    base: { source: 'recordings/base', goVersion: 'go1.26.8', commit: '4be27d1', snapshots: 10, sampling: 8192 },
    head: { source: 'recordings/head', goVersion: 'go1.26.8', commit: HEAD_COMMIT, snapshots: 10, sampling: 8192 },
    rounds: { from: 2, to: 10 },
    operations: 2800,
    hours: 0.0021,
    series: [
      { metric: 'heap.inuse', base: steady(2.9e6), head: steady(2.91e6) },
      { metric: 'goroutines', base: steady(11), head: steady(11) },
    ],
    ...more,
  }
}

export function steady(value: number): number[] {
  return Array.from({ length: 10 }, () => value)
}

export function report(more: Partial<Report> = {}): Report {
  return {
    schema: REPORT_SCHEMA,
    version: '0.1.0',
    judgedAt: '2026-11-23T21:30:00.000Z',
    verdict: 'pass',
    stops: false,
    services: [service()],
    policy: {
      preset: 'recommended',
      inconclusive: 'fail',
      limits: [
        { metric: 'goroutines.leaked', warn: undefined, fail: '0 new', from: 'recommended' },
        { metric: 'heap.growth', warn: '+2% and +64KiB', fail: '+5% and +64KiB', from: 'input policy:3:5' },
      ],
      expired: [],
    },
    origin: {
      repository: 'https://github.com/acme/orders',
      headCommit: HEAD_COMMIT,
      baseCommit: '4be27d1f0a9b8c7d6e5f40312233445566778899',
      baseRef: 'main',
      baseRecordedAt: '2026-11-23T02:20:00.000Z',
      runUrl: 'https://github.com/acme/orders/actions/runs/15331190042',
      reportUrl: 'https://github.com/acme/orders/actions/runs/15331190042/artifacts/3012345678',
      docsUrl: 'https://github.com/acme/leakgate/blob/v1',
    },
    ...more,
  }
}
