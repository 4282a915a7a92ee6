import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'

// The pipeline one would write with pprof-format: an object for everything, a Map by function name. It prints the
// functions that grew most, by flat value of the last sample type.

interface Growth {
  flat: number
  cum: number
}

function read(path: string): Profile {
  const bytes = readFileSync(path)
  return Profile.decode(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)
}

function add(profile: Profile, sign: number, growth: Map<string, Growth>): void {
  const text = profile.stringTable.strings
  const functions = new Map(profile.function.map((one) => [one.id, text[Number(one.name)]!]))
  const locations = new Map(
    profile.location.map((one) => [one.id, one.line.map((line) => functions.get(line.functionId) ?? '')]),
  )
  for (const sample of profile.sample) {
    // Negative values come as their two's complement.
    const value = sign * Number(BigInt.asIntN(64, BigInt(sample.value.at(-1) ?? 0)))
    if (value === 0) continue
    const names = sample.locationId.flatMap((id) => locations.get(id) ?? [])
    for (const name of new Set(names)) at(growth, name).cum += value
    if (names[0] !== undefined) at(growth, names[0]).flat += value
  }
}

function at(growth: Map<string, Growth>, name: string): Growth {
  let entry = growth.get(name)
  if (entry === undefined) {
    entry = { flat: 0, cum: 0 }
    growth.set(name, entry)
  }
  return entry
}

const [base, head] = process.argv.slice(2)
const growth = new Map<string, Growth>()
add(read(base!), -1, growth)
add(read(head!), 1, growth)
const rows = [...growth].sort(([, a], [, b]) => Math.abs(b.flat) - Math.abs(a.flat)).slice(0, 20)
for (const [name, { flat, cum }] of rows) console.log(flat, cum, name)
