import type { Random } from './random.ts'

/** A field as it stands in the file: tag, then what follows it. */
interface Field {
  readonly start: number
  readonly end: number
  readonly field: number
  readonly type: number
  readonly body: number
}

/** Varints at the edges of what fits. */
const EDGES: readonly (readonly number[])[] = [
  [0x00],
  [0x01],
  [0x7f],
  [0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
]

/**
 * A damaged copy that is still protobuf at the top level: messages dropped, doubled, swapped, moved to another field,
 * or changed inside, with lengths that fit. What it says is wrong where plain damage would only break the framing.
 */
export function mutateProtobuf(bytes: Uint8Array, random: Random): Uint8Array {
  let fields = fieldsOf(bytes).map((field) => bytes.subarray(field.start, field.end))
  for (let edits = 1 + random.below(3); edits > 0 && fields.length > 0; edits--) {
    const i = random.below(fields.length)
    const chosen = fields[i]!
    switch (random.below(6)) {
      case 0:
        fields = fields.toSpliced(i, 1)
        break
      case 1:
        fields = fields.toSpliced(random.below(fields.length), 0, chosen)
        break
      case 2:
        fields = fields.toSpliced(i, 1).toSpliced(random.below(fields.length), 0, chosen)
        break
      case 3:
        fields = fields.with(
          i,
          Buffer.concat([Uint8Array.of((random.below(16) << 3) | random.below(8)), chosen.subarray(1)]),
        )
        break
      default:
        fields = fields.with(i, changed(chosen, random))
    }
  }
  return Buffer.concat(fields)
}

/** A field of the message, or of a message in it, with another varint. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const [outer] = fieldsOf(bytes)
  if (outer === undefined) return bytes
  if (outer.type === 0) return Buffer.concat([bytes.subarray(0, outer.body), Uint8Array.from(random.pick(EDGES))])
  if (outer.type !== 2) return bytes
  const inside = bytes.subarray(outer.body, outer.end)
  const inner = fieldsOf(inside)
  const text =
    inner.length === 0 || random.below(8) === 0
      ? splice(inside, random)
      : Buffer.concat(
          inner.map((field, i) => {
            const part = inside.subarray(field.start, field.end)
            return i === random.below(inner.length) ? changed(part, random) : part
          }),
        )
  return Buffer.concat([bytes.subarray(0, 1), Uint8Array.from(varint(text.length)), text])
}

/** Packed numbers or text: one number more, one less, one other. */
function splice(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  return Buffer.concat([
    bytes.subarray(0, at),
    Uint8Array.from(random.pick(EDGES)),
    bytes.subarray(at + random.below(3)),
  ])
}

/** The fields up to the first that is none. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const start = at
    const tag = readVarint(bytes, at)
    if (tag === undefined) return fields
    const type = tag.value & 7
    let body = tag.end
    let end = tag.end
    if (type === 0) end = readVarint(bytes, end)?.end ?? Number.POSITIVE_INFINITY
    else if (type === 1) end += 8
    else if (type === 5) end += 4
    else if (type === 2) {
      const length = readVarint(bytes, end)
      if (length === undefined) return fields
      body = length.end
      end = length.end + length.value
    } else return fields
    if (end > bytes.length) return fields
    fields.push({ start, end, field: tag.value >>> 3, type, body })
    at = end
  }
  return fields
}

function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return undefined
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))]
}
