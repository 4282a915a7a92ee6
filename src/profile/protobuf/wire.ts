import { FormatError } from '../../errors.ts'

/** Wire types of protobuf. */
export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5

/**
 * Reads protobuf wire format, never past its end. Every violation is a FormatError with the byte offset.
 * One object for a whole file: messages are ranges of it, so that nothing is allocated per message.
 */
export class Wire {
  readonly source: string
  readonly bytes: Uint8Array
  pos = 0
  /** High half of the last varint, as uint32; the low half is what `varint` returned. */
  high = 0
  /** Whether `int64` has read a number of more than 32 bits. */
  wide = false
  /** Field number and wire type of the last tag. */
  field = 0
  type = 0

  constructor(source: string, bytes: Uint8Array) {
    this.source = source
    this.bytes = bytes
  }

  fail(expectation: string, offset = this.pos): never {
    throw new FormatError(this.source, { offset }, expectation)
  }

  /** Low 32 bits, unsigned; the high 32 are in `high`. Bits past 64 are dropped, as Go's decoder does. */
  varint(end: number): number {
    const pos = this.pos
    if (pos < end) {
      const first = this.bytes[pos]!
      if (first < 0x80) {
        this.pos = pos + 1
        this.high = 0
        return first
      }
    }
    return this.longVarint(end)
  }

  /** Apart, so that the short ones, which are nearly all, are read without a call. */
  private longVarint(end: number): number {
    const { bytes, pos: start } = this
    let pos = start
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) this.fail('expected the rest of a varint, the message ends here', start)
      const byte = bytes[pos++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else high |= (bits & 1) << 31
      if (byte < 0x80) {
        this.pos = pos
        this.high = high >>> 0
        return low >>> 0
      }
    }
    return this.fail('expected a varint of at most 10 bytes', start)
  }

  /** The varint as int64, rounded to a double beyond 2^53. */
  int64(end: number): number {
    const low = this.varint(end)
    if (this.high === 0) return low
    this.wide = true
    return (this.high | 0) * 4294967296 + low
  }

  /** The varint as uint64. */
  uint64(end: number): bigint {
    const low = this.varint(end)
    return this.high === 0 ? BigInt(low) : (BigInt(this.high) << 32n) | BigInt(low)
  }

  /** The varint as int64, exact. */
  bigInt64(end: number): bigint {
    return BigInt.asIntN(64, this.uint64(end))
  }

  /** Reads a tag into `field` and `type`. */
  tag(end: number): void {
    const pos = this.pos
    const first = pos < end ? this.bytes[pos]! : 0x80
    // Spelled out here and in `span`: code that is still cold pays for every call.
    if (first < 0x80) {
      this.pos = pos + 1
      this.type = first & 7
      this.field = first >>> 3
      return
    }
    const tag = this.varint(end)
    this.type = tag & 7
    this.field = this.high === 0 ? tag >>> 3 : -1
  }

  /** Reads a length and returns the end of what it spans; `pos` is its start. */
  span(end: number): number {
    const start = this.pos
    const first = start < end ? this.bytes[start]! : 0x80
    if (first < 0x80 && first < end - start) {
      this.pos = start + 1
      return start + 1 + first
    }
    const length = this.varint(end)
    if (this.high !== 0 || length > end - this.pos) {
      this.fail(`expected ${this.high === 0 ? length : 'over 4 GiB of'} more bytes, ${end - this.pos} are left`, start)
    }
    return this.pos + length
  }

  /** Steps over the value of the last tag. */
  skip(end: number): void {
    const start = this.pos
    switch (this.type) {
      case VARINT:
        this.varint(end)
        return
      case FIXED64:
        this.pos += 8
        break
      case BYTES:
        this.pos = this.span(end)
        return
      case FIXED32:
        this.pos += 4
        break
      default:
        this.fail(`expected a protobuf field, found wire type ${this.type}`, start)
    }
    if (this.pos > end) this.fail('expected a whole field, the message ends inside it', start)
  }

  /** Refuses a known field that comes in another wire type than it must have. */
  expect(type: number, what: string): void {
    if (this.type !== type) this.fail(`expected ${what} with wire type ${type}, found wire type ${this.type}`)
  }
}
