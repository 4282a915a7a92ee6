import { UserError } from '../../errors.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `90s`, `10m`, `1h30m`, `500ms` in milliseconds; undefined for an empty text. */
export function parseDuration(where: string, text: string): number | undefined {
  const value = text.trim()
  if (value === '') return undefined
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const milliseconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0)
  if (parts.map(([part]) => part).join('') === value && milliseconds > 0) return milliseconds
  throw new UserError(`expected a duration, found ${JSON.stringify(value)}`, {
    where,
    hint: 'Number and unit, e.g. 90s, 10m or 1h30m.',
  })
}

/** A whole number from `least` on; undefined for an empty text. */
export function parseCount(
  where: string,
  text: string,
  least: number,
  most: number,
  hint?: string,
): number | undefined {
  const value = text.trim()
  if (value === '') return undefined
  const count = Number(value)
  if (/^\d+$/.test(value) && count >= least && count <= most) return count
  throw new UserError(`expected a number from ${least} to ${most}, found ${JSON.stringify(value)}`, {
    where,
    ...(hint === undefined ? {} : { hint }),
  })
}
