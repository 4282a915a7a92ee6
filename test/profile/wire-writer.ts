/** Writes protobuf by hand, so that tests can also write what no encoder would. */
export type Field = readonly [field: number, value: bigint | number | string | Uint8Array]

export function message(...fields: Field[]): Uint8Array {
  return concat(fields.map(([field, value]) => encode(field, value)))
}

export function packed(...values: (number | bigint)[]): Uint8Array {
  return concat(values.map((value) => varint(BigInt(value))))
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

export function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value)
  const bytes: number[] = []
  do {
    const byte = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest === 0n ? byte : byte | 0x80)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}

function encode(field: number, value: bigint | number | string | Uint8Array): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return concat([varint(BigInt(field * 8)), varint(BigInt(value))])
  }
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes])
}
