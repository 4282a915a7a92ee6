import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parseHeapText } from '../../src/profile/heap-text.ts'
import { formatError, fuzz } from './mutations.ts'

const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8')
const parse = (text: string) => parseHeapText('heap.txt', text)
const GO127 = read('heap-debug1-go1.27.txt')
const SMALL = `heap profile: 3: 96 [5: 160] @ heap/1048576
1: 32 [3: 96] @ 0x1 0x2
#\t0x1\tmain.fill+0x10\t\t/src/a b.go:7
#\t0x2\tmain.main+0x2\t/src/main.go:3

2: 64 [2: 64] @

`

describe('heap?debug=1', () => {
  it('is read as it stands, unscaled', () => {
    expect(parse(SMALL)).toEqual({
      source: 'heap.txt',
      rate: 524288,
      records: [
        {
          liveObjects: 1,
          liveBytes: 32,
          allocObjects: 3,
          allocBytes: 96,
          frames: [
            { function: 'main.fill', file: '/src/a b.go', line: 7 },
            { function: 'main.main', file: '/src/main.go', line: 3 },
          ],
        },
        { liveObjects: 2, liveBytes: 64, allocObjects: 2, allocBytes: 64, frames: [] },
      ],
    })
  })

  it.each([
    ['heap-debug1-go1.26.txt', 11, [81920, 81920], 'main.main'],
    ['heap-debug1-go1.27.txt', 9, [6912, 6912], 'main.main'],
  ])('of %s', (name, records, bytes, leaf) => {
    const heap = parse(read(name))
    expect(heap).toMatchObject({ rate: 524288 })
    expect(heap.records).toHaveLength(records)
    const last = heap.records.at(-1)!
    expect([last.liveBytes, last.allocBytes, last.frames[0]!.function]).toEqual([...bytes, leaf])
  })

  it('may lack the trailer and be bytes', () => {
    const records = GO127.slice(0, GO127.indexOf('\n# runtime.MemStats'))
    expect(parse(records)).toEqual(parse(GO127))
    expect(parseHeapText('heap.txt', Buffer.from(records))).toEqual(parse(GO127))
  })

  it('is one line where nothing was sampled', () => {
    expect(parse('heap profile: 0: 0 [0: 1] @ heap/0\n')).toEqual({ source: 'heap.txt', rate: 0, records: [] })
  })

  it('is refused wherever it is cut', () => {
    // Of the records; behind them only the trailer is lost, which is another parser's concern.
    const end = GO127.indexOf('\n# runtime.MemStats')
    for (let length = 0; length < end; length++) formatError(() => parse(GO127.slice(0, length)))
    expect(parse(GO127.slice(0, end)).records).toHaveLength(9)
  })
})

test.each([
  ['', 1, 'expected Go\'s "heap profile: objects: bytes [objects: bytes] @ heap/rate", found ""'],
  ['heap profile:   1: 8 [ 2: 16] @ heap_v2/524288\n', 1, 'found a heap profile of another tool'],
  ['heap profile: 1: 8 [2: 16] @ heapprofile\n', 1, 'found a heap profile of another tool'],
  ['heap_v2/524288\n', 1, 'found a heap profile of another tool'],
  ['--- heapz 1 ---\n', 1, 'found a heap profile of another tool'],
  ['goroutine profile: total 1\n', 1, 'found "goroutine profile: total 1"'],
  ['heap profile: 0: 0 [0: 0] @ heap/7\n', 1, 'expected twice the sampling rate, an even number, found 7'],
  [SMALL.replace('3: 96 [5', '4: 96 [5'), 7, 'expected records that add up to 4, as line 1 says, found 3'],
  [SMALL.replace('2: 64 [2', '2: 65 [2'), 7, 'expected records that add up to 96, as line 1 says, found 97'],
  [SMALL.replace('[3: 96]', '3: 96'), 2, 'expected a record'],
  [SMALL.replace('main.fill+0x10', 'main.fill'), 3, 'expected a frame'],
  [SMALL.replace('.go:7', '.go'), 3, 'expected a frame'],
  [SMALL.replace('#\t0x2', '# 0x2'), 4, 'expected a frame'],
])('refuses %j', (text, line, message) => {
  const error = formatError(() => parse(text))
  expect(error.where).toBe(`heap.txt: line ${line}`)
  expect(error.message).toContain(message)
})

it('throws nothing but FormatError on damaged text', () => {
  const tokens = [
    '\n',
    '\n\n',
    '#',
    '\t',
    ' @',
    ' 0x1',
    '[',
    ']',
    ': ',
    '-',
    'heap/',
    '# runtime.MemStats\n',
    '999999999999999999',
  ]
  const result = fuzz(parse, [GO127, SMALL], tokens, 4000)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.accepted).toBeGreaterThan(100)
})
