import { describe, expect, test } from 'vitest'
import { Classes } from '../../src/diff/classes.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import { folded } from '../profile/folded.ts'

const BLOCKED = 'runtime.chansend1;runtime.chansend;runtime.gopark'

/** Classes of two stacks, given root first. */
function classesOf(a: string, b: string, kind: 'goroutine' | 'heap' = 'goroutine'): [number, number, Classes] {
  const stacks = new Stacks()
  const classes = new Classes(stacks, kind)
  const profile = folded(`${a} 1\n${b} 1`, stacks)
  return [classes.of(profile.stack[0]!), classes.of(profile.stack.at(-1)!), classes]
}

describe('the same stack in another build', () => {
  test.each([
    ['a moved line', `main.serve:10;main.send:20;${BLOCKED}`, `main.serve:11;main.send:25;${BLOCKED}`],
    ['another instantiation', `main.send[go.shape.int];${BLOCKED}`, `main.send[go.shape.string];${BLOCKED}`],
    ['a wrapper of a newer compiler', `main.send;${BLOCKED}`, `main.serve.gowrap1;main.send;${BLOCKED}`],
    ['other runtime internals', `main.send;runtime.chansend1;runtime.gopark`, `main.send;${BLOCKED}`],
    [
      'the mutex of another Go version',
      'main.f;sync.(*Mutex).Lock;sync.(*Mutex).lockSlow;sync.runtime_SemacquireMutex;runtime.semacquire1',
      'main.f;sync.(*Mutex).Lock;internal/sync.(*Mutex).Lock;internal/sync.(*Mutex).lockSlow;internal/sync.runtime_SemacquireMutex;runtime.semacquire1',
    ],
    ['escaped paths', `gopkg.in/yaml%2ev3.read;${BLOCKED}`, `gopkg.in/yaml.v3.read;${BLOCKED}`],
  ])('%s', (_, a, b) => {
    const [first, second] = classesOf(a, b)
    expect(first).toBe(second)
  })
})

describe('not the same stack', () => {
  test.each([
    ['another function', `main.send;${BLOCKED}`, `main.receive;${BLOCKED}`],
    ['another reason to wait', `main.send;${BLOCKED}`, 'main.send;runtime.selectgo;runtime.gopark'],
    ['another caller', `main.a;main.send;${BLOCKED}`, `main.b;main.send;${BLOCKED}`],
    ['another closure', `main.serve.func1;${BLOCKED}`, `main.serve.func2;${BLOCKED}`],
  ])('%s', (_, a, b) => {
    const [first, second] = classesOf(a, b)
    expect(first).not.toBe(second)
  })
})

test('closures that were renumbered are paired when nothing else explains them', () => {
  const [base, head, classes] = classesOf(`main.serve.func1;${BLOCKED}`, `main.serve.func2;${BLOCKED}`)
  classes.pairRenamed([base], [head])
  expect(classes.canonical(head)).toBe(base)
})

test('closures that are on both sides stay apart', () => {
  const [one, two, classes] = classesOf(`main.serve.func1;${BLOCKED}`, `main.serve.func2;${BLOCKED}`)
  classes.pairRenamed([one], [one, two])
  expect(classes.canonical(two)).toBe(two)
})

test('two possible partners are no pairing', () => {
  const stacks = new Stacks()
  const classes = new Classes(stacks, 'goroutine')
  const profile = folded([1, 2, 3].map((n) => `main.serve.func${n};${BLOCKED} 1`).join('\n'), stacks)
  const [a, b, c] = [...profile.stack].map((stack) => classes.of(stack))
  classes.pairRenamed([a!, b!], [c!])
  expect(classes.canonical(c!)).toBe(c)
})

test('only the 32 frames at the leaf tell stacks apart: older toolchains cut the rest', () => {
  const deep = Array.from({ length: 40 }, (_, i) => `main.f${i}`)
  const [whole, cut] = classesOf(deep.join(';'), deep.slice(8).join(';'), 'heap')
  expect(whole).toBe(cut)
})

test('a stack of nothing but the runtime keeps its names', () => {
  const [a, b] = classesOf('runtime.mstart;runtime.malg', 'runtime.mstart;runtime.newproc1', 'heap')
  expect(a).not.toBe(b)
})
