import type { Mapping } from '../profile.ts'

const HEX = '(?:0x)?([0-9a-fA-F]{1,16})'
const RANGE = `^\\s*${HEX}[\\s-]?\\s*${HEX}:?`
/** /proc/PID/maps: range, permissions, offset, device, inode, file. */
const PROC = new RegExp(
  `${RANGE}(?:\\s+([-rwxp]+))?(?:\\s+([0-9a-fA-F]{1,16}))?\\s+[0-9a-fA-F]+:[0-9a-fA-F]+\\s+\\d+(?:\\s+(\\S+))?`,
)
/** What other tools write: range, permissions, file, offset, build id. */
const BRIEF = new RegExp(
  `${RANGE}(?:\\s+([-rwxp]+))?(?:\\s+(\\S+))?(?:\\s+\\(@([0-9a-fA-F]{1,16})\\))?(?:\\s+([0-9a-fA-F]+))?`,
)
/** What the logs of a C++ service put before every line. */
const LOG_PREFIX = /^[^[\]]+:[0-9]+\]\s/
const LIBRARY = /\.so$|\.so[._]\d+/
const MOST_MAPPINGS = 65_536
const MOST_NAMES = 64

/** The line after which legacy profiles list the mappings of the process. */
export function isMapHeading(line: string): boolean {
  return line.includes('--- Memory map: ---') || line.includes('MAPPED_LIBRARIES:')
}

/** The executable mappings of a process, the program itself first. */
export class Mappings {
  list: Mapping[] = []
  /** `$name` of lines such as `build=/path`, which later lines may use. */
  readonly #names: [string, string][] = []
  /** Ordinals by start address. */
  #sorted: number[] | undefined

  /** Takes a line of the memory map; lines of other kinds are passed over, as pprof does. */
  addLine(text: string): void {
    if (this.list.length === MOST_MAPPINGS) return
    let line = text.length > 4096 ? text.slice(0, 4096) : text.replace(LOG_PREFIX, '')
    for (const [name, value] of this.#names) line = line.replaceAll(name, () => value)
    const entry = mappingOf(line)
    if (entry !== undefined) this.list.push(entry)
    else if (!/^\s*(?:0x)?[0-9a-fA-F]+[\s-]/.test(line)) this.#define(line)
  }

  /** The program is the first that is no library and no pseudo file. */
  finish(): void {
    const main = this.list.findIndex(({ file }) => file !== '' && !LIBRARY.test(file) && !file.startsWith('['))
    if (main > 0) this.list.unshift(...this.list.splice(main, 1))
  }

  /** The mapping that holds an address, -1 for none. */
  of(address: bigint): number {
    this.#sorted ??= this.list.map((_, i) => i).sort((a, b) => (this.list[a]!.start < this.list[b]!.start ? -1 : 1))
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.list[this.#sorted[middle]!]!.start <= address) low = middle + 1
      else high = middle
    }
    const found = low === 0 ? undefined : this.#sorted[low - 1]!
    return found !== undefined && address < this.list[found]!.limit ? found : -1
  }

  #define(line: string): void {
    const equals = line.indexOf('=')
    if (equals < 1 || this.#names.length === MOST_NAMES) return
    // A name that is empty or holds another's value many times over would let a line grow without bound.
    const [name, value] = [line.slice(0, equals).trim(), line.slice(equals + 1).trim()]
    if (name !== '' && value.length < 1024 && !value.includes('$')) this.#names.push([`$${name}`, value])
  }
}

function mappingOf(line: string): Mapping | undefined {
  const proc = PROC.exec(line)
  const brief = proc === null ? BRIEF.exec(line) : null
  const [start, limit, permissions = ''] = (proc ?? brief ?? []).slice(1)
  if (start === undefined || limit === undefined) return undefined
  if (permissions !== '' && !permissions.includes('x')) return undefined
  return {
    start: BigInt(`0x${start}`),
    limit: BigInt(`0x${limit}`),
    offset: BigInt(`0x${(proc === null ? brief?.[5] : proc[4]) ?? '0'}`),
    file: (proc === null ? brief?.[4] : proc[5]) ?? '',
    buildId: brief?.[6] ?? '',
  }
}
