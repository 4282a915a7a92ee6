import { changeText, countText, valueText } from '../../words/figures.ts'
import { byId, element } from './dom.ts'
import { Flame } from './flame.ts'
import { frameFacts } from './frame-text.ts'
import { handleKey } from './keys.ts'
import type { WidthMode } from './layout.ts'
import { type PageData, readGraph } from './load.ts'
import { GraphModel } from './model.ts'
import type { Matches } from './search.ts'
import { Status, stackText } from './status.ts'
import { FunctionTable } from './table.ts'
import { Tooltip } from './tooltip.ts'

/** The graph, its table and their controls. */
export class Explorer {
  readonly flame: Flame
  readonly #page: PageData
  readonly #status: Status
  readonly #table: FunctionTable
  readonly #tooltip = new Tooltip()
  readonly #query = byId<HTMLInputElement>('graph-search')
  readonly #models: GraphModel[] = []
  #graph = 0
  #type = 0
  #mode: WidthMode = 'growth'
  #inverted = false
  #matches: Matches | undefined
  /** Which of the matches was gone to last. */
  #match = -1

  constructor(page: PageData) {
    this.#page = page
    this.#status = new Status(page, (frame) => this.flame.select(frame))
    this.flame = new Flame(byId<HTMLCanvasElement>('graph'), {
      hovered: (frame, event) => {
        if (frame === -1 || event === undefined) this.#tooltip.hide()
        else this.#tooltip.show(frameFacts(this.#model, this.#type, frame), event)
      },
      selected: (frame) => this.#status.show(this.flame.layout, this.#type, frame, true),
    })
    this.#table = new FunctionTable(page, (fn) => this.#goToFunction(fn))
    this.#listen()
  }

