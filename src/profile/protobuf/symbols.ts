import type { Locations, Mapping } from '../profile.ts'
import type { FunctionColumns } from './decoded.ts'
import { Ids } from './ids.ts'
import { FUNCTION, LOCATION, MAPPING, messages, type Outline, stringIndex } from './outline.ts'
import { BYTES, VARINT, type Wire } from './wire.ts'

/** Which half of a 64-bit number comes first in memory here. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1

/** Refuses the reserved id 0 and ids that come twice. */
function claim(wire: Wire, ids: Ids, low: number, high: number, ordinal: number, what: string, at: number): void {
  if (low === 0 && high === 0) wire.fail(`expected a ${what} id, found the reserved id 0`, at)
  if (!ids.add(low, high, ordinal)) wire.fail(`expected every ${what} id once, found one twice`, at)
}

export function decodeMappings(wire: Wire, outline: Outline): { list: Mapping[]; ids: Ids } {
  const ids = new Ids(outline.mappings)
  const list: Mapping[] = []
  const next = messages(wire, outline, MAPPING, 'a mapping')
  for (let end = next(); end !== -1; end = next()) {
    const at = wire.pos
    let low = 0
    let high = 0
    const number = [0n, 0n, 0n]
    let file = 0
    let buildId = 0
    while (wire.pos < end) {
      wire.tag(end)
      const field = wire.field
      if (field < 1 || field > 6) {
        wire.skip(end)
        continue
      }
      wire.expect(VARINT, 'a field of a mapping')
      if (field === 1) {
        low = wire.varint(end)
        high = wire.high
      } else if (field <= 4) number[field - 2] = wire.uint64(end)
      else if (field === 5) file = stringIndex(wire, end, outline.strings)
      else buildId = stringIndex(wire, end, outline.strings)
    }
    claim(wire, ids, low, high, list.length, 'mapping', at)
    list.push({
      start: number[0]!,
      limit: number[1]!,
      offset: number[2]!,
      file: outline.strings.get(file),
      buildId: outline.strings.get(buildId),
    })
  }
  return { list, ids }
}

export function decodeFunctions(wire: Wire, outline: Outline): { columns: FunctionColumns; ids: Ids } {
  const { strings, functions: count } = outline
  const ids = new Ids(count)
  const name = new Int32Array(count)
  const systemName = new Int32Array(count)
  const file = new Int32Array(count)
  const startLine = new Float64Array(count)
  let ordinal = 0
  const next = messages(wire, outline, FUNCTION, 'a function')
  for (let end = next(); end !== -1; end = next()) {
    const at = wire.pos
    let low = 0
    let high = 0
    while (wire.pos < end) {
      wire.tag(end)
      const field = wire.field
      if (field < 1 || field > 5) {
        wire.skip(end)
        continue
      }
      wire.expect(VARINT, 'a field of a function')
      if (field === 1) {
        low = wire.varint(end)
        high = wire.high
      } else if (field === 2) name[ordinal] = stringIndex(wire, end, strings)
      else if (field === 3) systemName[ordinal] = stringIndex(wire, end, strings)
      else if (field === 4) file[ordinal] = stringIndex(wire, end, strings)
      else startLine[ordinal] = wire.int64(end)
    }
    claim(wire, ids, low, high, ordinal++, 'function', at)
  }
  return { columns: { count, name, systemName, file, startLine }, ids }
}

export function decodeLocations(
  wire: Wire,
  outline: Outline,
  mappingIds: Ids,
  functionIds: Ids,
): { columns: Locations; ids: Ids } {
  const count = outline.locations
  const ids = new Ids(count)
  const mapping = new Int32Array(count).fill(-1)
  const address = new BigUint64Array(count)
  // Its halves: a bigint for each address would cost more than all else of a location.
  const words = new Uint32Array(address.buffer)
  const lineStart = new Int32Array(count + 1)
  let lineFunction = new Int32Array(count * 2 + 16)
  let lineNumber = new Float64Array(count * 2 + 16)
  let lines = 0
  let ordinal = 0
  const next = messages(wire, outline, LOCATION, 'a location')
  for (let end = next(); end !== -1; end = next()) {
    const at = wire.pos
    let low = 0
    let high = 0
    while (wire.pos < end) {
      wire.tag(end)
      const field = wire.field
      if (field >= 1 && field <= 3) {
        wire.expect(VARINT, 'a field of a location')
        if (field === 3) {
          words[ordinal * 2 + LOW] = wire.varint(end)
          words[ordinal * 2 + 1 - LOW] = wire.high
          continue
        }
        const value = wire.varint(end)
        if (field === 1) {
          low = value
          high = wire.high
        } else mapping[ordinal] = mappingIds.ordinal(value, wire.high)
      } else if (field === 4) {
        wire.expect(BYTES, 'a line')
        if (lines === lineFunction.length) {
          lineFunction = resized(lineFunction, new Int32Array(lines * 2))
          lineNumber = resized(lineNumber, new Float64Array(lines * 2))
        }
        readLine(wire, wire.span(end), functionIds, lineFunction, lineNumber, lines++)
      } else wire.skip(end)
    }
    claim(wire, ids, low, high, ordinal++, 'location', at)
    lineStart[ordinal] = lines
  }
  const columns: Locations = {
    count,
    mapping,
    address,
    lineStart,
    lineFunction: lineFunction.subarray(0, lines),
    lineNumber: lineNumber.subarray(0, lines),
  }
  return { columns, ids }
}

function readLine(
  wire: Wire,
  end: number,
  functionIds: Ids,
  lineFunction: Int32Array,
  lineNumber: Float64Array,
  index: number,
): void {
  const at = wire.pos
  let low = 0
  let high = 0
  while (wire.pos < end) {
    wire.tag(end)
    if (wire.field === 1) {
      wire.expect(VARINT, 'a function id')
      low = wire.varint(end)
      high = wire.high
    } else if (wire.field === 2) {
      wire.expect(VARINT, 'a line number')
      lineNumber[index] = wire.int64(end)
    } else wire.skip(end)
  }
  const ordinal = functionIds.ordinal(low, high)
  if (ordinal === -1)
    wire.fail(`expected the id of a function, found ${high === 0 ? low : 'one'} which is not there`, at)
  lineFunction[index] = ordinal
}

function resized<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
