import { shortName } from '../../../profile/symbol.ts'

/** Widths of the names of a graph, measured once: measuring text is what a canvas is slow at. */
export class Labels {
  readonly #context: CanvasRenderingContext2D
  readonly #short: string[]
  readonly #widths: Float32Array
  #ellipsis = 0

  constructor(context: CanvasRenderingContext2D, names: readonly string[]) {
    this.#context = context
    this.#short = names.map(shortName)
    this.#widths = new Float32Array(names.length)
  }

  /** Forgets the widths: the font is another one. */
  reset(): void {
    this.#widths.fill(0)
    this.#ellipsis = 0
  }

  /** The name as far as it fits: `app.(*service).handle`, `(*service).handle`, `(*serv…`; the font must be set. */
  fit(fn: number, room: number): string {
    const name = this.#short[fn]!
    const width = this.#width(fn)
    if (width <= room) return name
    this.#ellipsis ||= this.#context.measureText('…').width
    // Letters differ little in width, so a share of the length is a share of the width.
    const letter = width / name.length
    const dot = name.indexOf('.')
    const bare = dot === -1 ? name : name.slice(dot + 1)
    if (bare.length * letter <= room * 0.97) return bare
    const letters = Math.floor((room - this.#ellipsis) / letter)
    return letters < 2 ? '' : `${bare.slice(0, letters)}…`
  }

  #width(fn: number): number {
    let width = this.#widths[fn]!
    if (width === 0) {
      width = this.#context.measureText(this.#short[fn]!).width
      this.#widths[fn] = width
    }
    return width
  }
}
