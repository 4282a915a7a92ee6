import { type GraphModel, isNoise } from './model.ts'

export type SortKey = 'name' | 'place' | 'flat' | 'cum' | 'base' | 'head'

/** A function of the table. */
export interface Row {
  readonly fn: number
  readonly line: number
  readonly name: string
  readonly place: string
  readonly flat: number
  readonly cum: number
  readonly base: number
  readonly head: number
  /** Whether the two changes are no more than noise. */
  readonly flatNoise: boolean
  readonly cumNoise: boolean
}

/** The functions of one sample type. With `onlyOwn`, flat counts what libraries hold for their nearest own caller. */
export function rowsOf(model: GraphModel, type: number, onlyOwn: boolean): Row[] {
  const { rowFunction, rowLine, rowValues, own, head } = model.data
  const { flat, cum, own: charged } = rowValues[type]!
  const sides = onlyOwn ? charged : flat
  // Of objects and bytes one is as noisy as the other: both are judged by the bytes.
  const bytes = Math.max(
    0,
    head.types.findIndex(({ unit }) => unit === 'bytes'),
  )
  const noisy = rowValues[bytes]!
  const noisySides = onlyOwn ? noisy.own : noisy.flat
  const rows: Row[] = []
  for (let i = 0; i < rowFunction.length; i++) {
    const fn = rowFunction[i]!
    if (onlyOwn && (own[fn]! & 1) === 0) continue
    const [base, now] = [cum.base[i]!, cum.head[i]!]
    if (base === 0 && now === 0) continue
    const change = sides.head[i]! - sides.base[i]!
    const line = rowLine[i]!
    const place = model.placeOf(fn, line)
    rows.push({
      fn,
      line,
      name: head.functions[fn]!,
      place,
      flat: change,
      cum: now - base,
      base,
      head: now,
      flatNoise: isNoise(noisySides.base[i]!, noisySides.head[i]!, head.sampling),
      cumNoise: isNoise(noisy.cum.base[i]!, noisy.cum.head[i]!, head.sampling),
    })
  }
  return rows
}

export function sorted(rows: Row[], key: SortKey, descending: boolean): Row[] {
  const turn = descending ? -1 : 1
  if (key === 'name' || key === 'place') {
    return rows.sort((a, b) => turn * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0))
  }
  return rows.sort((a, b) => turn * (a[key] - b[key]) || b.cum - a.cum || (a.name < b.name ? -1 : 1))
}
