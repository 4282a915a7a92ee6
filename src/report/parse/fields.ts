import { UserError } from '../../errors.ts'

/**
 * Fields of a JSON document nobody vouches for. A wrong one is a UserError that names the field; long texts are cut,
 * too many items are refused.
 */
export class Field {
  readonly #source: string
  readonly path: string
  readonly #value: unknown

  constructor(source: string, path: string, value: unknown) {
    this.#source = source
    this.path = path
    this.#value = value
  }

  /** JSON leaves out what is undefined; null is taken for the same. */
  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null
  }

  at(name: string): Field {
    const value = this.#value
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('an object')
    const found = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    return new Field(this.#source, this.path === '' ? name : `${this.path}.${name}`, found)
  }

  list<T>(most: number, read: (item: Field) => T): T[] {
    const value = this.#value
    if (!Array.isArray(value)) throw this.wrong('a list')
    if (value.length > most) throw this.wrong(`a list of at most ${most}`)
    return value.map((item, i) => read(new Field(this.#source, `${this.path}[${i}]`, item)))
  }

  text(most = 1000): string {
    if (typeof this.#value !== 'string') throw this.wrong('a text')
    return this.#value.slice(0, most)
  }

  number(): number {
    if (typeof this.#value !== 'number' || !Number.isFinite(this.#value)) throw this.wrong('a number')
    return this.#value
  }

  /** A number that JSON writes as null when it is infinite. */
  numberOr(infinity: number): number {
    return this.#value === null ? infinity : this.number()
  }

  natural(): number {
    const value = this.number()
    if (!Number.isSafeInteger(value) || value < 0) throw this.wrong('a whole number from 0 on')
    return value
  }

  flag(): boolean {
    if (typeof this.#value !== 'boolean') throw this.wrong('true or false')
    return this.#value
  }

  word<T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((one) => one === this.#value)
    if (found === undefined) {
      throw this.wrong(allowed.length <= 8 ? `one of ${allowed.join(', ')}` : 'a word this version knows')
    }
    return found
  }

  optional<T>(read: (field: Field) => T): T | undefined {
    return this.isAbsent ? undefined : read(this)
  }

  wrong(expected: string): UserError {
    const where = this.path === '' ? this.#source : `${this.#source}: ${this.path}`
    return new UserError(`expected ${expected}, found ${described(this.#value)}`, { where })
  }
}

function described(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  return typeof value === 'object' ? 'an object' : String(value)
}
