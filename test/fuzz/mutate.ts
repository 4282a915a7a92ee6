import type { Random } from './random.ts'

/** Text that breaks readers more often than chance does. */
const TOKENS = [
  '\n',
  '\n\n',
  '\t',
  ' ',
  '-',
  '-1',
  '0',
  '1e309',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '0x',
  '0xffffffffffffffff',
  '@',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  '\\u0000',
  '\0',
  '\u{fffd}',
  '__proto__',
  'null',
  '#',
  '# ',
  ':',
  '---',
  '&a [*a]',
  '!!binary x',
  '<<: *a',
]

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x12]

/** A damaged copy: some bytes cut, doubled, moved, replaced by a token or by bytes of another seed. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let copy = bytes
  for (let edits = 1 + random.below(4); edits > 0; edits--) copy = damage(copy, other, random)
  return copy
}

function damage(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  const to = Math.min(bytes.length, at + 1 + random.below(random.below(4) === 0 ? 400 : 8))
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return join(bytes.subarray(0, at), bytes.subarray(to))
    case 2:
      return join(bytes.subarray(0, to), bytes.subarray(at))
    case 3: {
      const token = Buffer.from(random.pick(TOKENS))
      return join(bytes.subarray(0, at), token, bytes.subarray(random.below(2) === 0 ? at : to))
    }
    case 4: {
      const from = random.below(other.length + 1)
      return join(bytes.subarray(0, at), other.subarray(from, from + 1 + random.below(64)), bytes.subarray(to))
    }
    case 5:
      return digit(bytes, at, random)
    default:
      return poke(bytes, at, random)
  }
}

/** One byte made another, by a bit, by one, or altogether. */
function poke(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256))
  // A buffer's own slice would be a view, and the seed be damaged.
  const copy = Uint8Array.from(bytes)
  const i = Math.min(at, bytes.length - 1)
  const kinds = [
    copy[i]! ^ (1 << random.below(8)),
    copy[i]! + 1,
    copy[i]! - 1,
    random.below(256),
    random.pick(INTERESTING),
  ]
  copy[i] = random.pick(kinds)
  return copy
}

/** The next digit made another one: figures that do not add up. */
function digit(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  // A buffer's own slice would be a view, and the seed be damaged.
  const copy = Uint8Array.from(bytes)
  for (let i = at; i < copy.length; i++) {
    if (copy[i]! < 0x30 || copy[i]! > 0x39) continue
    copy[i] = 0x30 + random.below(10)
    break
  }
  return copy
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
