import type { Estimate } from '../../diff/estimate.ts'
import type { Place } from '../../policy/finding.ts'
import type { Field } from './fields.ts'

/** Go cuts stacks at 128 frames; inlining adds some. */
export const MOST_FRAMES = 1000
const MOST_LINES = 20

export function readEstimate(field: Field): Estimate {
  return {
    value: field.at('value').number(),
    lower: field.at('lower').numberOr(Number.NEGATIVE_INFINITY),
    upper: field.at('upper').numberOr(Number.POSITIVE_INFINITY),
  }
}

export function readPlace(field: Field): Place {
  return {
    function: field.at('function').text(2000),
    file: field.at('file').text(2000),
    line: field.at('line').natural(),
    party: field.at('party').word(['first', 'third', 'standard']),
    path: field.at('path').optional(readPath),
    text: field.at('text').optional((one) => one.text(1000)),
    changed: field.at('changed').optional((one) => one.flag()),
    ...readAround(field.at('around')),
  }
}

function readAround(field: Field): Pick<Place, 'around'> {
  if (field.isAbsent) return {}
  const lines = field.at('lines').list(MOST_LINES, (one) => one.text())
  return { around: { first: field.at('first').natural(), lines } }
}

/** A path inside the checkout; one that leads out of it would point a remark at another file. */
function readPath(field: Field): string {
  const path = field.text(2000)
  if (path === '' || path.startsWith('/') || path.split(/[/\\]/).includes('..'))
    throw field.wrong('a path inside the checkout')
  return path
}
