/** What stands between us and an answer. */
export type RestFault =
  | 'not-found'
  | 'gone'
  | 'forbidden'
  | 'rate-limited'
  | 'refused'
  | 'server-error'
  | 'unreachable'
  | 'timeout'
  | 'too-large'
  | 'not-json'

/** A request that got no usable answer; the message is for people, the fault for programs. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly fault: RestFault
  readonly status: number | undefined

  constructor(fault: RestFault, message: string, options: { status?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.fault = fault
    this.status = options.status
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>

/** GitHub's REST API as the stores need it. Every answer is untrusted data; everything else is a RestError. */
export interface Rest {
  get(path: string, query?: Query): Promise<unknown>
  /** A body as it is, at most `most` bytes; a redirect is followed without the token. */
  download(path: string, most: number, accept?: string): Promise<Buffer>
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>
}
