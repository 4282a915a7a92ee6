import { type Query, type Rest, RestError } from '../../../src/baseline/rest.ts'
import { answer } from './rest.ts'
import type { World } from './world.ts'

/** A step on GitHub that runs beside others. What it asks, it asks through `rest`; `turn` is a moment of its own. */
export type Actor = (rest: Rest, turn: (what: string) => Promise<void>) => Promise<unknown>

/** Which of the actors is answered next. */
export type Choose = (actors: readonly string[]) => string

/**
 * Lets actors run against one world so that in each moment exactly one request is answered, and `choose` says whose.
 * Returns what happened, in its order: `a: PATCH /issues/comments/7`.
 */
export async function interleave(
  world: World,
  actors: Readonly<Record<string, Actor>>,
  choose: Choose,
): Promise<string[]> {
  const trace: string[] = []
  const waiting = new Map<string, () => void>()
  let wake = (): void => {}
  let running = 0
  const failures: unknown[] = []
  for (const [name, actor] of Object.entries(actors)) {
    const turn = async (what: string): Promise<void> => {
      await new Promise<void>((go) => {
        waiting.set(name, go)
        running--
        wake()
      })
      trace.push(`${name}: ${what}`)
    }
    running++
    actor(restOf(world, turn), turn)
      .catch((error) => void failures.push(error))
      .finally(() => {
        trace.push(`${name}: ends`)
        running--
        wake()
      })
  }
  for (;;) {
    while (running > 0) await new Promise<void>((ready) => (wake = ready))
    if (failures.length > 0) throw failures[0]
    const names = [...waiting.keys()].sort()
    if (names.length === 0) return trace
    const name = choose(names)
    const go = waiting.get(name)!
    waiting.delete(name)
    running++
    go()
  }
}

/**
 * Every schedule there is, or every one that goes from one actor to another at most `switches` times before it must
 * (what one ends, another goes on): `run` is called with one after the other. Returns how many there were.
 */
export async function everySchedule(
  run: (choose: Choose) => Promise<void>,
  switches = Number.POSITIVE_INFINITY,
): Promise<number> {
  let path: { readonly option: number; readonly of: number }[] = []
  for (let count = 1; ; count++) {
    let [depth, left, last] = [0, switches, '']
    await run((actors) => {
      const goesOn = actors.includes(last)
      const options = goesOn ? [last, ...(left > 0 ? actors.filter((one) => one !== last) : [])] : actors
      path[depth] ??= { option: 0, of: options.length }
      const chosen = options[path[depth++]!.option]!
      if (goesOn && chosen !== last) left--
      last = chosen
      return chosen
    })
    while (path.length > 0 && path.at(-1)!.option === path.at(-1)!.of - 1) path.pop()
    if (path.length === 0) return count
    path = path.map((step, i) => (i === path.length - 1 ? { ...step, option: step.option + 1 } : step))
  }
}

/** GitHub's answers without a server between: the same handlers as behind the fake's. */
function restOf(world: World, turn: (what: string) => Promise<void>): Rest {
  const ask = async (method: string, path: string, query: Query = {}, body: unknown = {}): Promise<unknown> => {
    await turn(`${method} ${path.replace(`/repos/${world.repository}`, '')}`)
    const given = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
    const asked = { method, path, query: given, body: body as Record<string, unknown>, accept: '' }
    const { status, json } = answer(world, asked, 'http://127.0.0.1')
    if (status === 404) throw new RestError('not-found', `${method} ${path}: 404`, { status })
    return json
  }
  return {
    get: (path, query) => ask('GET', path, query),
    send: (method, path, body) => ask(method, path, {}, body),
    async download(path) {
      await turn(`GET ${path.replace(`/repos/${world.repository}`, '')}`)
      return world.artifacts.find((one) => path.includes(`/artifacts/${one.id}/`))!.bytes
    },
  }
}
