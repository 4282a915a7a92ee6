// The service of many shapes (experiments/heap-shapes), recorded live.
import { join } from 'node:path'
import { EXPERIMENTS } from './go.ts'
import { fetchOk, recordLive } from './live.ts'

export const SHAPES = join(EXPERIMENTS, 'heap-shapes')

/** Shapes that are there to leak ever so slowly. */
export function drips(name: string): boolean {
  return name.startsWith('drip')
}

export interface ShapeRun {
  readonly program: string
  readonly go: string
  /** Empty: all of them fixed, as background. */
  readonly shape: string
  readonly size: number
  readonly leak: boolean
  /** Operations per leak, for the shapes that drip. */
  readonly every: number
  /** Per round. */
  readonly operations: number
  /** Tells recordings of the same kind apart. */
  readonly take: string
}

export function recordShape({ program, go, shape, size, leak, every, operations, take }: ShapeRun): Promise<string> {
  const name = `${shape || 'background'}-${size}-${every}-${leak ? 'leak' : 'fixed'}-${operations}-${take}`
  const chosen = shape === '' ? [] : ['-shape', shape, '-size', `${size}`, '-every', `${every}`, `-leak=${leak}`]
  return recordLive(name, {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`, ...chosen],
    round: async (base) => {
      await fetchOk(`${base}/round?n=${operations}`, 'POST')
    },
    operationsPerRound: operations,
    still: 2,
  })
}
