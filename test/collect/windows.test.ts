import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pathBelow } from '../../src/collect/paths.ts'
import { gitBash } from '../../src/collect/record/shell.ts'
import { parseTargets } from '../../src/collect/record/target.ts'

describe('a path as seen from a folder, with slashes', () => {
  test.each([
    ['D:\\a\\shop', 'D:\\a\\shop\\internal\\cache\\cache.go', 'internal/cache/cache.go'],
    // Go writes slashes into its profiles on Windows too.
    ['D:\\a\\shop', 'D:/a/shop/internal/cache.go', 'internal/cache.go'],
    ['D:\\a\\shop', 'd:\\A\\Shop\\cache.go', 'cache.go'],
    ['D:\\a\\shop', 'D:\\a\\shop', ''],
    ['D:\\a\\shop', 'D:\\a\\shop\\..cache\\x.go', '..cache/x.go'],
    ['D:\\a\\shop', 'D:\\a', undefined],
    ['D:\\a\\shop', 'D:\\a\\other\\x.go', undefined],
    ['D:\\a\\shop', 'C:\\hostedtoolcache\\go\\src\\net\\http\\server.go', undefined],
  ])('on Windows, from %s: %s', (folder, path, below) => {
    expect(pathBelow(folder, path, win32)).toBe(below)
  })

  test.each([
    ['/home/shop', '/home/shop/cache/cache.go', 'cache/cache.go'],
    ['/home/shop', '/home/shop', ''],
    ['/home/shop', '/home/shop/..cache/x.go', '..cache/x.go'],
    ['/home/shop', '/home', undefined],
    ['/home/shop', '/usr/lib/go/x.go', undefined],
  ])('elsewhere, from %s: %s', (folder, path, below) => {
    expect(pathBelow(folder, path, posix)).toBe(below)
  })
})

test('scripts run in Git’s bash on Windows, never in that of a Linux machine beside it', () => {
  const git = 'E:\\Programs\\Git\\bin\\bash.exe'
  expect(gitBash('win32', { PROGRAMFILES: 'E:\\Programs' }, (path) => path === git)).toBe(git)
  expect(gitBash('win32', {}, (path) => path === 'C:\\Program Files\\Git\\bin\\bash.exe')).toBeDefined()
  expect(gitBash('win32', {}, () => false)).toBeUndefined()
  expect(gitBash('linux', { PROGRAMFILES: 'E:\\Programs' }, () => true)).toBeUndefined()
})

test('a Unix socket is refused on Windows in words', () => {
  expect(() => parseTargets('input targets', ['api=unix:/run/api.sock'], 'win32')).toThrow(
    /cannot be reached on Windows/,
  )
  expect(parseTargets('input targets', ['api=http://127.0.0.1:6060'], 'win32')).toHaveLength(1)
})
