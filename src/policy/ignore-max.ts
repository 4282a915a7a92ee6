import { parseValue } from '../profile/unit.ts'
import type { IgnoreMax } from './policy.ts'

export const MAX_HINT = 'Examples: 64 goroutines, 4MiB (of heap), 64 goroutines and 4MiB.'

/** `64 goroutines`, `4MiB`, `64 goroutines and 4MiB`; a bare number is goroutines. Undefined for anything else. */
export function parseMax(text: string): IgnoreMax | undefined {
  const bounds = text.split(/\s+and\s+/).map(parseBound)
  const [first, second] = bounds
  if (first === undefined || bounds.length > 2 || bounds.includes(undefined)) return undefined
  if (second === undefined) return first
  return 'goroutines' in first === 'goroutines' in second ? undefined : { ...first, ...second }
}

function parseBound(text: string): IgnoreMax | undefined {
  const goroutines = parseValue(text.replace(/ goroutines?$/, ''), 'count')
  const value = goroutines ?? parseValue(text, 'bytes')
  if (value === undefined || value > Number.MAX_SAFE_INTEGER) return undefined
  return goroutines === undefined ? { bytes: value } : { goroutines: value }
}
