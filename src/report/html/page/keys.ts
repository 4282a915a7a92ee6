import type { Flame } from './flame.ts'

/** What the keys act on. */
export interface KeyTarget {
  readonly flame: Flame
  readonly inverted: boolean
  search(query: string): void
  nextMatch(step: 1 | -1): void
  focusSearch(): void
  toggleMode(): void
  toggleInverted(): void
}

/** Keys hold within the graph's section only, so that they never take those of a screen reader or of the browser. */
export function handleKey(event: KeyboardEvent, target: KeyTarget): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const from = event.target as HTMLElement
  const handled =
    from instanceof HTMLInputElement && from.type === 'search'
      ? searchKey(event, target)
      : from instanceof HTMLSelectElement
        ? false
        : sectionKey(event.key, target) || (from === target.flame.canvas && graphKey(event.key, target))
  if (handled) event.preventDefault()
}

function searchKey(event: KeyboardEvent, target: KeyTarget): boolean {
  if (event.key === 'Enter') target.nextMatch(event.shiftKey ? -1 : 1)
  else if (event.key === 'Escape') {
    target.search('')
    target.flame.canvas.focus()
  } else return false
  return true
}

function sectionKey(key: string, target: KeyTarget): boolean {
  if (key === '/') target.focusSearch()
  else if (key === 'g') target.toggleMode()
  else if (key === 'i') target.toggleInverted()
  else return false
  return true
}

function graphKey(key: string, { flame, inverted }: KeyTarget): boolean {
  const { layout, selected, root } = flame
  const parent = layout.model.parent[selected]!
  const [deeper, outer] = inverted ? ['ArrowUp', 'ArrowDown'] : ['ArrowDown', 'ArrowUp']
  switch (key) {
    case deeper:
      flame.select(layout.children(selected)[0] ?? selected)
      return true
    case outer:
      flame.select(Math.max(0, parent))
      return true
    case 'ArrowRight':
      flame.select(layout.sibling(selected, 1))
      return true
    case 'ArrowLeft':
      flame.select(layout.sibling(selected, -1))
      return true
    case 'Home':
      flame.select(0)
      return true
    case 'Enter':
    case ' ':
      flame.zoom(selected)
      return true
    case 'Backspace':
      flame.zoom(Math.max(0, layout.model.parent[root]!))
      return true
    case 'Escape':
      flame.zoom(0)
      return true
    default:
      return false
  }
}
