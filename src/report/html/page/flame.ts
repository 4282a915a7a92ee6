import { Labels } from './labels.ts'
import { Layout, type WidthMode } from './layout.ts'
import type { GraphModel } from './model.ts'
import { paint, ROW, topOf, type View } from './paint.ts'
import { type Palette, readPalette } from './palette.ts'
import { type Matches, search } from './search.ts'

export interface FlameEvents {
  /** The frame under the pointer, -1 for none. */
  hovered(frame: number, event: PointerEvent | undefined): void
  /** The keyboard or a click chose a frame. */
  selected(frame: number): void
}

/** The flame graph: a canvas as high as its window, which draws only what is in sight. */
export class Flame {
  readonly canvas: HTMLCanvasElement
  readonly #scroller: HTMLElement
  readonly #stage: HTMLElement
  readonly #context: CanvasRenderingContext2D
  readonly #events: FlameEvents
  #palette: Palette
  #model: GraphModel | undefined
  #layout: Layout | undefined
  #labels: Labels | undefined
  #pins: ReadonlyMap<number, number> = new Map()
  #type = 0
  #matches: Matches | undefined
  #inverted = false
  #focused = false
  #root = 0
  #selected = 0
  #hovered = -1
  #width = 0
  #height = 0
  #contentHeight = 0
  #frame = 0

