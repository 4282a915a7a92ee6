import { parseCondition } from './limit.ts'
import type { MetricName } from './metrics.ts'
import type { Condition, Limit, Limits, Origin, PresetName } from './policy.ts'

/** Limits as a policy says them: what fails, or what warns and what fails. */
type LimitTexts = Partial<Readonly<Record<MetricName, string | { readonly warn?: string; readonly fail?: string }>>>

/** What a policy starts from. Not YAML, so that who writes no policy does not wait for its parser. */
interface Preset {
  readonly gates: boolean
  /** Whose limits these are. */
  readonly limitsOf: PresetName
  readonly limits: LimitTexts
}

// A few pauses over 100 ms on a busy machine are the machine's: one in ten must be so long, and half as long again as the
// base's.
// A percentage alone explodes on small bases, an amount alone misses slow leaks: fail limits carry both where both
// can be had. goroutines.growth: +2 lets a stack grow by two within the run; the third is counted.
const RECOMMENDED: LimitTexts = {
  'goroutines.leaked': '0 new',
  'goroutines.growth': '+2',
  goroutines: { warn: '+5% and +10', fail: '+100% and +100' },
  'heap.growth': { warn: '+2% and +64KiB', fail: '+5% and +64KiB or +8MiB' },
  'heap.growth.stack': '+16KiB',
  'heap.inuse': { warn: '+10% and +1MiB', fail: '+50% and +16MiB' },
  'heap.objects': { warn: '+20% and +10000' },
  'stack.inuse': { warn: '+20% and +1MiB' },
  'alloc.bytes': { warn: '+25% and +256B' },
  'alloc.objects': { warn: '+25% and +5' },
  'gc.count': { warn: '+50% and +10' },
  'gc.pause.p90': { warn: '100ms and +50%' },
  'gc.cpu': { warn: '25%' },
}

const STRICT: LimitTexts = {
  'goroutines.leaked': '0 new',
  'goroutines.growth': '+2',
  goroutines: { warn: '+2% and +3', fail: '+5% and +10' },
  'heap.growth': { warn: '+1% and +64KiB', fail: '+2% and +64KiB or +4MiB' },
  'heap.growth.stack': '+8KiB',
  'heap.inuse': { warn: '+5% and +512KiB', fail: '+10% and +1MiB' },
  'heap.objects': { warn: '+10% and +5000', fail: '+20% and +10000' },
  'stack.inuse': { warn: '+10% and +512KiB', fail: '+20% and +1MiB' },
  'alloc.bytes': { warn: '+10% and +128B', fail: '+25% and +256B' },
  'alloc.objects': { warn: '+10% and +2', fail: '+25% and +5' },
  'gc.count': { warn: '+25% and +10', fail: '+50% and +10' },
  'gc.pause.p90': { warn: '50ms', fail: '100ms' },
  'gc.cpu': { warn: '15%', fail: '25%' },
}

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  recommended: { gates: true, limitsOf: 'recommended', limits: RECOMMENDED },
  strict: { gates: true, limitsOf: 'strict', limits: STRICT },
  watch: { gates: false, limitsOf: 'recommended', limits: RECOMMENDED },
}

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[]

/** The limits of a preset, each saying that it is of it. */
export function presetLimits(name: PresetName): Limits {
  const { limitsOf, limits } = PRESETS[name]
  const origin: Origin = { kind: 'preset', name: limitsOf }
  const entries = Object.entries(limits).map(([metric, text]): [string, Limit] => {
    const { warn, fail } = typeof text === 'string' ? { fail: text } : text
    const condition = (of: string | undefined): Condition | undefined =>
      of === undefined ? undefined : parseCondition(of, metric as MetricName, refuse)
    const [warns, fails] = [condition(warn), condition(fail)]
    return [metric, { ...(warns && { warn: warns }), ...(fails && { fail: fails }), origin }]
  })
  return Object.fromEntries(entries)
}

function refuse(_offset: number, what: string): never {
  throw new Error(`a preset: ${what}`)
}
