import { describe, expect, test } from 'vitest'
import { gate } from '../../src/gate.ts'
import { type Checkout, NO_CHECKOUT } from '../../src/policy/checkout.ts'
import { isMapWrite } from '../../src/policy/diagnose.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import type { GoroutineDump } from '../../src/profile/goroutine/dump.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { recordingOf } from '../diff/recordings.ts'
import type { TestSample } from '../profile/folded.ts'

/** Each block: stack, size, blocks that are added in each round. */
type Block = readonly [stack: string, size: number, added: number]

/** The first finding's line and kind, for heap that grows so, in a file of these lines. */
function firstFinding(blocks: readonly Block[], source: Readonly<Record<number, string>>) {
  const checkout: Checkout = {
    modules: [],
    locate: (file) => (file === 'main/file.go' ? file : undefined),
    line: (_, line) => source[line],
    changed: () => undefined,
  }
  const heap = (i: number): TestSample[] =>
    blocks.map(([stack, size, added]) => {
      const [count, bytes] = [10 + added * i, (10 + added * i) * size]
      return { stack, size, values: [count, bytes, count, bytes] }
    })
  const stacks = new Stacks()
  const report = gate({
    base: [recordingOf(() => ({ heap: heap(0) }), { stacks })],
    head: [recordingOf((i) => ({ heap: heap(i) }), { stacks })],
    policy: parsePolicy([]),
    checkout,
    now: new Date('2026-11-24T00:00:00Z'),
  })
  const { kind, culprit, total } = report.services[0]!.findings[0]!
  return { kind, line: culprit?.line, bytes: total.growth.value }
}

test('of the lines of one function, the one that keeps is named though another allocates more', () => {
  const blocks: Block[] = [
    ['main.main;main.open:7', 1024, 100],
    ['main.main;main.open:9', 16, 100],
  ]
  const source = { 7: 'one := &order{data: make([]byte, n)}', 9: 'open = append(open, one)' }
  // What the finding amounts to is the growth of the whole function, once.
  expect(firstFinding(blocks, source)).toEqual({ kind: 'slice-growth', line: 9, bytes: 7 * 100 * (1024 + 16) })
})

test('a container with less than a slot for each object does not hold them', () => {
  const blocks: Block[] = [
    ['main.main;main.open:7', 1024, 100],
    ['main.main;main.open:9', 16, 10],
  ]
  const source = { 7: 'one := &order{data: make([]byte, n)}', 9: 'names = append(names, one.name)' }
  expect(firstFinding(blocks, source)).toMatchObject({ kind: 'heap-retained', line: 7 })
})

test('the container of a dependency’s large objects is found though it is small', () => {
  const blocks: Block[] = [
    ['main.main;main.open:7;encoding/json.NewDecoder:1', 4096, 200],
    ['main.main;main.open:9', 16, 200],
  ]
  const source = { 7: 'one := json.NewDecoder(r)', 9: 'open[id] = one' }
  expect(firstFinding(blocks, source)).toMatchObject({ kind: 'map-growth', line: 9 })
})

test('of containers in one function, the one with few large blocks keeps the many small ones', () => {
  const blocks: Block[] = [
    ['main.main;main.open:7', 48, 1000],
    ['main.main;main.open:8', 64, 1000],
    ['main.main;main.open:9', 8192, 2],
  ]
  const source = { 7: 'cart := make(map[int]int)', 8: 'cart[item] = i', 9: 'carts[id] = cart' }
  expect(firstFinding(blocks, source)).toMatchObject({ kind: 'map-growth', line: 9 })
})

