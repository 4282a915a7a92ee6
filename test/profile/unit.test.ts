import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatValue, parseValue, type ValueUnit } from '../../src/profile/unit.ts'

const MINUTE = 60e9

describe('printing', () => {
  test.each<[number, ValueUnit, string]>([
    [0, 'bytes', '0 B'],
    [64, 'bytes', '64 B'],
    [1023, 'bytes', '1,023 B'],
    [512 * 1024, 'bytes', '512 KiB'],
    [1.5 * 1024 ** 2, 'bytes', '1.5 MiB'],
    [36.5 * 1024 ** 2, 'bytes', '36.5 MiB'],
    [1024 ** 2 - 1, 'bytes', '1 MiB'],
    [2000 * 1024 ** 5, 'bytes', '2,000 PiB'],
    [-1.5 * 1024 ** 2, 'bytes', '-1.5 MiB'],
    [-0.001, 'bytes', '0 B'],
    [-0, 'count', '0'],
    [1197, 'count', '1,197'],
    [12.34, 'count', '12.3'],
    [1_234_567, 'count', '1,234,567'],
    [100e6, 'nanoseconds', '100 ms'],
    [1.5e9, 'nanoseconds', '1.5 s'],
    [250e3, 'nanoseconds', '250 µs'],
    [999_999, 'nanoseconds', '1 ms'],
    [59.99e9, 'nanoseconds', '1 min'],
    [90 * MINUTE, 'nanoseconds', '1.5 h'],
    [0.25, 'ratio', '25%'],
    [0.07, 'ratio', '7%'],
    [-0.125, 'ratio', '-12.5%'],
    [Number.NaN, 'bytes', '–'],
    [Number.POSITIVE_INFINITY, 'count', '–'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text)
  })

  test('signs', () => {
    expect(formatValue(1024, 'bytes', { sign: true })).toBe('+1 KiB')
    expect(formatValue(0, 'bytes', { sign: true })).toBe('0 B')
    expect(formatValue(-1024, 'bytes', { minus: '−' })).toBe('−1 KiB')
  })
})

describe('reading', () => {
  test.each<[string, ValueUnit, number | undefined]>([
    ['4MiB', 'bytes', 4 * 1024 ** 2],
    ['1.5 MiB', 'bytes', 1.5 * 1024 ** 2],
    ['1kB', 'bytes', 1000],
    ['2MB', 'bytes', 2e6],
    ['512', 'bytes', undefined],
    ['1KB', 'bytes', undefined],
    ['1 MiB 1 KiB', 'bytes', undefined],
    ['4MiB ', 'bytes', undefined],
    ['100ms', 'nanoseconds', 100e6],
    ['1.5s', 'nanoseconds', 1.5e9],
    ['250us', 'nanoseconds', 250e3],
    ['250µs', 'nanoseconds', 250e3],
    ['250μs', 'nanoseconds', 250e3],
    ['1m30s', 'nanoseconds', 1.5 * MINUTE],
    ['1h', 'nanoseconds', 60 * MINUTE],
    ['1_000', 'count', 1000],
    ['0.5', 'count', 0.5],
    ['1,000', 'count', undefined],
    ['_1', 'count', undefined],
    ['1__0', 'count', undefined],
    ['5k', 'count', undefined],
    ['-5', 'count', undefined],
    ['', 'count', undefined],
    ['25%', 'ratio', 0.25],
    ['7%', 'ratio', 0.07],
    ['0.25', 'ratio', undefined],
  ])('%j as %s', (text, unit, value) => {
    expect(parseValue(text, unit)).toBe(value)
  })
})

const units = fc.constantFrom<ValueUnit>('bytes', 'count', 'nanoseconds', 'ratio')
const sizes = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double({ min: 0, max: 2 ** 53, noNaN: true }))

test('what is printed is read back, to the digits that are shown', () => {
  fc.assert(
    fc.property(sizes, units, (size, unit) => {
      const value = unit === 'ratio' ? size / 2 ** 53 : size
      const text = formatValue(value, unit)
      const read = parseValue(text.replaceAll(',', '_'), unit)
      const smallest = unit === 'ratio' ? 0.0001 : 0.01
      expect(Math.abs(read! - value)).toBeLessThanOrEqual(Math.max(value * 0.006, smallest))
      expect(formatValue(read!, unit)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('no sign without a figure, and few digits', () => {
  fc.assert(
    fc.property(fc.double(), units, (value, unit) => {
      const text = formatValue(value, unit, { sign: true })
      expect(text).not.toMatch(/^[-+−](?!.*[1-9])/)
      expect(text).not.toMatch(/NaN|Infinity/)
      if (unit === 'bytes' && Math.abs(value) < 2 ** 60) expect(text.match(/\d/g)?.length ?? 0).toBeLessThan(5)
      if (value !== 0 && !Number.isNaN(value))
        expect(formatValue(-value, unit)).toBe(opposite(formatValue(value, unit)))
    }),
    { numRuns: 2000 },
  )
})

function opposite(text: string): string {
  if (!/[1-9]/.test(text)) return text
  return text.startsWith('-') ? text.slice(1) : `-${text}`
}
