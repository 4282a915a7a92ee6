import type { Profile } from '../../src/profile/profile.ts'
import { type Field, message, packed } from '../profile/wire-writer.ts'

/** The first samples of a profile and all they refer to, as profile.proto: small enough to be read thousands of times. */
export function shrink(profile: Profile, count: number): Uint8Array {
  const { samples, locations, functions, sampleTypes } = profile
  const texts = ['']
  const text = (value: string): number => {
    const known = texts.indexOf(value)
    return known === -1 ? texts.push(value) - 1 : known
  }
  const fields: Field[] = sampleTypes.map(({ type, unit }) => [1, message([1, text(type)], [2, text(unit)])])
  const used = new Set<number>()
  for (let s = 0; s < Math.min(count, samples.count); s++) {
    const stack = [...samples.location.subarray(samples.locationStart[s], samples.locationStart[s + 1])]
    for (const l of stack) used.add(l)
    const values = [...samples.value.subarray(s * sampleTypes.length, (s + 1) * sampleTypes.length)]
    const labels = samples.labels(s).map((label): Field => {
      const value: Field = label.text === undefined ? [3, label.number] : [2, text(label.text)]
      return [3, message([1, text(label.key)], value)]
    })
    fields.push([2, message([2, packed(...values)], [1, packed(...stack.map((l) => l + 1))], ...labels)])
  }
  fields.push([3, message([1, 1], [2, 0x400000], [3, 0x800000], [5, text('/srv/app')], [6, text('build')])])
  const called = new Set<number>()
  for (const l of used) {
    const lines: Field[] = []
    for (let i = locations.lineStart[l]!; i < locations.lineStart[l + 1]!; i++) {
      called.add(locations.lineFunction[i]!)
      lines.push([4, message([1, locations.lineFunction[i]! + 1], [2, locations.lineNumber[i]!])])
    }
    fields.push([4, message([1, l + 1], [2, 1], [3, locations.address[l]!], ...lines)])
  }
  for (const f of called)
    fields.push([5, message([1, f + 1], [2, text(functions.name(f))], [4, text(functions.file(f))])])
  fields.push(
    [9, profile.timeNanos],
    [10, profile.durationNanos],
    [11, message([1, text('space')], [2, text('bytes')])],
  )
  fields.push([12, profile.period])
  return message(...fields, ...texts.map((value): Field => [6, value]))
}