test('one buffer that doubles is named, as a possibility, when the whole heap grows by it', () => {
  const stacks = new Stacks()
  const buffer = (size: number): TestSample[] => [
    { stack: 'main.main;main.write:3;bytes.growSlice:1', size, values: [1, size, 1, size] },
  ]
  const at = (i: number): number => 2 ** Math.ceil(Math.log2((i + 1) * 400_000))
  const report = gate({
    base: [recordingOf(() => ({ heap: buffer(4096), live: 4_000_000 }), { stacks })],
    head: [recordingOf((i) => ({ heap: buffer(at(i)), live: 4_000_000 + (i + 1) * 400_000 }), { stacks })],
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
  const { kind, confidence, level, culprit } = report.services[0]!.findings[0]!
  expect({ kind, confidence, level, line: culprit?.line }).toEqual({
    kind: 'buffer-growth',
    confidence: 'possible',
    level: 'fail',
    line: 3,
  })
})

describe('what two parts of a program allocate that one function leads to', () => {
  const held: Block = ['main.main;main.each:5;main.(*orders).Op:20', 64, 300]
  const other: Block = ['main.main;main.each:5;main.(*cache).Op:30', 128, 40]
  const source = {
    5: 'part.Op(i)',
    6: 'c.put(key, render(page))',
    20: 'o.last = &order{next: o.last}',
    30: 'c.pages[key] = p',
  }

  test('is not one leak where that function calls whatever it is given', () => {
    expect(firstFinding([held, other], source)).toMatchObject({ kind: 'heap-retained', line: 20 })
  })

  test('is one where it names both', () => {
    const rendered: Block = ['main.main;main.serve:6;main.render:40', 64, 300]
    const put: Block = ['main.main;main.serve:6;main.(*cache).put:30', 128, 40]
    expect(firstFinding([rendered, put], source)).toMatchObject({ kind: 'map-growth', line: 30 })
  })

  test('is one where it calls them one after the other', () => {
    const kept: Block = ['main.main;main.each:7;main.(*cache).Op:30', 128, 40]
    expect(firstFinding([held, kept], source)).toMatchObject({ kind: 'map-growth', line: 30 })
  })
})

test('heap.Push is named where it is called, not where the interface is implemented', () => {
  const blocks: Block[] = [['main.main;main.plan:4;container/heap.Push:1;main.(*queue).Push:12', 64, 200]]
  const source = { 4: 'heap.Push(&jobs, j)', 12: '*q = append(*q, x.(*job))' }
  expect(firstFinding(blocks, source)).toMatchObject({ kind: 'slice-growth', line: 4 })
})

test.each([
  ['bus.handlers = append(bus.handlers, func() { body[0]++ })', false],
  ['m[k] = append(m[k], v)', true],
])('%s writes a map: %s', (text, is) => {
  expect(isMapWrite(text)).toBe(is)
})

test('of goroutines that pile up at both ends of connections, those of the user’s own line come first', () => {
  const stacks = new Stacks()
  const ends = (i: number): string =>
    `net/http.(*conn).serve;internal/poll.(*FD).Read;runtime.gopark ${i * 8}\nmain.fetch;main.wait;runtime.gopark ${i * 5}`
  const { services } = gate({
    base: [recordingOf(() => ({}), { stacks })],
    head: [recordingOf((i) => ({ goroutines: ends(i) }), { stacks })],
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
  expect(services[0]!.findings.map(({ culprit }) => culprit?.function).slice(0, 2)).toEqual([
    'main.wait',
    'internal/poll.(*FD).Read',
  ])
})

test('a line of a request that is kept belongs to the map that has a part of it as key', () => {
  const read: Block = ['net/http.(*conn).serve;net/http.(*conn).readRequest;net/textproto.readLine:45', 48, 1000]
  const blocks: Block[] = [['net/http.(*conn).serve;main.login:22', 144, 1000], read]
  const bytes = 7 * 1000 * (144 + 48)
  expect(firstFinding(blocks, { 22: 'sessions[user] = s' })).toEqual({ kind: 'map-growth', line: 22, bytes })
  // A map that grows in a few large steps is named by what it holds.
  const held: Block[] = [['main.serve;main.login:22', 8192, 1], ['main.serve;main.login:20', 144, 1000], read]
  expect(firstFinding(held, { 20: 's := &session{}', 22: 'sessions[user] = s' })).toMatchObject({
    kind: 'map-growth',
    bytes: 7 * (8192 + 1000 * (144 + 48)),
  })
  // Without anything that keeps, it is all there is to tell.
  expect(firstFinding([read], {})).toMatchObject({ kind: 'heap-retained', line: 45 })
})

test('of connections that nobody closes the dial is named, not the buffer of what reads from them', () => {
  const stacks = new Stacks()
  const heap = (n: number): TestSample[] =>
    [
      { stack: 'main.accept:37;net.(*netFD).accept;net.newFD', size: 480 },
      { stack: 'main.dial:17;net.Dial;net.newFD', size: 400 },
      { stack: 'main.readLoop:27;bufio.(*Scanner).Scan', size: 4096 },
    ].map((one) => ({ ...one, values: [n, n * one.size, n, n * one.size] }))
  const reading = (n: number): string =>
    `main.readLoop:27;net.(*conn).Read;internal/poll.runtime_pollWait;runtime.gopark ${n}`
  const at = (name: string, line: number) => ({ function: name, file: 'main/file.go', line })
  const group = {
    count: 1000,
    state: 'IO wait',
    waitMinutes: 0,
    leaked: false,
    lockedToThread: false,
    frames: [at('net.(*conn).Read', 1), at('main.readLoop', 27)],
    createdBy: at('main.dial', 21),
    labels: {},
  }
  const dump: GoroutineDump = { source: 'test', form: 'debug=2', total: 1000, groups: [group] }
  const leaking = recordingOf((i) => ({ heap: heap(10 + i * 100), goroutines: reading(i * 100) }), { stacks })
  const { services } = gate({
    base: [recordingOf(() => ({ heap: heap(10) }), { stacks })],
    head: [{ ...leaking, snapshots: leaking.snapshots.map((snapshot) => ({ ...snapshot, dump })) }],
    policy: parsePolicy([]),
    checkout: NO_CHECKOUT,
    now: new Date('2026-11-24T00:00:00Z'),
  })
  expect(services[0]!.findings[0]).toMatchObject({
    kind: 'connection-not-closed',
    culprit: { function: 'main.dial', line: 17 },
  })
})