  constructor(canvas: HTMLCanvasElement, events: FlameEvents) {
    this.canvas = canvas
    this.#stage = canvas.parentElement!
    this.#scroller = this.#stage.parentElement!
    this.#context = canvas.getContext('2d', { alpha: false })!
    this.#events = events
    this.#palette = readPalette(this.#stage)
    new ResizeObserver(() => this.#resize()).observe(this.#scroller)
    this.#scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    canvas.addEventListener('pointermove', (event) => this.#hover(this.#frameAt(event), event))
    canvas.addEventListener('pointerleave', () => this.#hover(-1, undefined))
    canvas.addEventListener('click', (event) => {
      const frame = this.#frameAt(event)
      if (frame !== -1) this.zoom(frame)
    })
    canvas.addEventListener('focus', () => this.#focus(canvas.matches(':focus-visible')))
    canvas.addEventListener('blur', () => this.#focus(false))
  }

  get layout(): Layout {
    return this.#layout!
  }

  get root(): number {
    return this.#root
  }

  get selected(): number {
    return this.#selected
  }

  /** Shows a graph by one of its sample types. The place in the tree stays when only the type changes. */
  show(model: GraphModel, type: number, mode: WidthMode): void {
    if (model !== this.#model) {
      this.#root = 0
      this.#selected = 0
      this.#hovered = -1
      this.#matches = undefined
      this.#labels = new Labels(this.#context, model.data.head.functions)
      this.#pins = new Map(model.data.head.pins.map(([frame, finding]) => [frame, finding]))
    }
    this.#model = model
    this.#type = type
    this.#layout = new Layout(model, model.weights(type), mode)
    while (this.#root > 0 && !(this.#layout.width[this.#root]! > 0)) this.#root = model.parent[this.#root]!
    this.#measure()
  }

  invert(inverted: boolean): void {
    this.#inverted = inverted
    this.#scroller.scrollTop = inverted ? this.#contentHeight : 0
    this.draw()
  }

  search(query: string): Matches | undefined {
    this.#matches = search(this.#model!, this.layout.weights, query)
    this.draw()
    return this.#matches
  }

  /** Gives a frame the whole width; its callers stay above it. */
  zoom(frame: number): void {
    if (!(this.layout.width[frame]! > 0)) return
    this.#root = frame
    this.#selected = frame
    this.#measure()
    this.#reveal(frame)
    this.#events.selected(frame)
  }

  /** Chooses a frame and makes it visible, zooming out or in as far as that needs. */
  select(frame: number): void {
    const { model, width } = this.layout
    let to = frame
    while (to > 0 && !(width[to]! > 0)) to = model.parent[to]!
    const inside = to >= this.#root && to < model.end[this.#root]!
    if (!inside || (width[to]! * this.#width) / width[this.#root]! < 4) {
      this.#root = Math.max(0, model.parent[to]!)
      this.#measure()
    }
    this.#selected = to
    this.#reveal(to)
    this.draw()
    this.#events.selected(to)
  }

  /** The colours have changed. */
  recolor(): void {
    this.#palette = readPalette(this.#stage)
    this.#labels?.reset()
    this.draw()
  }

  draw(): void {
    if (this.#frame !== 0 || this.#model === undefined) return
    this.#frame = requestAnimationFrame(() => this.paintNow())
  }

  /** Paints at once; returns the number of boxes. */
  paintNow(): number {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    const ratio = devicePixelRatio || 1
    const [width, height] = [Math.round(this.#width * ratio), Math.round(this.#height * ratio)]
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
      this.canvas.style.height = `${this.#height}px`
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return paint(this.#context, this.#view())
  }

  #view(): View {
    return {
      layout: this.layout,
      labels: this.#labels!,
      palette: this.#palette,
      pins: this.#pins,
      unit: this.#model!.data.head.types[this.#type]!.unit,
      matches: this.#matches?.functions,
      root: this.#root,
      selected: this.#selected,
      hovered: this.#hovered,
      focused: this.#focused,
      inverted: this.#inverted,
      width: this.#width,
      height: this.#height,
      contentHeight: this.#contentHeight,
      scrolled: this.#scroller.scrollTop,
    }
  }

  #resize(): void {
    if (this.#scroller.clientWidth !== this.#width || this.#scroller.clientHeight !== this.#height) this.#measure()
  }

  /** How deep what is in sight goes, and so how high everything is. */
  #measure(): void {
    if (this.#model === undefined) return
    this.#width = this.#scroller.clientWidth
    const { layout } = this
    const { frameDepth } = this.#model.data
    let deepest = frameDepth[this.#root]!
    const scale = this.#width / (layout.width[this.#root]! || 1)
    layout.visit(this.#root, scale, (frame) => {
      if (frameDepth[frame]! > deepest) deepest = frameDepth[frame]!
    })
    const rows = Math.max(6, deepest + 1) * ROW
    // The page below must not jump when a zoom shows less.
    this.#contentHeight = this.#root === 0 ? rows : Math.max(rows, this.#scroller.clientHeight)
    this.#stage.style.height = `${this.#contentHeight}px`
    this.#height = Math.min(this.#contentHeight, this.#scroller.clientHeight)
    if (this.#inverted) this.#scroller.scrollTop = this.#contentHeight
    this.draw()
  }

  #reveal(frame: number): void {
    const top = topOf({ inverted: this.#inverted, contentHeight: this.#contentHeight }, this.#depth(frame))
    const scroller = this.#scroller
    if (top < scroller.scrollTop || top + ROW > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2)
    }
  }

  #depth(frame: number): number {
    return this.#model!.data.frameDepth[frame]!
  }

  #frameAt(event: MouseEvent): number {
    const { layout } = this
    const y = event.offsetY + this.#scroller.scrollTop
    const depth = Math.floor((this.#inverted ? this.#contentHeight - y : y) / ROW)
    const rootDepth = this.#depth(this.#root)
    if (depth < 0) return -1
    if (depth <= rootDepth) {
      let frame = this.#root
      for (let level = rootDepth; level > depth; level--) frame = layout.model.parent[frame]!
      return frame
    }
    return layout.at(
      this.#root,
      depth,
      layout.left[this.#root]! + (event.offsetX / this.#width) * layout.width[this.#root]!,
    )
  }

  #hover(frame: number, event: PointerEvent | undefined): void {
    if (frame !== this.#hovered) {
      this.#hovered = frame
      this.canvas.classList.toggle('over', frame !== -1)
      this.draw()
    }
    this.#events.hovered(frame, event)
  }

  #focus(focused: boolean): void {
    this.#focused = focused
    this.draw()
  }
}
