import { crc32, inflateRawSync } from 'node:zlib'
import { isPlainPath } from '../collect/manifest.ts'
import { UserError } from '../errors.ts'

export interface ZipLimits {
  readonly entries: number
  /** Of all entries together, inflated. */
  readonly bytes: number
}

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_ENTRY = 0x04034b50
const END_SIZE = 22
const LONGEST_COMMENT = 0xffff
const STORED = 0
const DEFLATED = 8
const SYMBOLIC_LINK = 0xa000

interface Entry {
  readonly path: string
  readonly method: number
  readonly checksum: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

/**
 * The files of an archive nobody vouches for, in memory: every name plain and once, no links, nothing encrypted, sizes
 * checked before and while inflating. One wrong entry refuses the whole. `source` names it in messages.
 */
export function unzip(source: string, zip: Buffer, limits: ZipLimits): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const entries = readDirectory(source, zip, limits.entries)
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (total > limits.bytes) {
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`
    throw wrong(source, `inflates to ${mebibytes(total)}, more than ${mebibytes(limits.bytes)}`)
  }
  for (const entry of entries) {
    if (files.has(entry.path)) throw wrong(source, `holds ${JSON.stringify(entry.path)} twice`)
    files.set(entry.path, extract(source, zip, entry))
  }
  return files
}

function readDirectory(source: string, zip: Buffer, most: number): Entry[] {
  const end = findEnd(zip)
  if (end === undefined) throw wrong(source, 'is no ZIP archive, or it is cut off')
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  if (count > most || count === 0xffff) throw wrong(source, `holds ${count} files, more than ${most}`)
  const entries: Entry[] = []
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw wrong(source, 'has a broken directory')
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28)
    const next = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
    if (next > end) throw wrong(source, 'has a broken directory')
    entries.push(readEntry(source, zip, at, zip.toString('utf8', at + 46, nameEnd)))
    at = next
  }
  return entries
}

function readEntry(source: string, zip: Buffer, at: number, path: string): Entry {
  const shown = JSON.stringify(path.slice(0, 120))
  if (!isPlainPath(path)) throw wrong(source, `holds a file with the name ${shown}, which is none of a recording's`)
  if (((zip.readUInt32LE(at + 38) >>> 16) & 0xf000) === SYMBOLIC_LINK) throw wrong(source, `holds a link, ${shown}`)
  if ((zip.readUInt16LE(at + 8) & 1) !== 0) throw wrong(source, `holds an encrypted file, ${shown}`)
  return {
    path,
    method: zip.readUInt16LE(at + 10),
    checksum: zip.readUInt32LE(at + 16),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    offset: zip.readUInt32LE(at + 42),
  }
}

function extract(source: string, zip: Buffer, entry: Entry): Buffer {
  const { path, offset, packed, size, method } = entry
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== LOCAL_ENTRY) throw wrong(source, `has no ${path}`)
  const from = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  const data = zip.subarray(from, from + packed)
  if (data.length !== packed) throw wrong(source, `is cut off in ${path}`)
  const bytes = method === STORED ? data : method === DEFLATED ? inflate(source, data, entry) : undefined
  if (bytes === undefined) throw wrong(source, `holds ${path} packed in a way that is not known (${method})`)
  if (bytes.length !== size || crc32(bytes) !== entry.checksum) throw wrong(source, `holds a damaged file, ${path}`)
  return bytes
}

/** No more than was declared, so that what was added up before stays true. */
function inflate(source: string, data: Buffer, { path, size }: Entry): Buffer {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
  } catch (error) {
    throw wrong(source, `holds a damaged file, ${path}`, error)
  }
}

function findEnd(zip: Buffer): number | undefined {
  for (let at = zip.length - END_SIZE; at >= Math.max(0, zip.length - END_SIZE - LONGEST_COMMENT); at--) {
    if (zip.readUInt32LE(at) === END_OF_DIRECTORY) return at
  }
  return undefined
}

function wrong(source: string, what: string, cause?: unknown): UserError {
  return new UserError(what, { where: source, ...(cause === undefined ? {} : { cause }) })
}
