import { describe, expect, test } from 'vitest'
import { unzip } from '../../src/baseline/unzip.ts'
import { zip } from '../../src/baseline/zip.ts'
import { UserError } from '../../src/errors.ts'
import { archive } from '../github/fake/archive.ts'

const LIMITS = { entries: 100, bytes: 20 * 1024 * 1024 }
const TEXT = Buffer.from('what a recording holds')

describe('an archive nobody vouches for', () => {
  test.each([
    [
      'a way up',
      [{ name: '../../etc/passwd', bytes: TEXT }],
      /"\.\.\/\.\.\/etc\/passwd", which is none of a recording's/,
    ],
    ['a way up further in', [{ name: 'recordings/../../x', bytes: TEXT }], /none of a recording's/],
    ['an absolute path', [{ name: '/etc/cron.d/x', bytes: TEXT }], /none of a recording's/],
    ['a path of Windows', [{ name: 'C:\\x', bytes: TEXT }], /none of a recording's/],
    ['a hidden file', [{ name: '.git/hooks/pre-commit', bytes: TEXT }], /none of a recording's/],
    ['a line end in a name', [{ name: 'a\n::error::x', bytes: TEXT }], /none of a recording's/],
    ['a folder', [{ name: 'recordings/', bytes: Buffer.alloc(0) }], /none of a recording's/],
    ['a link', [{ name: 'link', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }], /holds a link, "link"/],
    [
      'a file twice',
      [
        { name: 'a', bytes: TEXT },
        { name: 'a', bytes: TEXT },
      ],
      /holds "a" twice/,
    ],
    ['a password', [{ name: 'a', bytes: TEXT, flags: 1 }], /encrypted/],
    [
      'a way to pack nobody knows',
      [{ name: 'a', bytes: TEXT, method: 99 }],
      /packed in a way that is not known \(99\)/,
    ],
    ['a size that is a lie', [{ name: 'a', bytes: Buffer.alloc(9_000_000), claims: 10 }], /holds a damaged file, a/],
    [
      'too many files',
      Array.from({ length: 101 }, (_, i) => ({ name: `f${i}`, bytes: TEXT })),
      /101 files, more than 100/,
    ],
  ])('%s is refused', (_, entries, message) => {
    const read = (): unknown => unzip('artifact 1', archive(entries), LIMITS)
    expect(read).toThrow(UserError)
    expect(read).toThrow(message)
  })

  test('a bomb of 300 MB is refused before it is inflated', () => {
    const bomb = archive([{ name: 'heap.pb.gz', bytes: Buffer.alloc(300_000_000) }])
    expect(bomb.length).toBeLessThan(400_000)
    const before = process.memoryUsage().arrayBuffers
    expect(() => unzip('artifact 1', bomb, LIMITS)).toThrow('inflates to 287 MiB, more than 20 MiB')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })

  test('many files that are small each are added up', () => {
    const bytes = Buffer.alloc(1_000_000)
    const entries = Array.from({ length: 30 }, (_, i) => ({ name: `f${i}`, bytes }))
    expect(() => unzip('artifact 1', archive(entries), LIMITS)).toThrow(/inflates to 29 MiB/)
  })

  test('any cut and any changed byte is refused or changes nothing', () => {
    const whole = zip(
      new Map([
        ['a/heap.pb.gz', TEXT],
        ['b.json', Buffer.from('{}')],
      ]),
    )
    for (let length = 0; length < whole.length; length++) {
      expect(() => unzip('artifact 1', whole.subarray(0, length), LIMITS)).toThrow(UserError)
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] = changed[at]! ^ 0xff
      try {
        for (const bytes of unzip('artifact 1', changed, LIMITS).values())
          expect([TEXT.length, 2]).toContain(bytes.length)
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    }
  })
})

test('what was packed comes back, and the same files make the same bytes', () => {
  const files = new Map([
    ['b/1.txt', TEXT],
    ['a', Buffer.alloc(0)],
    ['c', Buffer.from([0, 255, 1])],
  ])
  expect(new Map([...unzip('x', zip(files), LIMITS)].sort())).toEqual(new Map([...files].sort()))
  expect(zip(files)).toEqual(zip(new Map([...files].reverse())))
})
