import { closeSync, openSync, readSync } from 'node:fs'

/** Without what may follow: experiments (`-X:…`) and a distributor's marks. */
const GO = /^go1\.\d+(?:\.\d+|rc\d+|beta\d+)?/
const SECTION = '.go.buildinfo'
const MOST_SECTIONS = 1 << 20

/** Go version the program of a local process was built with, e.g. `go1.26.8`; undefined where it does not say. */
export function goVersionOf(pid: number): string | undefined {
  try {
    const file = openSync(`/proc/${pid}/exe`, 'r')
    try {
      return versionIn((at, length) => {
        const buffer = Buffer.alloc(length)
        return buffer.subarray(0, readSync(file, buffer, 0, length, at))
      })
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

/** Finds the section in an ELF file of 64 bits and reads what debug/buildinfo reads. */
function versionIn(read: (at: number, length: number) => Buffer): string | undefined {
  const header = read(0, 64)
  const elf64 = header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1
  if (!elf64) return undefined
  const [size, count, names] = [header.readUInt16LE(0x3a), header.readUInt16LE(0x3c), header.readUInt16LE(0x3e)]
  const sections = read(Number(header.readBigUInt64LE(0x28)), Math.min(size * count, MOST_SECTIONS))
  const offset = (section: number): number => Number(sections.readBigUInt64LE(section * size + 24))
  const texts = read(offset(names), Math.min(Number(sections.readBigUInt64LE(names * size + 32)), MOST_SECTIONS))
  for (let section = 0; section < count; section++) {
    const name = sections.readUInt32LE(section * size)
    if (texts.toString('latin1', name, name + SECTION.length + 1) !== `${SECTION}\0`) continue
    // 14 bytes of magic, pointer size, flags (2: strings are inline), from byte 32 on a length and the version.
    const info = read(offset(section), 160)
    if (((info[15] ?? 0) & 2) === 0) return undefined
    return GO.exec(info.toString('latin1', 33, 33 + (info[32] ?? 0)))?.[0]
  }
  return undefined
}
