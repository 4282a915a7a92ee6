import type { Label } from '../profile.ts'
import type { StringTable } from './string-table.ts'
import type { Wire } from './wire.ts'

/** Field of message Sample in profile.proto. */
export const LABEL = 3

/** All labels of the sample between two offsets, from the bytes; they were checked when the samples were read. */
export function readLabels(wire: Wire, strings: StringTable, start: number, end: number): Label[] {
  const labels: Label[] = []
  wire.pos = start
  while (wire.pos < end) {
    wire.tag(end)
    if (wire.field !== LABEL) {
      wire.skip(end)
      continue
    }
    const stop = wire.span(end)
    const label = { key: '', text: '', number: 0n, unit: '' }
    while (wire.pos < stop) {
      wire.tag(stop)
      const field: number = wire.field
      if (field === 1) label.key = strings.get(wire.varint(stop))
      else if (field === 2) label.text = strings.get(wire.varint(stop))
      else if (field === 3) label.number = wire.bigInt64(stop)
      else if (field === 4) label.unit = strings.get(wire.varint(stop))
      else wire.skip(stop)
    }
    if (label.text !== '') labels.push({ ...label, number: 0n })
    else if (label.number !== 0n || label.unit !== '') labels.push({ ...label, text: undefined })
  }
  return labels
}
