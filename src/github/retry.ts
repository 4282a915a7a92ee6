/** What an attempt came to, as far as trying again depends on it. */
export interface Attempt {
  readonly method: string
  /** undefined: no answer at all. */
  readonly status: number | undefined
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** How often it was tried, from 1. */
  readonly tries: number
  readonly now: number
}

const MOST_TRIES = 4
/** Longer than this nobody waits for a comment: the reason is told instead. */
export const LONGEST_WAIT = 60_000

/**
 * Milliseconds to wait before the next try, or undefined to give up. GitHub says how long where it limits; what may
 * have been done already is not done twice.
 */
export function retryAfter({ method, status, headers, tries, now }: Attempt): number | undefined {
  if (tries >= MOST_TRIES) return undefined
  if (isLimited(status, headers)) {
    const wait = askedFor(headers, now) ?? 1000 * 2 ** tries
    return wait <= LONGEST_WAIT ? wait : undefined
  }
  const transient = status === undefined || status === 408 || status >= 500
  return transient && method !== 'POST' ? 300 * 2 ** tries : undefined
}

/** 429, or the 403 that stands for it; a plain 403 is a missing permission and stays one. */
export function isLimited(status: number | undefined, headers: Attempt['headers']): boolean {
  if (status === 429) return true
  return status === 403 && (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0')
}

function askedFor(headers: Attempt['headers'], now: number): number | undefined {
  const after = headers['retry-after']
  if (after !== undefined) {
    const seconds = Number(after)
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - now
    if (Number.isFinite(wait)) return Math.max(0, wait)
  }
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : undefined
}
