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

/** Packages that name their licence and hold no text of it: who has the copyright, as the package itself says. */
const WITHOUT_TEXT: Readonly<Record<string, { readonly license: 'MIT'; readonly author: string }>> = {
  '@nodable/entities': { license: 'MIT', author: 'Amit Gupta (https://solothought.com)' },
}

/** Name, version and licence of a package, and the text; a package without either must not be in the bundle. */
function describe(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (typeof license !== 'string') throw new Error(`${name} ${version} declares no licence`)
  const texts = [...filesOf(folder), ...readmeOf(folder)]
  const known = WITHOUT_TEXT[name]
  if (texts.length === 0 && known?.license === license && known.author === author) texts.push(mit(known.author))
  if (texts.length === 0) throw new Error(`${name} ${version} (${license}) holds no text of its licence`)
  return [`${name} ${version} (${license})`, ...texts].join('\n\n').concat('\n')
}

function filesOf(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  return files.sort().map((file) => textOf(join(folder, file)))
}

/** The section of the README that holds the licence, where no file does. */
function readmeOf(folder: string): string[] {
  const file = readdirSync(folder).find((name) => /^readme/i.test(name))
  if (filesOf(folder).length > 0 || file === undefined) return []
  const section =
    /^#+ licen[cs]e.*\n([\s\S]+?)(?=^#+ |(?![\s\S]))/im.exec(textOf(join(folder, file)))?.[1]?.trim() ?? ''
  return /copyright/i.test(section) ? [section] : []
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim()
}

/** The text for which the name MIT stands (https://spdx.org/licenses/MIT.html). */
function mit(author: string): string {
  const own = textOf(join(import.meta.dirname, 'LICENSE'))
  const terms = own.slice(own.indexOf('Permission is hereby granted'))
  return `The package holds no text of its licence; MIT stands for this one.\n\nCopyright (c) ${author}\n\n${terms}`
}
