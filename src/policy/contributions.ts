import { type AlignedLine, alignLines } from '../diff/align.ts'
import type { ServiceDiff } from '../diff/diff.ts'
import type { LevelName } from '../diff/level.ts'
import { type Site, type SiteCell, type Sites, type Surplus, sitesOf, surplusOf } from '../diff/sites.ts'
import { holm } from '../diff/statistics.ts'
import type { Frame } from '../profile/stacks.ts'
import { looseName } from '../profile/symbol.ts'
import { type Checkout, partyOf } from './checkout.ts'
import type { Contribution, Contributors } from './finding.ts'
import { firstOwn, placeOf, placesOf } from './place.ts'

/** Family-wise error of naming a function that allocates no more than on the base. */
const ALPHA = 0.01
/** Of the figure's growth; what is less explains nothing. */
const LEAST_SHARE = 0.1
export const MOST_LINES = 3
/** Lines of one function that are told apart; of more, those with most. */
const MOST_ALIGNED = 60

/** Figures whose growth lines can account for. */
export type Attributed = Extract<LevelName, 'alloc.bytes' | 'alloc.objects' | 'heap.inuse' | 'heap.objects'>

/** The lines that account for growth of a figure over the base, largest first; undefined where none does without doubt. */
export function contributorsTo(metric: Attributed, diff: ServiceDiff, checkout: Checkout): Contributors | undefined {
  const growth = diff.levels[metric]?.growth?.value ?? 0
  const lines = growth > 0 ? linesBehind(metric, growth, diff, checkout) : []
  return lines.length === 0 ? undefined : { metric, growth, lines: lines.slice(0, MOST_LINES) }
}

/**
 * Where growth of the live heap may be that no stack proves, as in a coarse profile: the lines whose samples grew most,
 * with their error. A hint, not a claim.
 */
export function growthMayBeAt(diff: ServiceDiff, checkout: Checkout, growth: number): Contributors | undefined {
  const lines = diff.heap
    .filter((one) => one.growth.value > 0 && one.growth.value >= LEAST_SHARE * growth)
    .sort((a, b) => b.growth.value - a.growth.value)
    .flatMap((one): Contribution[] => {
      const stack = placesOf(diff.stacks.frames(one.stack), checkout)
      const place = firstOwn(stack) ?? stack[0]
      return place === undefined ? [] : [{ place, growth: one.growth, share: one.growth.value / growth, stack }]
    })
  return lines.length === 0 ? undefined : { metric: 'heap.growth', growth, lines: lines.slice(0, MOST_LINES) }
}

/** Lines with a surplus that is real and at least a tenth of `growth`. */
export function linesBehind(metric: Attributed, growth: number, diff: ServiceDiff, checkout: Checkout): Contribution[] {
  const sites = sitesOf(diff.window, diff.heapClasses, metric.startsWith('alloc') ? 'allocated' : 'live')
  if (sites === undefined) return []
  const unit = metric === 'alloc.bytes' || metric === 'heap.inuse' ? 'bytes' : 'objects'
  const groups = groupsOf(sites, diff, checkout)
  const surpluses = groups.map((group) => surplusOf([...group.cells.values()], sites))
  const real = holm(
    surpluses.map(({ p }) => p),
    ALPHA,
  )
  const counts = (surplus: Surplus): boolean => surplus[unit].lower > 0 && surplus[unit].value >= LEAST_SHARE * growth
  return groups
    .filter((_, i) => real[i] && counts(surpluses[i]!))
    .flatMap((group) => {
      const lines = linesOf(group, sites, checkout)
        .map((line) => ({ line, surplus: surplusOf(line.cells, sites) }))
        .filter(({ surplus }) => counts(surplus))
      return lines.map(({ line, surplus }): Contribution => {
        const stack = placesOf(diff.stacks.frames(line.stack), checkout)
        const share = surplus[unit].value / growth
        return { place: placeOf(line.frame, checkout), growth: surplus[unit], share, stack }
      })
    })
    .sort((a, b) => b.growth.value - a.growth.value || a.place.line - b.place.line)
}

/** Sites of one function of the user's, or of one leaf where no frame is theirs. */
interface Group {
  readonly cells: Map<number, MutableCell>
  readonly base: Map<number, Line>
  readonly head: Map<number, Line>
}

type MutableCell = { -readonly [key in keyof SiteCell]: SiteCell[key] }

interface Line extends AlignedLine {
  readonly frame: Frame
  readonly sites: Site[]
  readonly amounts: Map<string, number>
}

