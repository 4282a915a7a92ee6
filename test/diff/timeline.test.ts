import { expect, test } from 'vitest'
import { timelineOf } from '../../src/diff/timeline.ts'
import { judgedWindow } from '../../src/diff/window.ts'
import type { Recording, Snapshot } from '../../src/profile/recording.ts'
import { recordingOf } from './recordings.ts'

const REST = recordingOf(() => ({}))
const START = REST.snapshots[0]!.time

/** The recording with samples under load, each `[round, milliseconds after the first snapshot at rest]`. */
function sampled(...samples: readonly (readonly [round: number, after: number])[]): Recording {
  const load = samples.map(
    ([round, after]): Snapshot => ({
      ...REST.snapshots[0]!,
      round,
      phase: 'load',
      time: START + after,
      operations: undefined,
      memstats: { ...REST.snapshots[0]!.memstats!, heapAlloc: 9e6 },
    }),
  )
  return { ...REST, snapshots: [...load, ...REST.snapshots].sort((a, b) => a.time - b.time) }
}

const headOf = (recording: Recording) => timelineOf(judgedWindow(undefined, recording), undefined, recording).head

test('operations and seconds of the snapshots at rest', () => {
  expect(headOf(REST)).toEqual({
    operations: [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
    seconds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    load: [],
  })
})

test('samples lie between the snapshots at rest by their time; those of another round or time are left out', () => {
  const { seconds, load } = headOf(sampled([1, -500], [2, 250], [4, 2750], [4, 5500], [99, 3500]))
  expect(seconds.slice(0, 2)).toEqual([0.5, 1.5])
  expect(load.map(({ at }) => at)).toEqual([-1, 0.25, 2.75])
  expect(load[1]).toEqual({ at: 0.25, heap: 9e6, objects: undefined, goroutines: 1 })
})

test('many samples are thinned and the last of a round stays', () => {
  const { load } = headOf(sampled(...Array.from({ length: 900 }, (_, i) => [2, i + 1] as const)))
  expect(load.length).toBeLessThanOrEqual(24)
  expect(load.at(-1)!.at).toBeCloseTo(0.9)
})

test('nothing where nobody counted and the times are unknown', () => {
  const blind = { ...REST, snapshots: REST.snapshots.map((one) => ({ ...one, time: 0, operations: undefined })) }
  expect(headOf(blind)).toEqual({ operations: [], seconds: [], load: [] })
})
