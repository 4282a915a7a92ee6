/** The top of an axis and the values to mark on it, from zero. */
export interface Scale {
  readonly top: number
  readonly ticks: readonly number[]
}

const STEPS = [1, 2, 2.5, 5, 10]

/** Round marks: of bytes round in KiB or MiB, of everything else round as it is; counts get whole ones. */
export function scaleOf(highest: number, unit: 'bytes' | 'count'): Scale {
  const wanted = Math.max(highest, unit === 'count' ? 4 : 1) / 4
  const base = unit === 'bytes' ? 1024 ** Math.max(0, Math.floor(Math.log(highest || 1) / Math.log(1024))) : 1
  const power = base * 10 ** Math.floor(Math.log10(wanted / base))
  let step = power * STEPS.find((candidate) => candidate * power >= wanted * 0.999)!
  if (unit === 'count') step = Math.max(1, Math.ceil(step))
  const count = Math.max(1, Math.ceil((highest / step) * 0.999))
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) }
}
