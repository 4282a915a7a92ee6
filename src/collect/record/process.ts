import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Address } from './target.ts'

/** The process behind a target on this machine, told by the socket it listens on. Linux only. */
export interface LocalProcess {
  readonly pid: number
  /** Ticks since boot, field 22 of /proc/PID/stat: with the pid it names a process for good. */
  readonly started: string
}

/**
 * undefined where the target is elsewhere, belongs to another user, or the system does not say. `known`: who it was
 * last time, asked first, since asking all processes takes a while.
 */
export function listenerOf(address: Address, known?: LocalProcess): LocalProcess | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const inode = address.kind === 'unix' ? unixInode(address.socket) : tcpInode(address.origin)
    const pid = inode === undefined ? undefined : ownerOf(inode, known?.pid)
    const started = pid === undefined ? undefined : startTimeOf(pid)
    return pid === undefined || started === undefined ? undefined : { pid, started }
  } catch {
    return undefined
  }
}

/** Start time of a process; undefined when there is none of that id, or the system does not say. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

const SETTINGS = ['GODEBUG', 'GOMAXPROCS', 'GOGC', 'GOMEMLIMIT']

/** The settings of the Go runtime a local process was started with; of its environment nothing else is read out. */
export function settingsOf(pid: number): Record<string, string> {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    const entries = variables.map((variable): [string, string] => {
      const equals = variable.indexOf('=')
      return [variable.slice(0, equals), variable.slice(equals + 1)]
    })
    return Object.fromEntries(entries.filter(([name, value]) => SETTINGS.includes(name) && value !== ''))
  } catch {
    return {}
  }
}

const LISTENS = '0A'

function tcpInode(origin: string): string | undefined {
  const { hostname, port, protocol } = new URL(origin)
  if (!/^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(hostname)) return undefined
  const wanted = Number(port || (protocol === 'https:' ? 443 : 80))
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'latin1').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[3] === LISTENS && Number.parseInt(fields[1]!.split(':')[1]!, 16) === wanted) return fields[9]
    }
  }
  return undefined
}

function unixInode(socket: string): string | undefined {
  for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    // Flags 00010000: the socket accepts connections.
    if (fields[7] === socket && fields[3] === '00010000') return fields[6]
  }
  return undefined
}

function ownerOf(inode: string, first: number | undefined): number | undefined {
  if (first !== undefined && hasOpen(first, inode)) return first
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => hasOpen(pid, inode))
}

function hasOpen(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`) === `socket:[${inode}]`
      } catch {
        // Closed in between.
        return false
      }
    })
  } catch {
    return false
  }
}
