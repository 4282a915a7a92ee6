import { byId, element } from './dom.ts'
import { changeNode, frameFacts, placeNode, spoken } from './frame-text.ts'
import type { Layout } from './layout.ts'
import type { PageData } from './load.ts'

/** The chosen frame in words, the same aloud, and the calls that lead to it. */
export class Status {
  readonly #page: PageData
  readonly #line = byId('graph-status')
  readonly #live = byId('graph-live')
  readonly #stack = byId('graph-stack')
  readonly #choose: (frame: number) => void
  #speaking = 0

  constructor(page: PageData, choose: (frame: number) => void) {
    this.#page = page
    this.#choose = choose
  }

  show(layout: Layout, type: number, frame: number, aloud: boolean): void {
    const { model } = layout
    const facts = frameFacts(model, type, frame)
    const fn = model.data.frameFunction[frame]!
    const title = facts.finding === undefined ? undefined : this.#page.findings[String(facts.finding)]
    this.#line.replaceChildren(
      element('b', {}, facts.name),
      facts.place === '' ? '' : placeNode(model, this.#page, fn, model.data.frameLine[frame]!),
      element('span', { class: 'figures' }, `${facts.base} → ${facts.head}`),
      changeNode(facts),
      title === undefined
        ? ''
        : element('a', { class: 'tag', href: `#suspect-${facts.finding}` }, `◆ suspect ${facts.finding}`),
    )
    if (aloud) this.#say(spoken(facts, model.data.frameDepth[frame]!, layout.children(frame).length))
    this.#list(layout, type, frame)
  }

  say(text: string): void {
    this.#say(text)
  }

  /** Waits a moment, so that a held arrow key is not read out step by step. */
  #say(text: string): void {
    clearTimeout(this.#speaking)
    this.#speaking = setTimeout(() => {
      this.#live.textContent = text
    }, 150)
  }

  #list({ model }: Layout, type: number, frame: number): void {
    const path: number[] = []
    for (let up = frame; up > 0; up = model.parent[up]!) path.push(up)
    const shown = path.slice(0, 200)
    this.#stack.replaceChildren(
      ...shown.map((one) => {
        const button = element('button', { type: 'button', class: 'plain' }, model.name(one))
        button.addEventListener('click', () => this.#choose(one))
        return element(
          'li',
          model.isOwn(one) ? { class: 'own' } : {},
          button,
          placeNode(model, this.#page, model.data.frameFunction[one]!, model.data.frameLine[one]!),
          changeNode(frameFacts(model, type, one)),
        )
      }),
    )
    byId('graph-stack-title').textContent =
      path.length === 0 ? 'Calls that lead here' : `Calls that lead here (${path.length})`
    byId<HTMLButtonElement>('copy-stack').disabled = path.length === 0
  }
}

/** The chosen frame and its callers as text, as Go prints stacks. */
export function stackText({ model }: Layout, frame: number): string {
  const lines: string[] = []
  for (let up = frame; up > 0; up = model.parent[up]!) lines.push(`${model.name(up)}\n\t${model.place(up)}`)
  return lines.join('\n')
}
