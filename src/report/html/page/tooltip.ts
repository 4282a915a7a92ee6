import { element } from './dom.ts'
import { changeNode, type FrameFacts } from './frame-text.ts'

/** What the pointer is over; the same is in the status line for those without one. */
export class Tooltip {
  readonly #box = element('div', { class: 'tip', 'aria-hidden': 'true' })

  constructor() {
    this.#box.hidden = true
    document.body.append(this.#box)
  }

  hide(): void {
    this.#box.hidden = true
  }

  show(facts: FrameFacts, at: { readonly clientX: number; readonly clientY: number }): void {
    const rows: [string, string | HTMLElement][] = [
      ['base', facts.base],
      ['head', facts.head],
      ['growth', changeNode(facts)],
      ['in itself', facts.self],
    ]
    if (facts.share !== '') rows.push(['share of growth', facts.share])
    this.#box.replaceChildren(
      element('b', {}, facts.name),
      element('code', {}, facts.place),
      element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
    )
    this.#box.hidden = false
    const { offsetWidth, offsetHeight } = this.#box
    const below = at.clientY + 18 + offsetHeight < innerHeight
    this.#box.style.left = `${Math.max(4, Math.min(innerWidth - offsetWidth - 8, at.clientX + 14))}px`
    this.#box.style.top = `${below ? at.clientY + 18 : Math.max(4, at.clientY - offsetHeight - 12)}px`
  }
}
