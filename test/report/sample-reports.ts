import { exactly } from '../../src/diff/estimate.ts'
import type { Contributors, Finding } from '../../src/policy/finding.ts'
import type { Report } from '../../src/report/report.ts'
import {
  evidence,
  FAIL,
  FLAT,
  figures,
  finding,
  judgement,
  place,
  report,
  service,
  steady,
  WARN,
} from './sample-parts.ts'

const NOTIFY = place('notify.(*Dispatcher).Notify', 'notify/dispatcher.go', 38, { text: '\tgo d.deliver(o, receipts)' })
const DELIVER = place('notify.(*Dispatcher).deliver', 'notify/dispatcher.go', 53, {
  text: '\treceipts <- r',
  changed: true,
})
const REMEMBER = place('quote.remember', 'quote/cache.go', 45, { text: '\tquotes[key] = q', changed: false })
const AROUND = { first: 43, lines: ['\tmu.Lock()', '\tdefer mu.Unlock()', '\tquotes[key] = q', '}'] }
const HEAP = {
  metric: 'heap.growth.stack',
  base: 0,
  head: 2_370_000,
  growth: { value: 1_593_835, lower: 1_310_720, upper: 1_876_950 },
  perOperation: 569,
  perHour: 1.07e9,
  series: { base: steady(0), head: [2.4e5, 4.8e5, 7.1e5, 9.5e5, 1.18e6, 1.42e6, 1.66e6, 1.9e6, 2.13e6, 2.37e6] },
  wait: undefined,
  limit: { ...FAIL, text: '+16KiB' },
} as const

export const BLOCKED_SEND: Finding = finding({
  culprit: DELIVER,
  startedAt: NOTIFY,
  evidence: [
    evidence({
      metric: 'goroutines.leaked',
      growth: exactly(100),
      perOperation: undefined,
      perHour: undefined,
      stack: [DELIVER],
    }),
    evidence({ stack: [DELIVER] }),
    evidence({ ...HEAP, head: 320_000, growth: exactly(229_376), series: { base: [], head: [] }, stack: [DELIVER] }),
  ],
})

export const GROWING_MAP: Finding = finding({
  kind: 'map-growth',
  culprit: { ...REMEMBER, around: AROUND },
  evidence: [
    evidence({
      ...HEAP,
      stack: [
        REMEMBER,
        place('quote.Prepare', 'quote/cache.go', 31),
        place('app.(*service).handleOrder', 'app/app.go', 112),
        {
          ...place('', '', 1),
          function: 'net/http.HandlerFunc.ServeHTTP',
          file: 'net/http/server.go',
          line: 2294,
          party: 'standard',
          path: undefined,
        },
      ],
    }),
  ],
})

const OVER = figures(
  judgement({
    metric: 'goroutines.leaked',
    base: 0,
    head: 100,
    growth: exactly(100),
    limit: { ...FAIL, text: '0 new' },
    outcome: 'fail',
  }),
  judgement({
    metric: 'goroutines.growth',
    base: 0,
    head: 100,
    growth: exactly(70),
    limit: { ...FAIL, text: '+2' },
    outcome: 'fail',
  }),
  judgement({
    metric: 'goroutines',
    base: 11,
    head: 111,
    growth: exactly(100),
    limit: { ...WARN, text: '+5% and +10' },
    outcome: 'warn',
  }),
  judgement({
    metric: 'heap.growth',
    base: -4956,
    head: 1_687_000,
    growth: { value: 1_667_236, lower: 1_619_210, upper: 1_715_262 },
    limit: FAIL,
    outcome: 'fail',
  }),
  judgement({ head: 5_284_823, growth: { value: 2_380_268, lower: 2_336_441, upper: 2_424_095 }, outcome: 'warn' }),
)

const EACH = Array.from({ length: 10 }, (_, i) => i + 1)

const LEAKING = service({
  verdict: 'fail',
  judgements: OVER,
  findings: [BLOCKED_SEND, GROWING_MAP],
  ignored: [
    finding({
      level: 'note',
      culprit: place('watch.(*Poller).loop', 'watch/poller.go', 20),
      ignored: {
        reason: 'one per customer, bounded by the licence',
        expires: '2027-03-01',
        origin: { kind: 'text', source: 'input policy', line: 9, column: 5 },
      },
    }),
  ],
  doubts: [{ kind: 'go-differs', base: 'go1.26.7', head: 'go1.26.8', blocks: false }],
  timeline: {
    base: { operations: EACH.map((i) => i * 400), seconds: EACH, load: [] },
    head: {
      operations: EACH.map((i) => i * 400),
      seconds: EACH,
      load: [{ at: 2.5, heap: 6e6, objects: undefined, goroutines: 80 }],
    },
  },
  series: [
    {
      metric: 'heap.inuse',
      base: steady(2.9e6),
      head: [3.1e6, 3.3e6, 3.6e6, 3.8e6, 4.1e6, 4.3e6, 4.5e6, 4.8e6, 5e6, 5.28e6],
    },
    { metric: 'goroutines', base: steady(11), head: [21, 31, 41, 51, 61, 71, 81, 91, 101, 111] },
  ],
})

export const FAILING: Report = report({ verdict: 'fail', stops: true, services: [LEAKING] })

const RENDER = place('receipt.render', 'receipt/render.go', 57, {
  text: '\t\tpage += fmt.Sprintf("%s: %d\\n", line.Item, line.Cents)',
  changed: true,
})
const ENCODE = place('receipt.encode', 'receipt/encode.go', 21)

