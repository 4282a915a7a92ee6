import { expect, test } from 'vitest'
import { withIgnore } from '../../src/policy/amend.ts'
import { parsePolicy } from '../../src/policy/parse.ts'

const ENTRY = {
  where: 'any',
  name: 'a/b.(*T).f',
  reason: 'why: "so"',
  max: '64 and 4MiB',
  expires: '2027-03-01',
} as const
const WRITTEN = [
  '  - any: "a/b.(*T).f"',
  '    reason: "why: \\"so\\""',
  '    max: 64 and 4MiB',
  '    expires: 2027-03-01',
].join('\n')
const write = (text: string, entry: Parameters<typeof withIgnore>[2] = ENTRY): string => withIgnore('p', text, entry)

test.each([
  ['', `ignore:\n${WRITTEN}\n`],
  ['# ours\n', `# ours\nignore:\n${WRITTEN}\n`],
  ['preset: strict   # because', `preset: strict   # because\nignore:\n${WRITTEN}\n`],
  ['ignore:   # none yet\npreset: strict\n', `ignore:   # none yet\n${WRITTEN}\npreset: strict\n`],
])('%j gets the entry and keeps its own bytes', (before, after) => {
  expect(write(before)).toBe(after)
})

test('a list keeps its comments, its order and its indentation', () => {
  const before = `ignore:\n- top:   x.y  # first\n  reason: r\n\n# what follows\nlimits: { goroutines: +5 }   # few\n`
  const after = write(before)
  expect(after).toBe(before.replace('  reason: r\n', `  reason: r\n${WRITTEN.replace(/^ {2}/gm, '')}\n`))
})

test('the same place again is the same entry, with new values', () => {
  const once = write('# mine\n')
  expect(write(once)).toBe(once)
  const other = write(once, { ...ENTRY, max: '8', expires: '2028-01-01' })
  expect(other).toBe(once.replace('64 and 4MiB', '8').replace('2027-03-01', '2028-01-01'))
  const short = 'ignore: [{ any: a/b.(*T).f, reason: r }]   # all\n'
  const { ignore } = parsePolicy([{ source: 'p', text: write(short) }])
  expect(ignore).toMatchObject([{ reason: 'why: "so"', max: { goroutines: 64, bytes: 2 ** 22 } }])
})

test.each(['[]', '[{ top: x.y, reason: r }]'])('a list on one line, %s, takes it too', (list) => {
  const { ignore } = parsePolicy([{ source: 'p', text: write(`preset: strict\nignore: ${list}\n`) }])
  expect(ignore.at(-1)).toMatchObject({ match: { where: 'any', name: 'a/b.(*T).f' } })
})

test.each(['x"\nlimits:\n  goroutines: off\n#.y', 'a: b', '- x', '/.*/', 'a\u2028b.c', 'a\'b"c.d)', '*a', '{}', '<<'])(
  'a name that is none, %j, is refused or stays a name',
  (name) => {
    let text: string
    try {
      text = write('preset: strict\n', { ...ENTRY, name })
    } catch (error) {
      expect((error as Error).message).toContain('cannot be written')
      return
    }
    const policy = parsePolicy([{ source: 'p', text }])
    expect(policy.ignore.map(({ match }) => match.name)).toEqual([name])
    expect(policy.limits).toEqual(parsePolicy([{ source: 'p', text: 'preset: strict' }]).limits)
  },
)

test('what is no policy is refused and not mended', () => {
  expect(() => write('limit: 5')).toThrow(/unknown key "limit"/)
})
