/**
 * Go's heap profile is a sample: an allocation of s bytes is recorded with probability p(s) = 1 − e^(−s/rate), and
 * the counts in the file are scaled up by 1/p (runtime/pprof.scaleHeapSample). The tests need the raw counts back.
 */

/** Probability that a block of `size` bytes is sampled. A rate of 0 or 1 records everything. */
export function samplingProbability(size: number, rate: number): number {
  if (rate <= 1 || size <= 0) return 1
  return -Math.expm1(-size / rate)
}

/** Sampled blocks behind a scaled byte count. Exact: truncation shifts the quotient by less than p/size. */
export function sampledCount(bytes: number, size: number, rate: number): number {
  if (size <= 0) return 0
  return Math.round((bytes * samplingProbability(size, rate)) / size)
}

/** Bytes one sampled block stands for. */
export function bytesPerSample(size: number, rate: number): number {
  return size / samplingProbability(size, rate)
}
