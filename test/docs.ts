import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ROOT } from './fixtures.ts'

/** Checks that the part of a page between `<!-- name -->` marks is this text; UPDATE_DOCS=1 writes it instead. */
export function expectInDocs(page: string, name: string, text: string): void {
  const path = join(ROOT, page)
  const before = readFileSync(path, 'utf8')
  const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  expect(before, `${page} has no part marked ${name}`).toMatch(marked)
  const after = before.replace(marked, (_, open: string, close: string) => `${open}${text}\n${close}`)
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, after)
  else expect(before).toBe(after)
}
