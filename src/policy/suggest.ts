const LONGEST = 64

/** The candidate that is spelt most like the word; undefined where none is near enough to be what was meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word === '' || word.length > LONGEST) return undefined
  const wanted = plain(word)
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate))
    if (distance < least && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      least = distance
      best = candidate
    }
  }
  if (best !== undefined) return best
  // `leaked` is short for goroutines.leaked, `pause.max` for gc.pause.max.
  const longer = candidates.filter((candidate) => candidate.endsWith(`.${wanted}`))
  return longer.length === 1 ? longer[0] : undefined
}

/** `Did you mean heap.inuse?`, or all there is to choose from. */
export function didYouMean(word: string, candidates: readonly string[], choice: string): string {
  const near = nearest(word, candidates)
  return near === undefined ? `${choice}: ${candidates.join(', ')}.` : `Did you mean ${near}?`
}

/** Case and the sign between words are what is most often misremembered. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[_\s-]/g, '.')
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2]! + 1)
      row.push(cost)
    }
    older = previous
    previous = row
  }
  return previous[b.length]!
}
