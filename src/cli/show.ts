import { type Ahead, readAhead } from '../collect/ahead/ahead.ts'
import { readRecordings } from '../collect/folder.ts'
import { functionGrowth } from '../diff/functions.ts'
import { UserError } from '../errors.ts'
import { type Folded, sampleTypeIndex, total } from '../profile/fold.ts'
import type { Recording, Snapshot } from '../profile/recording.ts'
import { Stacks } from '../profile/stacks.ts'
import { formatValue, type ValueUnit } from '../profile/unit.ts'
import { plainText } from '../report/escape.ts'
import { readArguments } from './arguments.ts'

export const SHOW_HELP = `Usage: leakgate show FILE [options]

Prints what a profile or a recording holds: its sample types, and the functions with the largest values.

Options:
  --base FILE           subtract this profile, as go tool pprof -diff_base does
  --sample-type TYPE    e.g. inuse_space, alloc_objects, goroutine (default: the profile's own)
  --top N               rows to print (default: 20; 0 for all)
`

export function show(args: readonly string[]): number {
  const { values, positionals } = readArguments('show', args, {
    base: { type: 'string' },
    'sample-type': { type: 'string' },
    top: { type: 'string', default: '20' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help) {
    process.stdout.write(SHOW_HELP)
    return 0
  }
  const [path, ...extra] = positionals
  if (path === undefined || extra.length > 0) {
    throw new UserError(`show takes one file or folder, found ${positionals.length}`, {
      hint: 'See: leakgate show --help',
    })
  }
  const top = Number(values.top)
  if (!Number.isInteger(top) || top < 0) throw new UserError(`--top ${values.top}: expected a number of rows`)
  const stacks = new Stacks()
  const ahead = readAhead(values.base === undefined ? [path] : [path, values.base])
  const recordings = readRecordings(path, stacks, ahead)
  if (recordings.length === 0) throw new UserError('no profiles found', { where: path })
  for (const recording of recordings) {
    const profiles = recording.snapshots.flatMap(profilesOf)
    const wanted = values['sample-type']
    const base = values.base === undefined ? undefined : lastProfile(values.base, wanted, stacks, ahead)
    if (recording.snapshots.length > 1) process.stdout.write(describe(recording))
    const head = lastOf(profiles, wanted)
    if (head !== undefined) process.stdout.write(table(base, head, wanted, top, stacks))
    else process.stdout.write(describe(recording))
  }
  return 0
}

function profilesOf(snapshot: Snapshot): Folded[] {
  const { goroutineleak, goroutine, allocs, heap, other } = snapshot
  return [...other, goroutineleak, goroutine, allocs, heap].filter((profile) => profile !== undefined)
}

/** The last profile with values of the wanted type; where none has them, the last, whose types the error tells. */
function lastOf(profiles: readonly Folded[], wanted: string | undefined): Folded | undefined {
  const having = wanted && profiles.findLast((profile) => sampleTypeIndex(profile, wanted) !== -1)
  return having || profiles.at(-1)
}

function lastProfile(path: string, wanted: string | undefined, stacks: Stacks, ahead: Ahead | undefined): Folded {
  const profiles = readRecordings(path, stacks, ahead).flatMap((one) => one.snapshots.flatMap(profilesOf))
  const profile = lastOf(profiles, wanted)
  if (profile === undefined) throw new UserError('no profile found', { where: path })
  return profile
}

function describe(recording: Recording): string {
  const { length } = recording.snapshots
  const lines = [`service ${plainText(recording.service)}, ${length} ${length === 1 ? 'snapshot' : 'snapshots'}`]
  for (const [i, snapshot] of recording.snapshots.entries()) {
    const { memstats, dump } = snapshot
    const parts = profilesOf(snapshot).map((profile) => summary(profile))
    if (memstats !== undefined) parts.push(`live heap ${formatValue(memstats.heapAlloc, 'bytes')}`)
    if (dump !== undefined) parts.push(`${dump.total} goroutines in ${dump.groups.length} groups`)
    lines.push(`  ${snapshot.round ?? i + 1} ${snapshot.phase}: ${parts.join(', ')}`)
  }
  return `${lines.join('\n')}\n`
}

function summary(profile: Folded): string {
  const { type } = profile.sampleTypes[profile.defaultSampleType] ?? { type: 'nothing' }
  return `${plainText(type)} ${print(total(profile, profile.defaultSampleType), profile, profile.defaultSampleType)}`
}

function table(
  base: Folded | undefined,
  head: Folded,
  wanted: string | undefined,
  top: number,
  stacks: Stacks,
): string {
  const type = wanted === undefined ? head.defaultSampleType : sampleTypeIndex(head, wanted)
  if (type === -1 || head.sampleTypes.length === 0) {
    const names = head.sampleTypes.map((one) => plainText(one.type)).join(', ')
    throw new UserError(`no sample type ${JSON.stringify(wanted)}`, { where: head.source, hint: `It has: ${names}` })
  }
  const { rows, total: whole } = functionGrowth(base, head, type, stacks)
  const shown = top === 0 ? rows : rows.slice(0, top)
  const { type: name, unit } = head.sampleTypes[type]!
  const lines = [
    `${plainText(name)}/${plainText(unit)}, total ${print(whole, head, type)}${base ? ' in the base' : ''}`,
  ]
  lines.push(`${'flat'.padStart(12)} ${'cum'.padStart(12)}  function`)
  for (const row of shown) {
    const [flat, cum] = [print(row.flat, head, type), print(row.cum, head, type)]
    lines.push(`${flat.padStart(12)} ${cum.padStart(12)}  ${plainText(row.function)}`)
  }
  if (shown.length < rows.length) lines.push(`${rows.length - shown.length} more functions; --top 0 prints all`)
  return `${lines.join('\n')}\n`
}

const UNITS: Readonly<Record<string, ValueUnit>> = { bytes: 'bytes', nanoseconds: 'nanoseconds' }

function print(value: number, profile: Folded, type: number): string {
  return formatValue(value, UNITS[profile.sampleTypes[type]!.unit] ?? 'count')
}
