import { UserError } from '../errors.ts'
import { type RecordedDoubt, readRecordedDoubt } from '../profile/recorded-doubt.ts'
import type { Load, Phase } from '../profile/recording.ts'

/** recording.json: what a recording's folder holds. Written by the recorder, read as untrusted. */
export interface Manifest {
  readonly service: string
  readonly goVersion: string | undefined
  readonly commit: string | undefined
  readonly settings: Readonly<Record<string, string>>
  readonly load: Load | undefined
  readonly snapshots: readonly ManifestSnapshot[]
  /** What the recorder saw go wrong. */
  readonly doubts: readonly RecordedDoubt[]
}

export interface ManifestSnapshot {
  readonly round: number | undefined
  readonly phase: Phase
  readonly time: number
  readonly operations: number | undefined
  /** Paths relative to the folder; plain names, no way out of it. */
  readonly files: readonly string[]
}

export const MANIFEST = 'recording.json'
export const MANIFEST_SCHEMA = 'leakgate/recording@1'
const MAX_SNAPSHOTS = 10_000
const MAX_FILES = 32
const MAX_DOUBTS = 100

/** Checks every field; anything unexpected is a UserError that names it. Unknown fields are left for later versions. */
export function parseManifest(source: string, text: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UserError(`not valid JSON: ${(error as Error).message}`, { where: source })
  }
  const root = new Fields(source, '', json)
  const schema = root.string('schema')
  if (schema !== MANIFEST_SCHEMA) {
    throw new UserError(`schema is ${JSON.stringify(schema)}, expected ${JSON.stringify(MANIFEST_SCHEMA)}`, {
      where: source,
      hint: 'The recording was made by another major version of leakgate: record it again.',
    })
  }
  const load = root.optional('load', (field) => field.object())
  const snapshots = root.list('snapshots', MAX_SNAPSHOTS).map((value) => parseSnapshot(value.object()))
  return {
    service: root.string('service').slice(0, 200),
    goVersion: root.optional('go', (field) => field.text()),
    commit: root.optional('commit', (field) => field.text()),
    settings: root.optional('settings', (field) => field.texts()) ?? {},
    load:
      load === undefined
        ? undefined
        : { rounds: load.get('rounds').number(), operations: load.optional('operations', (field) => field.number()) },
    snapshots,
    doubts: [...killed(root, snapshots), ...(root.optional('doubts', parseDoubts) ?? [])],
  }
}

function parseDoubts(field: Fields): RecordedDoubt[] {
  return field.items(MAX_DOUBTS).map((item) => readRecordedDoubt(item.value()))
}

/** The recorder writes its last word when it ends; a recording without it was left behind by one that was killed. */
function killed(root: Fields, snapshots: readonly ManifestSnapshot[]): RecordedDoubt[] {
  if (root.optional('state', (field) => field.text()) !== 'recording') return []
  const planned = root.optional('planned', (field) => field.number()) ?? 0
  const rounds = snapshots.filter(({ phase }) => phase !== 'load').length
  return [{ kind: 'unfinished', rounds, planned, reason: 'killed' }]
}

function parseSnapshot(fields: Fields): ManifestSnapshot {
  const phase = fields.string('phase')
  if (phase !== 'rest' && phase !== 'load' && phase !== 'single') {
    throw fields.fail('phase', '"rest", "load" or "single"')
  }
  const time = fields.string('time')
  const milliseconds = Date.parse(time)
  if (Number.isNaN(milliseconds)) throw fields.fail('time', 'a time such as 2026-11-23T20:50:01Z')
  return {
    round: fields.optional('round', (field) => field.number()),
    phase,
    time: milliseconds,
    operations: fields.optional('operations', (field) => field.number()),
    files: fields.list('files', MAX_FILES).map((value) => {
      const path = value.object().string('path')
      if (!isPlainPath(path)) throw fields.fail('files', `paths inside the recording, found ${JSON.stringify(path)}`)
      return path
    }),
  }
}

/** `01/heap.pb.gz`: names of letters, digits, `.`, `_`, `-`, none of them a step up. */
export function isPlainPath(path: string): boolean {
  return path.length <= 200 && path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part))
}

/** Reads the fields of a JSON object and names the one that is wrong. */
class Fields {
  readonly #source: string
  readonly #path: string
  readonly #value: unknown

  constructor(source: string, path: string, value: unknown) {
    this.#source = source
    this.#path = path
    this.#value = value
  }

  fail(name: string, expected: string): UserError {
    const path = [this.#path, name].filter((part) => part !== '').join('.')
    return new UserError(`${path === '' ? 'the root' : path} must be ${expected}`, { where: this.#source })
  }

  string(name: string): string {
    return this.get(name).text()
  }

  optional<T>(name: string, read: (field: Fields) => T): T | undefined {
    const field = this.get(name)
    return field.#value === undefined ? undefined : read(field)
  }

  list(name: string, most: number): Fields[] {
    return this.get(name).items(most)
  }

  items(most: number): Fields[] {
    if (!Array.isArray(this.#value) || this.#value.length > most) throw this.fail('', `a list of at most ${most}`)
    return this.#value.map((value, i) => new Fields(this.#source, `${this.#path}[${i}]`, value))
  }

  value(): unknown {
    return this.#value
  }

  object(): Fields {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) {
      throw this.fail('', 'an object')
    }
    return this
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.fail('', 'a text')
    return this.#value
  }

  number(): number {
    if (typeof this.#value !== 'number' || !Number.isFinite(this.#value)) throw this.fail('', 'a number')
    return this.#value
  }

  texts(): Record<string, string> {
    const entries = Object.entries(this.object().#value as object)
    for (const [name, value] of entries) if (typeof value !== 'string') throw this.fail(name, 'a text')
    return Object.fromEntries(entries)
  }

  get(name: string): Fields {
    const object = this.object().#value as Record<string, unknown>
    const path = this.#path === '' ? name : `${this.#path}.${name}`
    return new Fields(this.#source, path, Object.hasOwn(object, name) ? object[name] : undefined)
  }
}
