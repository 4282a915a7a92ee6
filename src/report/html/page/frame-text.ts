import { permalink } from '../../escape.ts'
import { changeText, ratioText, valueText } from '../../words/figures.ts'
import { element } from './dom.ts'
import type { PageData } from './load.ts'
import type { GraphModel } from './model.ts'

/** What can be said of one frame, for the status line, the tooltip and the screen reader. */
export interface FrameFacts {
  readonly name: string
  readonly place: string
  readonly base: string
  readonly head: string
  readonly change: string
  readonly ratio: string
  readonly direction: 'grew' | 'shrank' | 'same'
  readonly self: string
  /** Share of all that grew; empty where nothing did. */
  readonly share: string
  /** Number of the finding that is here. */
  readonly finding: number | undefined
}

export function frameFacts(model: GraphModel, type: number, frame: number): FrameFacts {
  const { unit } = model.data.head.types[type]!
  const weights = model.weights(type)
  const [base, head] = [weights.base[frame]!, weights.head[frame]!]
  const self = model.data.frameHead[type]![frame]! - model.data.frameBase[type]![frame]!
  const grown = weights.growth[0]!
  const noise = weights.noise[frame] === 1
  const direction = noise || head === base ? 'same' : head > base ? 'grew' : 'shrank'
  return {
    name: model.name(frame),
    place: model.place(frame),
    base: valueText(base, unit),
    head: valueText(head, unit),
    change: changeText(head - base, unit),
    ratio: direction === 'same' ? (noise && head !== base ? 'within the noise' : '') : ratioText(base, head - base),
    direction,
    self: changeText(self, unit),
    share: grown > 0 && weights.growth[frame]! > 0 ? `${Math.round((100 * weights.growth[frame]!) / grown)} %` : '',
    finding: model.data.head.pins.find(([pinned]) => pinned === frame)?.[1],
  }
}

/** One sentence for the screen reader. */
export function spoken(facts: FrameFacts, depth: number, below: number): string {
  const moved = facts.direction === 'same' ? 'no change beyond noise' : `${facts.direction} by ${facts.change}`
  const finding = facts.finding === undefined ? '' : `, suspect ${facts.finding}`
  const place = facts.place === '' ? '' : `, ${facts.place}`
  return `${facts.name}${finding}: ${moved}, base ${facts.base}, head ${facts.head}${place}. Level ${depth}, calls ${below}.`
}

/** `path:line`, linked to the line at the head commit where it is the user's own. */
export function placeNode(model: GraphModel, page: PageData, fn: number, line: number): HTMLElement {
  const text = model.placeOf(fn, line)
  const path = model.pathOf(fn)
  const url = path === undefined ? undefined : permalink(page.repository, page.commit, path, line)
  const code = element('code', {}, text)
  return url === undefined ? code : element('a', { href: url }, code)
}

const MARKS = { grew: '▲ ', shrank: '▼ ', same: '' } as const

export function changeNode(facts: FrameFacts): HTMLElement {
  const ratio = facts.ratio === '' ? '' : ` (${facts.ratio})`
  return element('span', { class: `change ${facts.direction}` }, `${MARKS[facts.direction]}${facts.change}${ratio}`)
}
