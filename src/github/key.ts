import { createHash } from 'node:crypto'

/** Names of artifacts are short and plain; a matrix leg must not share one with another. */
const LONGEST = 60

/**
 * What tells this leg's baseline, part and report apart from others of the repository: the key as given, else the job
 * with the values of its matrix.
 */
export function keyOf(given: string, job: string, matrix: string): string {
  return given === '' ? slug([job || 'gate', ...matrixValues(matrix)].join('-')) : slug(given)
}

/** Letters, digits, `.`, `_`, `-`; a hash tells apart what would become the same. */
export function slug(text: string): string {
  const plain = text.replace(/[^\w.-]+/g, '-').slice(0, LONGEST)
  return plain === text ? plain : `${plain.replace(/-+$/, '')}-${digest(text, 6)}`
}

export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** `{"go":"1.26","os":"linux"}` in the order of its names; `null` where there is no matrix. */
function matrixValues(matrix: string): string[] {
  try {
    const values: unknown = JSON.parse(matrix || 'null')
    if (typeof values !== 'object' || values === null) return []
    return Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
  } catch {
    return []
  }
}
