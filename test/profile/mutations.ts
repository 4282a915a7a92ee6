import { expect } from 'vitest'
import { FormatError } from '../../src/errors.ts'

/** mulberry32: the same numbers on every run, so that a failure can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Feeds damaged copies of `seeds` to `parse`: it may refuse them with a FormatError that has a place, nothing else. */
export function fuzz(
  parse: (text: string) => unknown,
  seeds: readonly string[],
  tokens: readonly string[],
  rounds: number,
) {
  const random = randomNumbers(20261123)
  const below = (n: number) => Math.floor(random() * n)
  let refused = 0
  for (let round = 0; round < rounds; round++) {
    let text = seeds[below(seeds.length)]!
    for (let edits = 1 + below(3); edits > 0; edits--) text = damage(text, below, tokens)
    try {
      parse(text)
    } catch (error) {
      if (!(error instanceof FormatError)) throw new Error(`round ${round}: ${JSON.stringify(text)}`, { cause: error })
      expect(error.where).toMatch(/: (line|byte) \d+$/)
      refused++
    }
  }
  return { refused, accepted: rounds - refused }
}

function damage(text: string, below: (n: number) => number, tokens: readonly string[]): string {
  const at = below(text.length + 1)
  const to = Math.min(text.length, at + below(40))
  switch (below(5)) {
    case 0:
      return text.slice(0, at) + text.slice(to)
    case 1:
      return text.slice(0, at) + tokens[below(tokens.length)]! + text.slice(at)
    case 2:
      return text.slice(0, at) + tokens[below(tokens.length)]! + text.slice(to)
    case 3:
      return text.slice(0, to) + text.slice(at)
    default:
      return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1)
  }
}

/** The error `act` throws, checked to be a FormatError. */
export function formatError(act: () => unknown): FormatError {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    return error as FormatError
  }
  throw new Error('expected a FormatError, nothing was thrown')
}