function groupsOf(sites: Sites, diff: ServiceDiff, checkout: Checkout): Group[] {
  const owners = new Owners(diff, checkout)
  const groups = new Map<string, Group>()
  for (const side of ['base', 'head'] as const) {
    for (const site of sites[side].sites) {
      const owner = owners.of(site.stack)
      if (owner === undefined) continue
      let group = groups.get(owner.function)
      if (group === undefined) {
        group = { cells: new Map(), base: new Map(), head: new Map() }
        groups.set(owner.function, group)
      }
      let cell = group.cells.get(site.size)
      if (cell === undefined) {
        cell = { size: site.size, base: 0, head: 0 }
        group.cells.set(site.size, cell)
      }
      cell[side] += site.count
      let line = group[side].get(owner.frame.line)
      if (line === undefined) {
        line = { line: owner.frame.line, frame: owner.frame, sites: [], amounts: new Map() }
        group[side].set(line.line, line)
      }
      line.sites.push(site)
      const key = keyOf(site)
      line.amounts.set(key, (line.amounts.get(key) ?? 0) + site.count / sites[side].operations)
    }
  }
  return [...groups.values()]
}

function keyOf(site: Site): string {
  return `${site.class}:${site.size}`
}

/** The user's frame nearest the leaf, else the leaf, and a name of its function that other builds share. */
interface Owner {
  readonly function: string
  readonly frame: Frame
}

/** Whose a stack is; found once for each. */
class Owners {
  readonly #diff: ServiceDiff
  readonly #checkout: Checkout
  readonly #kinds = new Map<number, 'own' | 'profiles' | 'other'>()
  readonly #owners = new Map<number, Owner | undefined>()

  constructor(diff: ServiceDiff, checkout: Checkout) {
    this.#diff = diff
    this.#checkout = checkout
  }

  of(stack: number): Owner | undefined {
    if (!this.#owners.has(stack)) this.#owners.set(stack, this.#find(stack))
    return this.#owners.get(stack)
  }

  /** undefined for what serving the profiles allocates. */
  #find(stack: number): Owner | undefined {
    const { stacks } = this.#diff
    const path = stacks.path(stack)
    let own = path[0]
    for (let i = path.length - 1; i >= 0; i--) {
      const kind = this.#kind(path[i]!)
      if (kind === 'profiles') return undefined
      if (kind === 'own') own = path[i]!
    }
    if (own === undefined) return undefined
    const frame = stacks.frame(own)
    return { function: looseName(frame.function), frame }
  }

  #kind(id: number): 'own' | 'profiles' | 'other' {
    let kind = this.#kinds.get(id)
    if (kind === undefined) {
      const frame = this.#diff.stacks.frame(id)
      const own = partyOf(frame, this.#checkout) === 'first'
      kind = own ? 'own' : /^(net\/http|runtime)\/pprof\./.test(frame.function) ? 'profiles' : 'other'
      this.#kinds.set(id, kind)
    }
    return kind
  }
}

/** A line of the head, with its counterpart's blocks as those of the base. */
interface PairedLine {
  readonly frame: Frame
  readonly cells: SiteCell[]
  /** The stack with the largest surplus. */
  readonly stack: number
}

function linesOf({ base, head }: Group, sites: Sites, checkout: Checkout): PairedLine[] {
  const own = (lines: Map<number, Line>): Line[] =>
    [...lines.values()].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_ALIGNED)
  const heads = own(head).map((line) => ({ ...line, changed: placeOf(line.frame, checkout).changed }))
  const pairs = alignLines<Line>(own(base), heads)
  return heads.map((line) => {
    const before = pairs.get(line)
    const cells = new Map<number, MutableCell>()
    for (const [side, of] of [
      ['head', line.sites],
      ['base', before?.sites ?? []],
    ] as const) {
      for (const { size, count } of of) {
        const cell = cells.get(size) ?? { size, base: 0, head: 0 }
        cell[side] += count
        cells.set(size, cell)
      }
    }
    return { frame: line.frame, cells: [...cells.values()], stack: mainStack(line, before, sites) }
  })
}

function weight({ amounts }: Line): number {
  return [...amounts.values()].reduce((sum, amount) => sum + amount, 0)
}

/** The stack of a line whose class has the largest surplus. */
function mainStack(line: Line, before: Line | undefined, { head, base }: Sites): number {
  const byClass = new Map<number, number>()
  const add = (sites: readonly Site[], share: number): void => {
    for (const site of sites) byClass.set(site.class, (byClass.get(site.class) ?? 0) + share * site.count * site.size)
  }
  add(line.sites, 1 / head.operations)
  add(before?.sites ?? [], -1 / base.operations)
  const most = [...line.sites].sort(
    (a, b) => byClass.get(b.class)! - byClass.get(a.class)! || b.count * b.size - a.count * a.size,
  )
  return most[0]!.stack
}