  get #model(): GraphModel {
    this.#models[this.#graph] ??= new GraphModel(readGraph(this.#graph))
    return this.#models[this.#graph]!
  }

  /** Opens a graph. `mode` is chosen by what there is to see where it is left out. */
  open(graph: number, type: number, mode?: WidthMode): void {
    const another = graph !== this.#graph || this.#models.length === 0
    this.#graph = graph
    this.#type = type
    if (another) this.#mode = mode ?? (this.#model.data.head.pins.length > 0 ? 'growth' : 'all')
    else this.#mode = mode ?? this.#mode
    this.#listTypes()
    this.#table.show(this.#model, type)
    this.#refresh()
  }

  setMode(mode: WidthMode): void {
    this.#mode = mode
    this.#refresh()
  }

  toggleMode(): void {
    this.setMode(this.#mode === 'growth' ? 'all' : 'growth')
  }

  setInverted(inverted: boolean): void {
    this.#inverted = inverted
    this.#press('data-direction', inverted ? 'up' : 'down')
    this.flame.invert(inverted)
  }

  toggleInverted(): void {
    this.setInverted(!this.#inverted)
  }

  get inverted(): boolean {
    return this.#inverted
  }

  search(query: string): void {
    this.#query.value = query
    this.#matches = this.flame.search(query.trim())
    this.#match = -1
    this.#table.filter(this.#matches?.functions)
    const { unit } = this.#model.data.head.types[this.#type]!
    byId('search-result').textContent =
      this.#matches === undefined
        ? ''
        : this.#matches.frames === 0
          ? 'no frame'
          : `${countText(this.#matches.frames, 'frame')}, ${changeText(this.#matches.change, unit)}`
  }

  /** Goes to the next match, the one that grew most first. */
  nextMatch(step: 1 | -1): void {
    const tops = this.#matches?.tops ?? []
    if (tops.length === 0) return
    this.#match = (this.#match + step + tops.length) % tops.length
    this.flame.select(tops[this.#match]!)
  }

  focusSearch(): void {
    this.#query.focus()
    this.#query.select()
  }

  reset(): void {
    this.search('')
    this.flame.zoom(0)
  }

  /** Shows where a finding is, in the graph of its profile. */
  goToFinding(finding: number, graph: number): void {
    this.open(graph, 0, 'growth')
    const { weights } = this.flame.layout
    const pins = this.#model.data.head.pins.filter(([, of]) => of === finding).map(([frame]) => frame)
    const best = pins.sort((a, b) => weights.growth[b]! - weights.growth[a]!)[0]
    if (best !== undefined) this.#goTo(best)
  }

  #goToFunction(fn: number): void {
    const { width } = this.flame.layout
    const { frameFunction } = this.#model.data
    let best = -1
    for (let i = 0; i < frameFunction.length; i++) {
      if (frameFunction[i] === fn && (best === -1 || width[i]! > width[best]!)) best = i
    }
    if (best === -1) this.#status.say('This function is in folded frames only.')
    else this.#goTo(best)
  }

  #goTo(frame: number): void {
    if (!(this.flame.layout.width[frame]! > 0)) this.setMode('all')
    this.flame.select(frame)
    byId('explore').scrollIntoView({ block: 'start' })
    this.flame.canvas.focus({ preventScroll: true })
  }

  #refresh(): void {
    const model = this.#model
    const weights = model.weights(this.#type)
    // Nothing grew: an empty picture would say less than the whole one.
    if (this.#mode === 'growth' && !(weights.growth[0]! > 0)) this.#mode = 'all'
    this.flame.show(model, this.#type, this.#mode)
    this.search(this.#query.value)
    this.#press('data-mode', this.#mode)
    this.#press('data-type', String(this.#type), 'data-graph', String(this.#graph))
    const { title, unit } = model.data.head.types[this.#type]!
    const shrank = weights.grew[0]! - (weights.head[0]! - weights.base[0]!)
    const { folded, sampling } = model.data.head
    byId('graph-summary').textContent =
      `${title}${sampling > 0 ? ' (sampled)' : ''}: ${valueText(weights.base[0]!, unit)} → ${valueText(weights.head[0]!, unit)}; ` +
      `${changeText(weights.grew[0]!, unit)} grew, ${changeText(-shrank, unit)} shrank, ` +
      `in ${countText(model.count - 1, 'frame')}${folded > 0 ? ` (${countText(folded, 'small frame')} folded)` : ''}`
    this.flame.canvas.setAttribute('aria-label', `Flame graph of ${title}, ${countText(model.count - 1, 'frame')}`)
    this.#status.show(this.flame.layout, this.#type, this.flame.selected, false)
  }

  /** A button for every sample type of the service that is shown. */
  #listTypes(): void {
    const { service } = this.#page.graphs[this.#graph]!
    const choice = document.getElementById('graph-service') as HTMLSelectElement | null
    if (choice !== null) choice.value = String(this.#page.graphs.findIndex((entry) => entry.service === service))
    const buttons = this.#page.graphs.flatMap((entry, graph) =>
      entry.service !== service
        ? []
        : entry.types.map((title, type) => {
            const place = { 'data-graph': String(graph), 'data-type': String(type) }
            const button = element('button', { type: 'button', ...place }, title)
            button.addEventListener('click', () => this.open(graph, type))
            return button
          }),
    )
    byId('graph-types').replaceChildren(...buttons)
  }

  #press(attribute: string, value: string, second?: string, secondValue?: string): void {
    for (const button of document.querySelectorAll(`#explore button[${attribute}]`)) {
      const is = button.getAttribute(attribute) === value
      const both = is && (second === undefined || button.getAttribute(second) === secondValue)
      button.setAttribute('aria-pressed', String(both))
    }
  }

  #listen(): void {
    const section = byId('explore')
    section.addEventListener('keydown', (event) => handleKey(event, this))
    this.#query.addEventListener('input', () => this.search(this.#query.value))
    byId('graph-reset').addEventListener('click', () => this.reset())
    for (const button of section.querySelectorAll<HTMLElement>('button[data-mode]')) {
      button.addEventListener('click', () => this.setMode(button.dataset['mode'] as WidthMode))
    }
    for (const button of section.querySelectorAll<HTMLElement>('button[data-direction]')) {
      button.addEventListener('click', () => this.setInverted(button.dataset['direction'] === 'up'))
    }
    const services = document.getElementById('graph-service') as HTMLSelectElement | null
    services?.addEventListener('change', () => this.open(Number(services.value), 0))
    const copy = byId('copy-stack')
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(stackText(this.flame.layout, this.flame.selected))
        this.#status.say('Stack copied')
        copy.textContent = 'Copied'
      } catch {
        copy.textContent = 'Copying is blocked here'
      }
    })
  }
}
