import type { ServiceDiff } from '../diff/diff.ts'
import { exactly } from '../diff/estimate.ts'
import type { GoroutineGrowth } from '../diff/goroutines.ts'
import { type HeapGrowth, heapSeries } from '../diff/heap.ts'
import { packageOf } from '../profile/symbol.ts'
import type { Checkout } from './checkout.ts'
import { type Diagnosis, diagnoseGoroutine, diagnoseHeap, isContainer, LEAST_SLOT } from './diagnose.ts'
import { goroutineFigure, heapFigure } from './evaluate.ts'
import type { Breach, Evaluation } from './evaluation.ts'
import type { Evidence, IgnoredBy, Place } from './finding.ts'
import type { Ruling } from './limits.ts'
import type { MetricName } from './metrics.ts'
import { creatorsOf, firstOwn, placeOf, placesOf } from './place.ts'

/** A stack that grew, with what its frames say about the cause. Several of them can be one leak. */
export interface Suspect {
  readonly what: 'goroutine' | 'heap'
  readonly diagnosis: Diagnosis
  readonly stack: readonly Place[]
  /** First frame from the leaf that is the user's own. */
  readonly own: Place | undefined
  readonly startedAt: Place | undefined
  readonly dependency: string | undefined
  /** Largest first. */
  readonly evidence: readonly Evidence[]
  readonly ignored: IgnoredBy | undefined
  /** Grew beyond its limit; false for heap that grew too little to count by itself but may explain what did. */
  readonly counts: boolean
  /** Blocks of the heap that were added, of the most frequent size. */
  readonly objects: number
}

/** Candidates below this share of the largest growth explain nothing, unless they are what holds it. */
const LEAST_SHARE = 0.02
const MAX_CANDIDATES = 40
const MAX_STACKS = 40
/** A container has far fewer blocks than what it holds. */
const FEW = 0.1

export function goroutineSuspects(diff: ServiceDiff, evaluation: Evaluation, checkout: Checkout): Suspect[] {
  const creators = creatorsOf(diff.window)
  const grown = new Map(diff.goroutines.map((growth) => [growth.class, growth]))
  const byClass = new Map<number, { breach: Breach<{ stack: number }>; evidence: Evidence[] }>()
  const add = (id: number, breach: Breach<{ stack: number }>, evidence: Evidence): void => {
    const known = byClass.get(id)
    if (known === undefined) byClass.set(id, { breach, evidence: [evidence] })
    else known.evidence.push(evidence)
  }
  for (const breach of evaluation.leaked) {
    const { class: id, base, head, stack } = breach.growth
    const series = grown.get(id)?.series ?? { base: [], head: [] }
    add(
      id,
      breach,
      evidenceOf('goroutines.leaked', base, head, head - base, diff, stack, series, breach.ruling, checkout, id),
    )
  }
  for (const breach of evaluation.goroutines) {
    const figure = goroutineFigure(breach.growth, diff)
    const { class: id, stack, series } = breach.growth
    add(
      id,
      breach,
      evidenceOf(
        'goroutines.growth',
        figure.base ?? 0,
        figure.head,
        figure.growth.value,
        diff,
        stack,
        series,
        breach.ruling,
        checkout,
        id,
      ),
    )
  }
  return [...byClass].map(([id, { breach, evidence }]) => {
    const frames = diff.stacks.frames(breach.growth.stack)
    const stack = placesOf(frames, checkout)
    const creator = creators.of(frames)
    const startedAt = creator === undefined ? undefined : placeOf(creator, checkout)
    const own = firstOwn(stack)
    const wait = diff.goroutineClasses.wait(id)
    const diagnosis = diagnoseGoroutine({
      names: diff.goroutineClasses.names(id),
      wait,
      createdBy: creator?.function,
      own,
      leaf: stack[0],
      cells: [],
    })
    return {
      what: 'goroutine',
      diagnosis,
      stack,
      own,
      startedAt,
      dependency: own === undefined && stack[0]?.party === 'third' ? packageOf(stack[0].function) : undefined,
      evidence,
      ignored: breach.ignored,
      counts: true,
      objects: 0,
    }
  })
}

