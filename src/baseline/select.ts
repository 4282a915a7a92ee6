import { type Artifact, artifactFault, type Origin, PER_PAGE, type Run, runFault } from './artifacts.ts'
import type { Fault } from './fault.ts'
import type { Lineage } from './lineage.ts'

/** What is known so far. Grows by the answers to the steps. */
export interface Facts {
  readonly origin: Origin
  readonly lineage: Lineage
  /** The commit under test, which must not be its own baseline. */
  readonly excluded: string | undefined
  /** Lists of artifacts as GitHub pages them, newest first. */
  readonly pages: readonly (readonly Artifact[])[]
  readonly runs: ReadonlyMap<number, Run | Fault>
  /** For commits outside the lineage: by how many commits the start is ahead; undefined: no ancestor of it. */
  readonly ahead: ReadonlyMap<string, number | undefined>
  /** Artifacts that were tried in vain. */
  readonly unreadable: ReadonlyMap<number, Fault>
}

export interface PassedOver {
  readonly commit: string
  readonly fault: Fault
}

/** What to do next, or how it ended. */
export type Step =
  | { readonly do: 'list'; readonly page: number }
  | { readonly do: 'ask-run'; readonly id: number }
  | { readonly do: 'compare'; readonly commit: string }
  | { readonly do: 'read'; readonly artifact: Artifact; readonly commit: string; readonly passedOver: PassedOver[] }
  | { readonly do: 'give-up'; readonly reason: NoBaseline; readonly passedOver: PassedOver[] }

/** Why there is none: nobody ever recorded one, none is an ancestor, or all that are were refused. */
export type NoBaseline = 'never-recorded' | 'no-ancestor' | 'all-refused'

const MOST_PAGES = 10
const MOST_COMPARED = 4
const MOST_TRIED = 8

/**
 * The nearest usable ancestor, by commits and not by the list of runs: that list lags, and runs of pull requests look
 * like runs of main. Pure: says which fact is missing, and is asked again with it.
 */
export function nextStep(facts: Facts): Step {
  const { pages, lineage } = facts
  if (pages.length === 0) return { do: 'list', page: 1 }
  const artifacts = pages.flat()
  const place = new Map(lineage.commits.map(({ commit }, index) => [commit, index]))
  const near = artifacts
    .filter(({ commit }) => commit !== undefined && commit !== facts.excluded && place.has(commit))
    // Of one commit the newest attempt.
    .sort((a, b) => place.get(a.commit!)! - place.get(b.commit!)! || b.id - a.id)
  const passedOver: PassedOver[] = []
  for (const artifact of near) {
    const found = judge(artifact, facts, passedOver)
    if (found === undefined) continue
    return mayHideNearer(facts, place.get(artifact.commit!)!) ? { do: 'list', page: pages.length + 1 } : found
  }
  if (hasMore(facts)) return { do: 'list', page: pages.length + 1 }
  return beyondLineage(facts, artifacts, passedOver)
}

/** The next step for this artifact, or undefined when it is refused. */
function judge(artifact: Artifact, facts: Facts, passedOver: PassedOver[]): Step | undefined {
  const commit = artifact.commit!
  const refuse = (fault: Fault): undefined => {
    passedOver.push({ commit, fault })
  }
  const fault = artifactFault(artifact, facts.origin) ?? facts.unreadable.get(artifact.id)
  if (fault !== undefined) return refuse(fault)
  // Something is wrong with all of them, such as a server that is down; the calls are not endless.
  if (facts.unreadable.size >= MOST_TRIED || facts.runs.size > MOST_TRIED) {
    return { do: 'give-up', reason: 'all-refused', passedOver }
  }
  const run = facts.runs.get(artifact.runId!)
  if (run === undefined) return { do: 'ask-run', id: artifact.runId! }
  const foreign = 'kind' in run ? run : runFault(run, artifact, facts.origin)
  return foreign === undefined ? { do: 'read', artifact, commit, passedOver } : refuse(foreign)
}

function hasMore({ pages }: Facts): boolean {
  return pages.at(-1)!.length >= PER_PAGE && pages.length < MOST_PAGES
}

/** Whether a page not yet seen may hold a nearer commit: an artifact is no older than its commit. */
function mayHideNearer(facts: Facts, index: number): boolean {
  const nearer = facts.lineage.commits.slice(0, index).filter(({ commit }) => commit !== facts.excluded)
  if (nearer.length === 0 || !hasMore(facts)) return false
  const oldestSeen = facts.pages.at(-1)!.at(-1)!.time
  return nearer.some(({ time }) => time < oldestSeen)
}

/** Ancestors further away than the lineage goes, newest first. */
function beyondLineage(facts: Facts, artifacts: readonly Artifact[], passedOver: PassedOver[]): Step {
  const { lineage, ahead } = facts
  const known = new Set(lineage.commits.map(({ commit }) => commit))
  // What was recorded after the start was committed is rarely of an older commit: those calls are saved.
  const started = lineage.commits[0]?.time || Number.POSITIVE_INFINITY
  const far = lineage.complete
    ? []
    : artifacts.filter(({ commit, time }) => commit !== undefined && !known.has(commit) && time <= started)
  for (const artifact of far.sort((a, b) => b.time - a.time || b.id - a.id)) {
    const commit = artifact.commit!
    if (artifactFault(artifact, facts.origin) !== undefined) continue
    if (!ahead.has(commit)) {
      if (ahead.size >= MOST_COMPARED) break
      return { do: 'compare', commit }
    }
    if (ahead.get(commit) === undefined) continue
    const step = judge(artifact, facts, passedOver)
    if (step !== undefined) return step
  }
  const reason = artifacts.length === 0 ? 'never-recorded' : passedOver.length > 0 ? 'all-refused' : 'no-ancestor'
  return { do: 'give-up', reason, passedOver }
}
