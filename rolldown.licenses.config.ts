import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'rolldown'

/** Writes what the bundle contains of others, with their licences, beside it: most of them ask for that. */
export function licenses(): Plugin {
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      // The page inside the HTML report is a bundle of its own, and holds this one.
      const folders = new Set([join(import.meta.dirname, 'node_modules/pako')])
      for (const file of Object.values(bundle)) {
        for (const folder of file.type === 'chunk' ? file.moduleIds.map(packageOf) : []) {
          if (folder !== undefined) folders.add(folder)
        }
      }
      const texts = [...folders].map(describe)
      const source = [HEAD, ...[...new Set(texts)].sort()].join(`\n${'-'.repeat(80)}\n\n`)
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source })
    },
  }
}

const HEAD = 'leakgate is under the MIT licence. Its bundle contains the packages below, under their own licences.\n'

/** The folder of the package that a module lies in; undefined for modules of our own. */
function packageOf(id: string): string | undefined {
  if (!id.includes('node_modules')) return undefined
  for (let folder = dirname(id.replace(/^\0/, '').replace(/\?.*$/, '')); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name !== undefined) return folder
    if (folder === dirname(folder)) return undefined
  }
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n').concat('\n')
}
