import { digest } from './key.ts'

/** The first line of a comment, by which it is found again. */
export function markerOf(workflow: string, key: string): string {
  return `<!-- leakgate:v1 key=${digest(`${workflow}|${key}`, 12)} -->`
}

/** The second line: what the comment stands for, so that a slower, older run leaves it alone. */
export interface CommentState {
  readonly runId: number
  readonly runAttempt: number
  readonly head: string
  /** The head of the last alert; undefined when there never was one. */
  readonly alert: string | undefined
}

export function stateLine({ runId, runAttempt, head, alert }: CommentState): string {
  return `<!-- leakgate:state ${runId}.${runAttempt} ${head} ${alert ?? '-'} -->`
}

export function readState(body: string): CommentState | undefined {
  const line = /<!-- leakgate:state (\d{1,15})\.(\d{1,5}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}|-) -->/.exec(body)
  if (line === null) return undefined
  const [, runId, runAttempt, head, alert] = line
  return { runId: Number(runId), runAttempt: Number(runAttempt), head: head!, alert: alert === '-' ? undefined : alert }
}

/** Whether the comment already tells of a later run. */
export function isNewer(
  state: CommentState,
  { runId, runAttempt }: Pick<CommentState, 'runId' | 'runAttempt'>,
): boolean {
  return state.runId > runId || (state.runId === runId && state.runAttempt > runAttempt)
}

export function isSame(
  state: CommentState,
  { runId, runAttempt }: Pick<CommentState, 'runId' | 'runAttempt'>,
): boolean {
  return state.runId === runId && state.runAttempt === runAttempt
}
