import { changeText, countText, valueText } from '../../words/figures.ts'
import { byId, element } from './dom.ts'
import { placeNode } from './frame-text.ts'
import type { PageData } from './load.ts'
import type { GraphModel } from './model.ts'
import { type Row, rowsOf, type SortKey, sorted } from './table-rows.ts'

const STEP = 50

/** The table of functions: the graph for those who read rather than look. */
export class FunctionTable {
  readonly #page: PageData
  readonly #choose: (fn: number) => void
  readonly #body = byId<HTMLTableSectionElement>('functions-body')
  readonly #onlyOwn = byId<HTMLInputElement>('functions-own')
  readonly #more = byId<HTMLButtonElement>('functions-more')
  readonly #headers = [...document.querySelectorAll<HTMLElement>('#functions th[data-sort]')]
  #model: GraphModel | undefined
  #type = 0
  /** 1 for each function that the search found; undefined without a search. */
  #found: Uint8Array | undefined
  #key: SortKey = 'flat'
  #descending = true
  #limit = STEP
  #rows: readonly Row[] = []

  /** `choose` is called with the function whose row is pressed. */
  constructor(page: PageData, choose: (fn: number) => void) {
    this.#page = page
    this.#choose = choose
    this.#onlyOwn.addEventListener('change', () => this.#reload())
    this.#more.addEventListener('click', () => {
      this.#limit += 4 * STEP
      this.#draw()
    })
    for (const header of this.#headers) {
      header.querySelector('button')!.addEventListener('click', () => this.#sortBy(header.dataset['sort'] as SortKey))
    }
  }

  show(model: GraphModel, type: number): void {
    if (model !== this.#model) {
      this.#found = undefined
      const own = model.data.rowFunction.some((fn) => (model.data.own[fn]! & 1) === 1)
      this.#onlyOwn.checked = own
      this.#onlyOwn.disabled = !own
    }
    this.#model = model
    this.#type = type
    this.#reload()
  }

  filter(found: Uint8Array | undefined): void {
    if (found === undefined && this.#found === undefined) return
    this.#found = found
    this.#limit = STEP
    this.#draw()
  }

  #reload(): void {
    this.#limit = STEP
    this.#rows = rowsOf(this.#model!, this.#type, this.#onlyOwn.checked)
    this.#draw()
  }

  #sortBy(key: SortKey): void {
    this.#descending = this.#key === key ? !this.#descending : key !== 'name' && key !== 'place'
    this.#key = key
    this.#draw()
  }

  #draw(): void {
    const found = this.#found
    const rows = sorted(
      found === undefined ? [...this.#rows] : this.#rows.filter(({ fn }) => found[fn] === 1),
      this.#key,
      this.#descending,
    )
    const shown = rows.slice(0, this.#limit)
    const most = rows.reduce((top, row) => Math.max(top, Math.abs(row.flat), Math.abs(row.cum)), 0)
    this.#body.replaceChildren(...shown.map((row) => this.#row(row, most)))
    const text = countText(rows.length, 'function')
    const elsewhere = rows.length === 0 && this.#onlyOwn.checked && this.#found?.includes(1) === true
    byId('functions-count').textContent = elsewhere
      ? 'none in your code; libraries have some'
      : shown.length < rows.length
        ? `${shown.length} of ${text}`
        : text
    this.#more.hidden = shown.length === rows.length
    for (const header of this.#headers) {
      if (header.dataset['sort'] === this.#key) {
        header.setAttribute('aria-sort', this.#descending ? 'descending' : 'ascending')
      } else header.removeAttribute('aria-sort')
    }
  }

  #row(row: Row, most: number): HTMLTableRowElement {
    const model = this.#model!
    const { unit } = model.data.head.types[this.#type]!
    const own = (model.data.own[row.fn]! & 1) === 1
    const name = element('button', { type: 'button', class: own ? 'plain own' : 'plain' }, row.name)
    name.addEventListener('click', () => this.#choose(row.fn))
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'text' }, name),
      element('td', { class: 'text' }, placeNode(model, this.#page, row.fn, row.line)),
      changeCell(row.flat, row.flatNoise, most, unit),
      changeCell(row.cum, row.cumNoise, most, unit),
      element('td', {}, valueText(row.base, unit)),
      element('td', {}, valueText(row.head, unit)),
    )
  }
}

function changeCell(change: number, noise: boolean, most: number, unit: 'bytes' | 'count'): HTMLTableCellElement {
  const direction = noise ? 'same' : change > 0 ? 'grew' : change < 0 ? 'shrank' : 'same'
  const bar = element('i', { class: `bar ${direction}` })
  bar.style.width = `${most > 0 ? Math.round((Math.abs(change) / most) * 100) : 0}%`
  return element('td', { class: `change ${direction}` }, changeText(change, unit), bar)
}
