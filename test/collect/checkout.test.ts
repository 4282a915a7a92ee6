import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCheckout } from '../../src/collect/checkout.ts'
import { partyOf } from '../../src/policy/checkout.ts'

/** A folder with these files. */
function treeOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'leakgate-checkout-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const ROOT = treeOf({
  'go.mod': 'module github.com/acme/shop\n\ngo 1.26\n',
  'cmd/api/main.go': 'package main\n\nfunc main() {}\n',
  'internal/cache/cache.go': 'package cache\n\nvar m = map[string]int{}\n',
  'tools/go.mod': 'module github.com/acme/tools\n',
  'third_party/lru/go.mod': 'module github.com/other/lru\n',
  'third_party/lru/lru.go': 'package lru\n',
})

describe('whose modules', () => {
  test('the outermost module and others of its owner; a kept copy of a dependency is not', () => {
    expect(openCheckout(ROOT).modules).toEqual(['github.com/acme/shop', 'github.com/acme/tools'])
  })

  test('several modules side by side are all the user’s', () => {
    const root = treeOf({ 'a/go.mod': 'module example.com/a\n', 'b/go.mod': 'module example.org/b\n' })
    expect(openCheckout(root).modules).toEqual(['example.com/a', 'example.org/b'])
  })

  test.each([
    ['github.com/acme/shop/internal/cache.Put', 'first'],
    ['github.com/acme/shopping.Put', 'third'],
    ['github.com/other/lru.Add', 'third'],
    ['main.main', 'first'],
    ['net/http.(*conn).serve', 'standard'],
    ['<unknown>', 'standard'],
    ['[libc.so.6]', 'standard'],
  ])('%s is %s', (name, party) => {
    expect(partyOf({ function: name, file: '', line: 1 }, openCheckout(ROOT))).toBe(party)
  })

  test('a vendored file is not the user’s, whatever its package is called', () => {
    const file = '/src/vendor/github.com/acme/shop/x.go'
    expect(partyOf({ function: 'github.com/acme/shop/x.F', file, line: 1 }, openCheckout(ROOT))).toBe('third')
  })
})

describe('which file a profile means', () => {
  test.each([
    ['built with -trimpath', 'github.com/acme/shop/internal/cache/cache.go', 'internal/cache/cache.go'],
    ['built elsewhere', '/home/runner/work/shop/shop/internal/cache/cache.go', 'internal/cache/cache.go'],
    ['built here', join(ROOT, 'cmd/api/main.go'), 'cmd/api/main.go'],
    ['built on Windows', 'D:\\a\\shop\\shop\\cmd\\api\\main.go', 'cmd/api/main.go'],
    ['Go’s own', '/usr/local/go/src/net/http/server.go', undefined],
    ['of the module cache', '/root/go/pkg/mod/github.com/acme/shop@v1.0.0/cmd/api/main.go', undefined],
    ['a way out', 'github.com/acme/shop/../../etc/passwd.go', undefined],
    ['not Go', '/etc/passwd', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, file, path) => {
    expect(openCheckout(ROOT).locate(file)).toBe(path)
  })

  test('a link that leads out of the checkout is not followed', () => {
    const outside = treeOf({ 'secret.go': 'package secret\n' })
    symlinkSync(join(outside, 'secret.go'), join(ROOT, 'internal/cache/link.go'))
    expect(openCheckout(ROOT).locate('github.com/acme/shop/internal/cache/link.go')).toBeUndefined()
  })

  test('paths are as seen from the workspace', () => {
    const workspace = treeOf({
      'services/go.mod': 'module example.com/a\n',
      'services/a.go': 'package a\n\nvar X int\n',
    })
    const checkout = openCheckout(join(workspace, 'services'), workspace)
    expect(checkout.locate('example.com/a/a.go')).toBe('services/a.go')
    expect(checkout.line('services/a.go', 3)).toBe('var X int')
  })
})

test('lines, and which of them the change touched', () => {
  const plain = openCheckout(ROOT)
  expect(plain.line('internal/cache/cache.go', 3)).toBe('var m = map[string]int{}')
  expect(plain.line('internal/cache/cache.go', 99)).toBeUndefined()
  expect(plain.changed('internal/cache/cache.go', 3)).toBeUndefined()
  const touched = openCheckout(ROOT, ROOT, new Map([['internal/cache/cache.go', new Set([3])]]))
  expect([touched.changed('internal/cache/cache.go', 3), touched.changed('internal/cache/cache.go', 4)]).toEqual([
    true,
    false,
  ])
})