/** Stacks of the heap that grew beyond their limit, and smaller growth beside them that may explain it. */
export function heapSuspects(diff: ServiceDiff, evaluation: Evaluation, checkout: Checkout): Suspect[] {
  const breaches = new Map(evaluation.heap.map((breach) => [breach.growth, breach]))
  const largest = diff.heap[0]
  const least = Math.min(LEAST_SHARE * (largest?.growth.value ?? 0), LEAST_SLOT * (largest?.objects ?? 0))
  const candidates = diff.heap
    .filter((growth) => !breaches.has(growth) && growth.growth.value > least)
    .slice(0, MAX_CANDIDATES)
  const shown = [...breaches.keys(), ...candidates]
  const wanted = new Set(shown.map((growth) => growth.class))
  const series = {
    base: heapSeries(diff.window.base, diff.heapClasses, wanted),
    head: heapSeries(diff.window.head, diff.heapClasses, wanted),
  }
  return shown.map((growth) => {
    const breach = breaches.get(growth)
    const ruling: Ruling = breach?.ruling ?? { outcome: 'not-judged', limit: undefined }
    const own = { base: series.base.get(growth.class) ?? [], head: series.head.get(growth.class) ?? [] }
    return heapSuspect(diff, growth, ruling, breach, own, checkout)
  })
}

/**
 * The stack that names a class. Its stacks differ in their lines: a function may allocate on several, and the one that
 * puts what is kept into a container is the one to look at, though another allocates more.
 */
function nameHeap(
  diff: ServiceDiff,
  growth: HeapGrowth,
  checkout: Checkout,
): Pick<Suspect, 'stack' | 'own' | 'diagnosis'> {
  const least = LEAST_SLOT * growth.objects
  const [largest, ...others] = growth.stacks
  const named = [largest, ...others.slice(0, MAX_STACKS).filter((one) => one.bytes > least)].map((one) => {
    const stack = placesOf(diff.stacks.frames(one?.stack ?? growth.stack), checkout)
    const own = firstOwn(stack)
    const names = stack.map((place) => place.function)
    const sight = { names, wait: undefined, createdBy: undefined, own, leaf: stack[0], cells: growth.cells }
    return { stack, own, diagnosis: diagnoseHeap(sight), objects: one?.objects ?? 0 }
  })
  const containers = named.filter(({ diagnosis }) => isContainer(diagnosis))
  // Of small maps that are put into a large one there are many: they are kept, the large one keeps.
  return containers.find(({ objects }) => objects < FEW * growth.objects) ?? containers[0] ?? named[0]!
}

function heapSuspect(
  diff: ServiceDiff,
  growth: HeapGrowth,
  ruling: Ruling,
  breach: Breach<HeapGrowth> | undefined,
  series: Evidence['series'],
  checkout: Checkout,
): Suspect {
  const { stack, own, diagnosis } = nameHeap(diff, growth, checkout)
  const figure = heapFigure(growth, diff)
  const third = stack.find((place) => place.party !== 'standard')
  return {
    what: 'heap',
    diagnosis,
    stack,
    own,
    startedAt: undefined,
    dependency: third?.party === 'third' ? packageOf(third.function) : undefined,
    evidence: [
      {
        metric: 'heap.growth.stack',
        base: series.base.at(-1) ?? 0,
        head: series.head.at(-1) ?? 0,
        growth: figure.growth,
        ...rates(figure.growth.value, diff),
        series,
        limit: ruling.limit,
        outcome: ruling.outcome,
        wait: undefined,
        stack,
      },
    ],
    ignored: breach?.ignored,
    counts: breach !== undefined,
    objects: growth.objects,
  }
}

function evidenceOf(
  metric: MetricName,
  base: number,
  head: number,
  growth: number,
  diff: ServiceDiff,
  stack: number,
  series: GoroutineGrowth['series'],
  ruling: Ruling,
  checkout: Checkout,
  id: number,
): Evidence {
  return {
    metric,
    base,
    head,
    growth: exactly(growth),
    ...(metric === 'goroutines.growth' ? rates(growth, diff) : { perOperation: undefined, perHour: undefined }),
    series,
    limit: ruling.limit,
    outcome: ruling.outcome,
    wait: diff.goroutineClasses.wait(id),
    stack: placesOf(diff.stacks.frames(stack), checkout),
  }
}

function rates(growth: number, diff: ServiceDiff): { perOperation: number | undefined; perHour: number | undefined } {
  const { operations, hours } = diff.window
  return {
    perOperation: operations === undefined ? undefined : growth / operations,
    perHour: hours === undefined ? undefined : growth / hours,
  }
}
