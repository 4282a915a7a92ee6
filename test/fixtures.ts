import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')
export const RECORDINGS = join(ROOT, '__fixtures__/recordings')
export const SERVICES = join(ROOT, '__fixtures__/services')

/** Names of all recordings, e.g. `map-cache`, `map-cache-go1.27`. */
export const VARIANTS: readonly string[] = readdirSync(RECORDINGS)

export function recording(name: string): string {
  return join(RECORDINGS, name)
}

/** The healthy recording a variant is held against: of the same Go version. */
export function baselineOf(variant: string): string {
  return variant.endsWith('-go1.27') ? 'healthy-go1.27' : 'healthy'
}

export function isHealthy(variant: string): boolean {
  return variant.startsWith('healthy')
}

/** The one line of the services marked `// leak:` that a variant's program runs, as `path:line`. */
export function markedLine(variant: string): string {
  const program = variant.replace(/-go1\.27$/, '')
  const main = readFileSync(join(SERVICES, 'cmd', program, 'main.go'), 'utf8')
  const packages = [...main.matchAll(/"example\.com\/orders\/(internal\/\w+)"/g)].map((match) => match[1]!)
  const marks = packages.flatMap((folder) =>
    readdirSync(join(SERVICES, folder)).flatMap((file) =>
      readFileSync(join(SERVICES, folder, file), 'utf8')
        .split('\n')
        .flatMap((text, i) => (text.includes('// leak:') ? [`${folder}/${file}:${i + 1}`] : [])),
    ),
  )
  if (marks.length !== 1) throw new Error(`${variant}: expected one marked line, found ${marks.join(', ') || 'none'}`)
  return marks[0]!
}
