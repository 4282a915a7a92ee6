import { type Folded, foldProfile } from '../../src/profile/fold.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { decodeProfile } from '../../src/profile/protobuf/protobuf.ts'
import type { Stacks } from '../../src/profile/stacks.ts'
import { type Field, message, packed } from './wire-writer.ts'

export interface TestSample {
  /** Root first, `main.main;api.Handle;cache.Put`; a line as `cache.Put:42`. */
  readonly stack: string
  readonly size?: number
  readonly values: readonly number[]
}

/** A real profile of a few readable samples. */
export function profileOf(types: readonly string[], samples: readonly TestSample[], period = 1): Profile {
  const strings = ['', 'bytes', 'count']
  const string = (text: string): number => {
    const known = strings.indexOf(text)
    return known === -1 ? strings.push(text) - 1 : known
  }
  const frames: string[] = []
  const frame = (text: string): number => {
    const known = frames.indexOf(text)
    return (known === -1 ? frames.push(text) - 1 : known) + 1
  }
  const fields: Field[] = types.map((type) => [1, message([1, string(type)], [2, type.endsWith('space') ? 1 : 2])])
  for (const { stack, size, values } of samples) {
    const ids = stack.split(';').reverse().map(frame)
    const label: Field[] = size === undefined ? [] : [[3, message([1, 1], [3, size])]]
    fields.push([2, message([1, packed(...ids)], [2, packed(...values)], ...label)])
  }
  for (const [i, text] of frames.entries()) {
    const [, name, line] = /^(.*?)(?::(\d+))?$/.exec(text)!
    const file = `${name!.replace(/\.[^/]*$/, '')}/file.go`
    fields.push([4, message([1, i + 1], [4, message([1, i + 1], [2, Number(line ?? 1)])])])
    fields.push([5, message([1, i + 1], [2, string(name!)], [4, string(file)])])
  }
  fields.push([11, message([1, string('space')], [2, 1])], [12, period])
  return decodeProfile('test.pb', message(...fields, ...strings.map((text): Field => [6, text])))
}

/** One line a stack, root first: `main.main;api.Handle;cache.Put 3`; blank lines are left out. */
export function folded(text: string, stacks: Stacks, type = 'goroutine'): Folded {
  const samples = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      stack: line.slice(0, line.lastIndexOf(' ')),
      values: [Number(line.slice(line.lastIndexOf(' ')))],
    }))
  return foldProfile(profileOf([type], samples), stacks)
}
