import { expect, test } from 'vitest'
import { foldProfile, total } from '../../src/profile/fold.ts'
import { Sequences } from '../../src/profile/sequences.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { folded, profileOf } from './folded.ts'

test('sequences keep one number each, however many there are', () => {
  const sequences = new Sequences()
  const item = (i: number): Int32Array => Int32Array.of(i % 7, i, i * 31)
  for (let i = 0; i < 20_000; i++) expect(sequences.intern(item(i), 3)).toBe(i)
  for (let i = 0; i < 20_000; i += 97) {
    expect(sequences.intern(item(i), 3)).toBe(i)
    expect([...sequences.items(i)]).toEqual([...item(i)])
  }
  expect(sequences.count).toBe(20_000)
  // A prefix is another sequence, and so is none at all.
  expect(sequences.intern(item(5), 2)).toBe(20_000)
  expect(sequences.intern(item(5), 0)).toBe(20_001)
  expect([...sequences.items(20_001)]).toEqual([])
})

test('frames that differ in file or line only are frames of their own', () => {
  const stacks = new Stacks()
  const a = stacks.frameId('main.f', 'a.go', 1)
  expect(stacks.frameId('main.f', 'a.go', 1)).toBe(a)
  expect(stacks.frameId('main.f', 'a.go', 2)).not.toBe(a)
  expect(stacks.frameId('main.f', 'b.go', 1)).not.toBe(a)
  expect(stacks.functionOf(stacks.frameId('main.f', 'b.go', 1))).toBe(stacks.functionOf(a))
})

test('samples of one stack and size fold into one entry, other sizes stay apart', () => {
  const stacks = new Stacks()
  const heap = foldProfile(
    profileOf(
      ['inuse_objects', 'inuse_space'],
      [
        { stack: 'main.main;main.put', size: 48, values: [2, 96] },
        { stack: 'main.main;main.put', size: 64, values: [1, 64] },
        { stack: 'main.main;main.put', size: 48, values: [3, 144] },
      ],
    ),
    stacks,
  )
  expect(heap.count).toBe(2)
  expect([...heap.blockSize]).toEqual([48, 64])
  expect([...heap.value]).toEqual([5, 240, 1, 64])
  expect(total(heap, 1)).toBe(304)
  expect(stacks.frames(heap.stack[0]!).map((frame) => frame.function)).toEqual(['main.put', 'main.main'])
})

test('two profiles over the same stacks compare by number', () => {
  const stacks = new Stacks()
  const [a, b] = [folded('main.main;main.a 1', stacks), folded('main.main;main.b 1\nmain.main;main.a 4', stacks)]
  expect(b.stack[1]).toBe(a.stack[0])
})
