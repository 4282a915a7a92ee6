/** A part of the page that stays or goes as a whole, so that no fence, table or tag is ever cut in half. */
export interface Block {
  readonly text: string
  /** What it is, for the line that says what was left out. */
  readonly name: string
  /** Blocks of the lowest rank are left out first, the last of them before the first. Undefined: stays. */
  readonly rank?: number
}

const encoder = new TextEncoder()

/** UTF-8 bytes: never less than the characters that GitHub counts, and what the runner counts in a summary. */
function size(text: string): number {
  return encoder.encode(text).length
}

/** The page within its budget. Says at the end what was left out. */
export function fitted(blocks: readonly Block[], budget: number): string {
  const kept = blocks.filter(({ text }) => text !== '').map((block) => ({ ...block, size: size(block.text) + 2 }))
  let total = kept.reduce((sum, block) => sum + block.size, 0)
  if (total <= budget) return page(kept)
  const dropped = new Set<string>()
  const reserve = 240
  const order = kept
    .map((block, index) => ({ block, index }))
    .sort((a, b) => (a.block.rank ?? Infinity) - (b.block.rank ?? Infinity) || b.index - a.index)
  const gone = new Set<number>()
  for (const { block, index } of order) {
    if (total <= budget - reserve) break
    gone.add(index)
    dropped.add(block.name)
    total -= block.size
  }
  const rest = kept.filter((_, index) => !gone.has(index))
  const text = page([...rest, { text: leftOut(dropped), name: '' }])
  if (size(text) <= budget) return text
  // Not even room to say so.
  return size(page(rest)) <= budget ? page(rest) : ''
}

function page(blocks: readonly Block[]): string {
  return `${blocks.map(({ text }) => text).join('\n\n')}\n`
}

function leftOut(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, 8)
  const more = names.size > shown.length ? ' and more' : ''
  return `<sub>Left out to stay within the size limit: ${shown.join(', ')}${more}. report.json has everything.</sub>`
}
