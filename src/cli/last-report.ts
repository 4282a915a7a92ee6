import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, parse } from 'node:path'
import { type Report, serializeReport } from '../report/report.ts'

/** In the user's cache, below the path of each folder that leakgate runs in: nothing appears in the repository. */
function fileFor(folder: string): string {
  const cache = process.env['XDG_CACHE_HOME'] || process.env['LOCALAPPDATA'] || join(homedir(), '.cache')
  return join(cache, 'leakgate', 'reports', folder.slice(parse(folder).root.length), 'report.json')
}
/** Keeps the report for `leakgate accept`. A cache that cannot be written is no failure of the comparison. */

export function keepReport(report: Report): void {
  const file = fileFor(process.cwd())
  try {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, serializeReport(report))
  } catch {
    // `accept` says so when it finds none.
  }
}

export function lastReport(): string | undefined {
  const file = fileFor(process.cwd())
  return existsSync(file) ? file : undefined
}