/** The lines behind more allocation: one that the change wrote, and one whose source is not at hand. */
const RENDERED: Contributors = {
  metric: 'alloc.bytes',
  growth: 12_596,
  lines: [
    {
      place: RENDER,
      growth: { value: 9950, lower: 9500, upper: 10_400 },
      share: 0.79,
      stack: [RENDER, place('app.(*service).handleOrder', 'app/app.go', 112)],
    },
    { place: ENCODE, growth: { value: 1850, lower: 1600, upper: 2100 }, share: 0.147, stack: [ENCODE] },
  ],
}

export const PASSING: Report = report()

export const WARNING: Report = report({
  verdict: 'warn',
  services: [
    service({
      verdict: 'warn',
      judgements: figures(
        judgement({
          metric: 'alloc.bytes',
          base: 32_460,
          head: 45_056,
          growth: { value: 12_596, lower: 11_500, upper: 13_692 },
          limit: { ...WARN, text: '+25% and +256B' },
          outcome: 'warn',
        }),
        judgement({
          metric: 'heap.growth',
          base: -4956,
          head: 190_000,
          growth: { value: 194_956, lower: -30_000, upper: 419_912 },
          limit: FAIL,
          outcome: 'unclear',
        }),
      ),
      findings: [
        finding({
          kind: 'alloc-rate',
          level: 'warn',
          culprit: undefined,
          evidence: [
            evidence({
              metric: 'alloc.bytes',
              base: 32_460,
              head: 45_056,
              growth: { value: 12_596, lower: 11_500, upper: 13_692 },
              perOperation: undefined,
              perHour: undefined,
              series: { base: [], head: [] },
              wait: undefined,
              outcome: 'warn',
            }),
          ],
          contributors: RENDERED,
        }),
        finding({
          kind: 'gc-frequency',
          level: 'warn',
          culprit: undefined,
          evidence: [
            evidence({
              metric: 'gc.count',
              base: 21,
              head: 34,
              growth: exactly(13),
              perOperation: undefined,
              perHour: undefined,
              series: { base: [], head: [] },
              limit: { ...WARN, text: '+50% and +10' },
              wait: undefined,
              outcome: 'warn',
            }),
          ],
          contributors: RENDERED,
          collector: {
            cause: 'allocation',
            allocated: { base: 90_900_000, head: 126_200_000 },
            live: { base: 2_900_000, head: 2_910_000 },
            goal: { base: 5_800_000, head: 5_820_000 },
          },
        }),
      ],
    }),
  ],
})

export const INCONCLUSIVE: Report = report({
  verdict: 'inconclusive',
  stops: true,
  services: [
    service({
      verdict: 'inconclusive',
      operations: 1400,
      doubts: [
        { kind: 'load-differs', base: 2800, head: 1400, blocks: true },
        { kind: 'restarted', side: 'head', round: 6, blocks: true },
        { kind: 'sampling-coarse', rate: 524_288, blocks: false },
      ],
    }),
  ],
})

export const SEEDING: Report = report({
  verdict: 'seeding',
  services: [
    service({
      verdict: 'seeding',
      base: undefined,
      judgements: FLAT.map((row) => ({ ...row, base: undefined, growth: undefined, outcome: 'not-judged' })),
      series: [{ metric: 'heap.inuse', base: [], head: steady(2.91e6) }],
    }),
  ],
  origin: { ...report().origin, baseCommit: undefined, baseRef: undefined, baseRecordedAt: undefined },
})

/** Four services: one leaks, one cannot be judged, two are fine. */
export const SEVERAL: Report = report({
  verdict: 'fail',
  stops: true,
  services: [
    service({ service: 'api' }),
    { ...INCONCLUSIVE.services[0]!, service: 'billing' },
    { ...LEAKING, ignored: [], doubts: [] },
    service({ service: 'worker' }),
  ],
})

const PASSED_OVER = [{ commit: '77aa02c19c41f0e2b7d84d1c9f3a5e6071829304', why: 'its artifact has expired' }]
const SEARCHED = { start: '4be27d1f0a9b8c7d6e5f40312233445566778899', note: undefined, passedOver: PASSED_OVER }

/** As the step on GitHub knows it: where the base comes from, and where both recordings are kept. */
export const ON_GITHUB: Report = {
  ...FAILING,
  base: {
    ...SEARCHED,
    base: {
      ...{ commit: '4be27d1f0a9b8c7d6e5f40312233445566778899', branch: 'main', recordedAt: '2026-11-23T02:30:00Z' },
      ...{ away: 2, verdict: 'fail', runId: 15_320_080_001 },
    },
    ...{ missing: undefined, advice: undefined, yaml: undefined },
  },
  recordings: {
    base: { in: 'artifact', runId: 15_320_080_001, name: 'leakgate-baseline-api' },
    head: { runId: 15_320_087_114, name: 'leakgate-report-api', diffs: ['diff.pb.gz', 'goroutine-diff.pb.gz'] },
    source: '.',
  },
}

/** Why there is no base, and what to do about it. */
export const NO_BASELINE: Report = {
  ...SEEDING,
  base: {
    ...SEARCHED,
    base: undefined,
    missing: 'No baseline with the key api can be used: see what was passed over.',
    advice: 'Run .github/workflows/leaks.yml on main again. Artifacts expire; a weekly run keeps one:',
    yaml: "on: { schedule: [{ cron: '0 3 * * 1' }] }",
  },
}

export const SAMPLES: Readonly<Record<string, Report>> = {
  pass: PASSING,
  warn: WARNING,
  fail: FAILING,
  inconclusive: INCONCLUSIVE,
  seeding: SEEDING,
  'on-github': ON_GITHUB,
  'no-baseline': NO_BASELINE,
  several: SEVERAL,
}
