import type { Ignore, Limits, Policy, PolicySource, PresetName, Rule } from './policy.ts'
import { PRESETS, presetLimits } from './presets.ts'

/** One policy text, read. A limit that is switched off is there, with neither `warn` nor `fail`. */
export interface Layer {
  readonly preset: PresetName | undefined
  readonly inconclusive: 'fail' | 'pass' | undefined
  readonly limits: Limits
  readonly rules: readonly Rule[]
  readonly services: ReadonlyMap<string, Limits>
  readonly ignore: readonly Ignore[]
}

/**
 * The policy of layers, each over those before it: an organisation's, then a repository's. A limit is replaced whole,
 * rules of a later layer are tried first, ignore entries add up. No layer at all is the recommended preset.
 */
export function layered(layers: readonly Layer[], own: PolicySource | undefined): Policy {
  const preset = layers.findLast((layer) => layer.preset !== undefined)?.preset ?? 'recommended'
  const limits = Object.assign({}, presetLimits(preset), ...layers.map((layer) => layer.limits)) as Limits
  const services = new Map<string, Limits>()
  for (const layer of layers) {
    for (const [name, limitsOfService] of layer.services) {
      services.set(name, { ...services.get(name), ...limitsOfService })
    }
  }
  return {
    preset,
    gates: PRESETS[preset].gates,
    inconclusive: layers.findLast((layer) => layer.inconclusive !== undefined)?.inconclusive ?? 'fail',
    limits: Object.fromEntries(
      Object.entries(limits).filter(([, { warn, fail }]) => warn !== undefined || fail !== undefined),
    ),
    rules: layers.toReversed().flatMap((layer) => layer.rules),
    services: Object.fromEntries(services),
    ignore: layers.flatMap((layer) => layer.ignore),
    own,
  }
}
