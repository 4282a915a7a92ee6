import * as core from '@actions/core'
import { RestError } from './baseline/rest.ts'
import { formatUserError, UserError } from './errors.ts'
import { openClient } from './github/client.ts'
import { commentLater, readEndedRun } from './github/companion.ts'
import { DEFAULT_AUTHOR, readCommentMode } from './github/run-inputs.ts'
import { logSafe } from './report/escape.ts'

/**
 * The step of comment/: after the run of a pull request that could not comment itself has ended, comments for it. It
 * has a token that writes and reads data of strangers, so it checks nothing out, runs nothing and writes no file.
 */
async function run(): Promise<void> {
  const { env } = process
  const mode = readCommentMode()
  const ended = readEndedRun(env)
  if (ended === undefined || mode === 'never') return core.info('Nothing to comment on.')
  const repository = env.GITHUB_REPOSITORY ?? ''
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const outcome = await commentLater(ended, {
    rest: openClient({ api: env.GITHUB_API_URL || 'https://api.github.com', token: core.getInput('token') }),
    repository,
    repositoryUrl: `${server}/${repository}`,
    author: core.getInput('comment-author') || DEFAULT_AUTHOR,
    commentKey: core.getInput('comment-key'),
    always: mode === 'always',
    warn: (message) => core.warning(logSafe(message)),
  })
  core.info(`Comment: ${outcome ?? 'none'}.`)
}

try {
  await run()
} catch (error) {
  if (error instanceof UserError) core.setFailed(logSafe(formatUserError(error)))
  else if (error instanceof RestError) core.setFailed(logSafe(error.message))
  else core.setFailed(`This is a bug in leakgate, please report it.\n${(error as Error).stack ?? error}`)
}
