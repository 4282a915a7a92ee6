import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './fixtures.ts'

const [HEAD, ...PACKAGES] = readFileSync(join(ROOT, 'dist/licenses.txt'), 'utf8').split(`\n${'-'.repeat(80)}\n\n`)

/** Licences that a bundle under MIT may hold: all ask for their text, none for more. */
const PERMISSIVE = ['MIT', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'Zlib']

test('every package of the bundle stands there with name, version, licence and its text', () => {
  expect(HEAD).toContain('leakgate is under the MIT licence')
  expect(PACKAGES.length).toBeGreaterThan(50)
  const wrong = PACKAGES.filter((text) => {
    const names = /^@?[\w./-]+ \d+\.\d+\.\S+ \((.+)\)\n\n/
      .exec(text)?.[1]
      ?.match(/[\w.-]+/g)
      ?.filter((word) => word !== 'AND')
    if (names === undefined || names.some((name) => !PERMISSIVE.includes(name))) return true
    const body = text.slice(text.indexOf('\n'))
    return body.length < 500 || !/copyright|Apache License/i.test(body)
  })
  expect(wrong.map((text) => text.split('\n')[0])).toEqual([])
})

test('what is never called is not in the bundle', () => {
  const names = PACKAGES.map((text) => text.split(' ')[0])
  for (const name of ['buffers', 'binary', 'unzip-stream']) expect(names).not.toContain(name)
})
