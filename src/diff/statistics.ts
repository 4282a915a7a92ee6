/**
 * The few tests the judgement needs, exact where counts are small. Checked against published values in
 * test/diff/statistics.test.ts.
 */

/** Ordinary least squares of y over 0, 1, 2, …: slope, its standard error and the residual standard deviation. */
export interface Line {
  readonly slope: number
  readonly se: number
  readonly residual: number
}

export function fitLine(y: readonly number[]): Line {
  const n = y.length
  if (n < 3) return { slope: n === 2 ? y[1]! - y[0]! : 0, se: Number.NaN, residual: Number.NaN }
  const meanX = (n - 1) / 2
  const meanY = mean(y)
  const sxx = (n * (n * n - 1)) / 12
  let sxy = 0
  for (let i = 0; i < n; i++) sxy += (i - meanX) * (y[i]! - meanY)
  const slope = sxy / sxx
  let rss = 0
  for (let i = 0; i < n; i++) rss += (y[i]! - meanY - slope * (i - meanX)) ** 2
  const residual = Math.sqrt(rss / (n - 2))
  return { slope, se: residual / Math.sqrt(sxx), residual }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median of the slopes of all pairs: a trend that one odd round does not move. */
export function theilSen(y: readonly number[], x: readonly number[] = y.map((_, i) => i)): number {
  const slopes: number[] = []
  for (let i = 0; i < y.length; i++) {
    for (let j = i + 1; j < y.length; j++) slopes.push((y[j]! - y[i]!) / (x[j]! - x[i]!))
  }
  return median(slopes)
}

/** P(T > t) of Student's t with df degrees of freedom. */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return 1
  const half = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2
  return t > 0 ? half : 1 - half
}

/** The t with P(T > t) = p, by bisection. */
export function studentQuantile(p: number, df: number): number {
  let low = 0
  let high = 1e6
  for (let i = 0; i < 200 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2
    if (studentTail(middle, df) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(X >= k), X ~ Binomial(n, 1/2). Exact up to rounding; n may be large. */
export function binomialHalfTail(k: number, n: number): number {
  return binomialTail(k, n, 0.5)
}

/** P(X >= k), X ~ Binomial(n, p). */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  if (k > n) return 0
  return incompleteBeta(p, k, n - k + 1)
}

/** One-sided Mann-Kendall test for an upward trend. Exact without ties, else normal with the tie correction. */
export function mannKendall(y: readonly number[]): { s: number; p: number } {
  const n = y.length
  let s = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(y[j]! - y[i]!)
  const ties = tieSizes(y)
  if (ties.length === 0) return { s, p: kendallTail(n, s) }
  let variance = n * (n - 1) * (2 * n + 5)
  for (const t of ties) variance -= t * (t - 1) * (2 * t + 5)
  if (variance <= 0) return { s, p: 1 }
  const z = (s - 1) / Math.sqrt(variance / 18)
  return { s, p: s > 0 ? normalTail(z) : 1 }
}

/** The smallest p that Mann-Kendall can give for so many readings: that of one order among all. */
export function leastP(readings: number): number {
  let orders = 1
  for (let n = 2; n <= readings; n++) orders *= n
  return 1 / orders
}

/** Which hypotheses Holm's procedure rejects at family-wise error alpha. */
export function holm(p: readonly number[], alpha: number): boolean[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!)
  const rejected = new Array<boolean>(p.length).fill(false)
  for (const [rank, index] of order.entries()) {
    if (p[index]! > alpha / (p.length - rank)) break
    rejected[index] = true
  }
  return rejected
}

/** P(Z > z) of the standard normal. */
export function normalTail(z: number): number {
  // Through the t distribution's limit would be inexact in the tail; the complementary error function is not.
  return erfc(z / Math.SQRT2) / 2
}

function tieSizes(y: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const value of y) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter((count) => count > 1)
}

/** P(S >= s) for n untied values: S = pairs - 2 × inversions of a random permutation. */
function kendallTail(n: number, s: number): number {
  const pairs = (n * (n - 1)) / 2
  let ways = [1]
  for (let i = 2; i <= n; i++) {
    const next = new Array<number>(ways.length + i - 1).fill(0)
    for (let k = 0; k < ways.length; k++) for (let j = 0; j < i; j++) next[k + j]! += ways[k]! / i
    ways = next
  }
  const mostInversions = Math.floor((pairs - s) / 2)
  let p = 0
  for (let k = 0; k <= mostInversions && k < ways.length; k++) p += ways[k]!
  return Math.min(1, p)
}

/** Regularized incomplete beta I_x(a, b), by Lentz's continued fraction (Numerical Recipes 6.4). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny)
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return front * fraction
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x), x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  let sum = LANCZOS[0]!
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (shifted + i)
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Complementary error function, relative error below 1.2e-7 (Numerical Recipes 6.2). */
function erfc(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2)
  const polynomial = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0)
  const value = t * Math.exp(-x * x + polynomial)
  return x >= 0 ? value : 2 - value
}
