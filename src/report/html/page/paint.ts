import { changeText } from '../../words/figures.ts'
import type { Labels } from './labels.ts'
import type { Layout } from './layout.ts'
import { type Fill, fillOf, type Palette } from './palette.ts'

export const ROW = 21

/** What is shown of a graph. */
export interface View {
  readonly layout: Layout
  readonly labels: Labels
  readonly palette: Palette
  readonly pins: ReadonlyMap<number, number>
  readonly unit: 'bytes' | 'count'
  readonly matches: Uint8Array | undefined
  readonly root: number
  readonly selected: number
  readonly hovered: number
  readonly focused: boolean
  /** Root at the bottom. */
  readonly inverted: boolean
  /** Pixels: of the canvas, of everything that could be scrolled to, and how far it is. */
  readonly width: number
  readonly height: number
  readonly contentHeight: number
  readonly scrolled: number
}

export function topOf(view: Pick<View, 'inverted' | 'contentHeight'>, depth: number): number {
  return view.inverted ? view.contentHeight - (depth + 1) * ROW : depth * ROW
}

/** Draws what is in sight; returns how many boxes that were. */
export function paint(context: CanvasRenderingContext2D, view: View): number {
  const { layout, palette, root, width, height } = view
  context.fillStyle = palette.background
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'middle'
  const whole = layout.width[root]!
  if (!(whole > 0)) {
    context.font = palette.font
    context.fillStyle = palette.muted
    context.fillText('Nothing grew here. “All frames” shows the whole profile.', 12, ROW)
    return 0
  }
  const scale = width / whole
  const origin = layout.left[root]!
  const { frameDepth } = layout.model.data
  let drawn = 0
  for (let up = layout.model.parent[root]!; up >= 0; up = layout.model.parent[up]!) {
    drawn += box(context, view, up, 0, width, true)
  }
  layout.visit(root, scale, (frame) => {
    const top = topOf(view, frameDepth[frame]!) - view.scrolled
    if (top > height || top + ROW < 0) return
    drawn += box(context, view, frame, (layout.left[frame]! - origin) * scale, layout.width[frame]! * scale, false)
  })
  return drawn
}

function box(
  context: CanvasRenderingContext2D,
  view: View,
  frame: number,
  x: number,
  width: number,
  above: boolean,
): number {
  const { layout, palette, matches } = view
  const { data } = layout.model
  const fn = data.frameFunction[frame]!
  const y = topOf(view, data.frameDepth[frame]!) - view.scrolled
  const hit = matches !== undefined && matches[fn] === 1
  const missed = matches !== undefined && !hit
  const fill = missed ? { box: palette.faded, text: palette.muted } : fillFor(view, frame)
  const inner = Math.max(width - 1, 0.6)
  context.globalAlpha = above && !missed ? 0.62 : 1
  context.fillStyle = fill.box
  context.fillRect(x, y, inner, ROW - 1)
  context.globalAlpha = 1
  if (isNew(view, frame) && !missed && width > 8) hatch(context, x, y, inner, fill)
  if (view.pins.has(frame) && width > 4) {
    context.fillStyle = palette.text
    context.fillRect(x, y, 4, ROW - 1)
  }
  if (hit) {
    context.fillStyle = palette.hit
    context.fillRect(x, y + ROW - 4, inner, 3)
  }
  if (width > 26) label(context, view, frame, x, y, width, fill, above)
  outline(context, view, frame, fn, x, y, inner)
  return 1
}

function fillFor({ layout, palette }: View, frame: number): Fill {
  const { base, head, noise } = layout.weights
  if (noise[frame] === 1) return palette.grew[0]!
  const change = head[frame]! - base[frame]!
  const part = Math.abs(change) / Math.max(head[frame]!, base[frame]!, 1)
  // A change that is told at all is seen: the ramp starts above nothing.
  return fillOf(change > 0 ? palette.grew : palette.shrank, 0.15 + 0.85 * part)
}

function isNew({ layout }: View, frame: number): boolean {
  const { base, head, noise } = layout.weights
  return base[frame] === 0 && head[frame]! > 0 && noise[frame] === 0
}

/** Stripes say "new" without colour. */
function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, fill: Fill): void {
  context.save()
  context.beginPath()
  context.rect(x, y, width, ROW - 1)
  context.clip()
  context.strokeStyle = fill.text
  context.globalAlpha = width > 30 ? 0.1 : 0.25
  context.lineWidth = 1
  context.beginPath()
  for (let at = x - ROW; at < x + width; at += 7) {
    context.moveTo(at, y + ROW)
    context.lineTo(at + ROW, y)
  }
  context.stroke()
  context.restore()
}

function label(
  context: CanvasRenderingContext2D,
  view: View,
  frame: number,
  x: number,
  y: number,
  width: number,
  fill: Fill,
  above: boolean,
): void {
  const { layout, palette, labels, pins } = view
  const { model, weights } = layout
  const change = weights.head[frame]! - weights.base[frame]!
  const told = weights.noise[frame] === 0
  const pinned = pins.has(frame)
  const mark = `${pinned ? `${pins.get(frame)} ◆ ` : ''}${told ? (change > 0 ? '▲ ' : '▼ ') : ''}`
  context.font = model.isOwn(frame) ? palette.boldFont : palette.font
  context.fillStyle = above ? palette.text : fill.text
  const middle = y + ROW / 2
  const from = x + (pinned ? 9 : 5)
  const markWidth = mark === '' ? 0 : context.measureText(mark).width
  const room = x + width - 6 - from - markWidth
  const folded = model.isFolded(frame)
  const name = folded ? (room > 190 ? model.name(frame) : '…') : labels.fit(model.data.frameFunction[frame]!, room)
  if (mark !== '' && markWidth < width - 10) context.fillText(mark, from, middle)
  if (name !== '') context.fillText(name, from + markWidth, middle)
  if (!told || room < 120) return
  const text = changeText(change, view.unit)
  const used = context.measureText(name).width
  const textWidth = context.measureText(text).width
  if (room - used > textWidth + 12) context.fillText(text, x + width - 7 - textWidth, middle)
}

/** Frames of the function under the pointer, and where the keyboard is. */
function outline(
  context: CanvasRenderingContext2D,
  view: View,
  frame: number,
  fn: number,
  x: number,
  y: number,
  width: number,
): void {
  const { hovered, selected, focused, palette, layout } = view
  const chosen = frame === selected && frame !== 0
  const same = hovered >= 0 && layout.model.data.frameFunction[hovered] === fn
  if (!chosen && !same && !(focused && frame === selected)) return
  context.strokeStyle = palette.text
  context.lineWidth = chosen || frame === hovered || frame === selected ? 2 : 1
  const inset = context.lineWidth / 2
  context.strokeRect(x + inset, y + inset, Math.max(width - 2 * inset, 1), ROW - 1 - 2 * inset)
}
