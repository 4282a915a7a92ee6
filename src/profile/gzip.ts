import { gunzipSync } from 'node:zlib'
import { FormatError, UserError } from '../errors.ts'

/** What a file may inflate to. Real profiles stay below 100 MB; a bomb of 1 MB inflates to 1 GB. */
export const MAX_INFLATED = 256 * 1024 * 1024

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Inflates gzip (all members, checksums verified) or returns other bytes as they are.
 * Node's own zlib: 3 to 7 times faster than the pure JavaScript ones, and it stops at the cap.
 * Throws FormatError for damaged gzip and UserError beyond `cap` bytes.
 */
export function inflate(source: string, bytes: Uint8Array, cap = MAX_INFLATED): Uint8Array {
  if (!isGzip(bytes)) {
    if (bytes.length > cap) throw tooLarge(source, cap)
    return bytes
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: cap, chunkSize: chunkFor(bytes, cap) })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(source, cap)
    if (code === 'Z_BUF_ERROR') {
      throw new FormatError(source, { offset: bytes.length }, 'expected more gzip data, the file is cut short')
    }
    throw new FormatError(source, { offset: 0 }, `expected valid gzip data: ${(cause as Error).message}`)
  }
}

function tooLarge(source: string, cap: number): UserError {
  return new UserError(`larger than ${cap / 1024 / 1024} MiB uncompressed`, {
    where: source,
    hint: 'A profile of a Go service is a few MiB; check that this is one.',
  })
}

/** One chunk as large as the trailer says the data is, within reason: the trailer is not to be trusted. */
function chunkFor(bytes: Uint8Array, cap: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const claimed = bytes.length >= 18 ? view.getUint32(bytes.length - 4, true) : 0
  return Math.max(16 * 1024, Math.min(claimed, cap, bytes.length * 1032) + 1024)
}
