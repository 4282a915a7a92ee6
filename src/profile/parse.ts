import { FormatError } from '../errors.ts'
import type { GoroutineDump } from './goroutine/dump.ts'
import { parseGoroutineText } from './goroutine/text.ts'
import { inflate } from './gzip.ts'
import { isLegacyCpu, parseLegacyCpu } from './legacy/cpu.ts'
import { legacyTextParser } from './legacy/text.ts'
import { parseExpvar } from './memstats/expvar.ts'
import type { MemStats } from './memstats/memstats.ts'
import { parsePrometheusText } from './memstats/prometheus.ts'
import { parseMemStatsTrailer } from './memstats/text.ts'
import type { Profile } from './profile.ts'
import type { Decoded } from './protobuf/decoded.ts'
import { decodeColumns, decodeProfile } from './protobuf/protobuf.ts'

/** What a file turned out to hold. */
export type Parsed =
  | { readonly form: 'profile'; readonly profile: Profile; readonly kind: ProfileKind }
  | { readonly form: 'goroutines'; readonly dump: GoroutineDump }
  | { readonly form: 'memstats'; readonly memstats: MemStats }

/** What a protobuf profile measures, told by its sample types. */
export type ProfileKind = 'heap' | 'allocs' | 'goroutine' | 'goroutineleak' | 'other'

/** The forms a profile comes in. */
type Form = 'goroutines' | 'heap-text' | 'expvar' | 'prometheus' | 'legacy' | 'protobuf'

/**
 * Reads one file, gzip or plain: profile.proto, the goroutine text forms, heap?debug=1 (its MemStats), expvar JSON,
 * Prometheus text or one of the forms pprof had before profile.proto. Told apart by content, never by name. Throws
 * FormatError with the place of the first violation.
 */
export function parse(source: string, bytes: Uint8Array): Parsed {
  const { name, plain, start } = open(source, bytes)
  switch (formOf(plain, start)) {
    case 'goroutines':
      return { form: 'goroutines', dump: parseGoroutineText(name, plain) }
    case 'heap-text':
      return { form: 'memstats', memstats: parseMemStatsTrailer(name, text(plain)) }
    case 'expvar':
      return { form: 'memstats', memstats: parseExpvar(name, text(plain)) }
    case 'prometheus':
      return { form: 'memstats', memstats: parsePrometheusText(name, text(plain)).memstats }
    case 'legacy':
      return parsedProfile((legacyTextParser(start) ?? parseLegacyCpu)(name, plain))
    case 'protobuf':
      refuseForeign(name, start)
      return parsedProfile(decodeProfile(name, plain))
  }
}

/** The costly half of `parse` for another thread: undefined where the file is of another form than profile.proto. */
export function decode(source: string, bytes: Uint8Array): Decoded | undefined {
  const { name, plain, start } = open(source, bytes)
  return formOf(plain, start) === 'protobuf' ? decodeColumns(name, plain) : undefined
}

export function parsedProfile(profile: Profile): Parsed {
  return { form: 'profile', profile, kind: kindOf(profile) }
}

function open(source: string, bytes: Uint8Array): { name: string; plain: Uint8Array; start: string } {
  const plain = inflate(source, bytes)
  const name = plain === bytes ? source : `${source} (decompressed)`
  if (plain.length === 0) throw new FormatError(name, { offset: 0 }, 'expected a profile, the input is empty')
  const start = Buffer.from(plain.buffer, plain.byteOffset, Math.min(plain.length, 256)).toString('latin1')
  return { name, plain, start }
}

function formOf(plain: Uint8Array, start: string): Form {
  if (/^goroutine(leak)? profile: total \d|^goroutine \d+ /.test(start)) return 'goroutines'
  if (start.startsWith('heap profile: ') && isTodaysHeapText(plain)) return 'heap-text'
  if (/^\s*\{/.test(start)) return 'expvar'
  if (/^# (HELP|TYPE) |^go_[a-z_]+[ {]/.test(start)) return 'prometheus'
  return legacyTextParser(start) !== undefined || isLegacyCpu(plain) ? 'legacy' : 'protobuf'
}

/** Go's own text has names in comments, and ends in MemStats; a text with neither is of tcmalloc or of early Go. */
function isTodaysHeapText(plain: Uint8Array): boolean {
  const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)
  return bytes.includes('\n# runtime.MemStats') || bytes.includes('\n#\t0x')
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** What users upload by mistake, told in their words rather than as a broken protobuf. */
function refuseForeign(source: string, start: string): void {
  const expectation = /^\s*<(!doctype|html)/i.test(start)
    ? 'expected a profile, found an HTML page'
    : start.startsWith('go1.') && start.includes(' trace\0')
      ? 'expected a profile, found an execution trace'
      : /^(404 page not found|Unknown profile|curl: )/.test(start)
        ? `expected a profile, found the text "${start.split('\n', 1)[0]}"`
        : start.startsWith('PK\x03\x04')
          ? 'expected a profile, found a zip archive'
          : isPrintable(start)
            ? `expected a profile, found the text ${JSON.stringify(start.trim().split('\n', 1)[0]!.slice(0, 80))}`
            : undefined
  if (expectation === undefined) return
  throw new FormatError(source, { offset: 0 }, expectation, 'Check the URL it was fetched from: /debug/pprof/heap?gc=1')
}

/** Without the bytes below space that every profile.proto has in its first fields. */
function isPrintable(start: string): boolean {
  return /^[\t\n\r\x20-\x7e]+$/.test(start) && start.trim() !== ''
}

/** Go's heap and allocs profiles hold the same samples; only allocs names its default type. */
export function kindOf(profile: Profile): ProfileKind {
  const types = profile.sampleTypes.map((type) => type.type)
  if (types.includes('goroutineleak')) return 'goroutineleak'
  if (types.includes('goroutine')) return 'goroutine'
  if (!types.includes('inuse_space')) return 'other'
  const isDefault = types[profile.defaultSampleType]
  return profile.namesDefaultSampleType && isDefault === 'alloc_space' ? 'allocs' : 'heap'
}
