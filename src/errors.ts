/**
 * A mistake the user can mend: what happened, where, and what to do next. Printed without a stack trace;
 * every other error is a bug of ours and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** File, line, URL or input the message is about, e.g. `policy:4:7` or `head/01/heap.pb.gz`. */
  readonly where: string | undefined
  /** What to do next, one sentence. */
  readonly hint: string | undefined

  constructor(what: string, options: { where?: string; hint?: string; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause })
    this.where = options.where
    this.hint = options.hint
  }
}

/** `where: what`, with the hint on a line of its own. */
export function formatUserError(error: UserError): string {
  const first = error.where === undefined ? error.message : `${error.where}: ${error.message}`
  return error.hint === undefined ? first : `${first}\n  ${error.hint}`
}

/**
 * A file that is not what it should be. Names the file, the byte offset (line for text) and what was expected there;
 * such a file is never half-read.
 */
export class FormatError extends UserError {
  constructor(file: string, at: { offset: number } | { line: number }, expectation: string, hint?: string) {
    const place = 'offset' in at ? `byte ${at.offset}` : `line ${at.line}`
    super(expectation, { where: `${file}: ${place}`, ...(hint === undefined ? {} : { hint }) })
  }
}
