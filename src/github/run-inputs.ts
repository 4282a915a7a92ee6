import { getInput } from '@actions/core'
import { UserError } from '../errors.ts'

/** Inputs of the gate step that say how it works with GitHub; kept equal to action.yml by a test. */
export const GITHUB_INPUT_NAMES = [
  'token',
  'key',
  'matrix',
  'baseline-store',
  'baseline-branches',
  'baseline-workflow',
  'comment',
  'comment-key',
  'comment-author',
  'accept-label',
  'policy-from',
  'policy-token',
] as const

/** Inputs of comment/. */
export const COMMENT_INPUT_NAMES = ['token', 'comment', 'comment-key', 'comment-author'] as const

export interface GitHubInputs {
  readonly token: string
  readonly key: string
  /** The values of the leg's matrix as JSON. */
  readonly matrix: string
  /** `artifact`, `branch`, or the path of a folder. Empty: whichever works on this server. */
  readonly baselineStore: string
  readonly baselineBranches: readonly string[]
  readonly baselineWorkflow: string
  readonly comment: CommentMode
  readonly commentKey: string
  /** Who writes comments with the token. */
  readonly commentAuthor: string
  readonly acceptLabel: string
  readonly policyFrom: string
  readonly policyToken: string
}

const COMMENT_MODES = ['auto', 'always', 'never'] as const
export type CommentMode = (typeof COMMENT_MODES)[number]

export const DEFAULT_AUTHOR = 'github-actions[bot]'
const WORKFLOWS = '.github/workflows/'

export function readGitHubInputs(): GitHubInputs {
  const workflow = getInput('baseline-workflow')
  return {
    token: getInput('token'),
    key: getInput('key'),
    matrix: getInput('matrix'),
    baselineStore: getInput('baseline-store'),
    baselineBranches: getInput('baseline-branches')
      .split(/[\s,]+/)
      .filter((name) => name !== ''),
    baselineWorkflow: workflow === '' || workflow.includes('/') ? workflow : `${WORKFLOWS}${workflow}`,
    comment: readCommentMode(),
    commentKey: getInput('comment-key'),
    commentAuthor: getInput('comment-author') || DEFAULT_AUTHOR,
    acceptLabel: getInput('accept-label'),
    policyFrom: getInput('policy-from'),
    policyToken: getInput('policy-token'),
  }
}

/** Also an input of comment/. */
export function readCommentMode(): CommentMode {
  const word = getInput('comment') || 'auto'
  const mode = COMMENT_MODES.find((one) => one === word)
  if (mode !== undefined) return mode
  throw new UserError(`cannot be ${JSON.stringify(word)}`, {
    where: 'input comment',
    hint: `It can be ${COMMENT_MODES.join(', ')}.`,
  })
}
