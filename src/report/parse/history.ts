import type { PastFigure } from '../../diff/history.ts'
import type { Field } from './fields.ts'

export function readPoint(field: Field): PastFigure {
  const recordedAt = field.at('recordedAt').text(40)
  if (!Number.isFinite(Date.parse(recordedAt))) throw field.at('recordedAt').wrong('a time as 2027-03-01T12:00:00Z')
  return { commit: field.at('commit').text(100), recordedAt, value: field.at('value').number() }
}
