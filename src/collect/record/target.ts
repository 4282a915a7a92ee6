import { UserError } from '../../errors.ts'

/** A service to record: its name and where its profiles are served. */
export interface Target {
  readonly name: string
  readonly address: Address
  /** As given, without credentials: for messages and recording.json. */
  readonly shown: string
}

/** Where requests go; `path` is the prefix of the profiles, without a slash at its end. */
export type Address =
  | { readonly kind: 'tcp'; readonly origin: string; readonly path: string; readonly authorization: string | undefined }
  | { readonly kind: 'unix'; readonly socket: string; readonly path: string }

const NAME = /^[A-Za-z0-9_][\w.-]{0,99}$/
const EXAMPLE = 'One per line: api=http://127.0.0.1:6060, or api=unix:/run/api.sock for a socket.'

/** Lines of `name=url`; empty lines and those that start with # are passed over. `where` names the input in messages. */
export function parseTargets(
  where: string,
  lines: readonly string[],
  platform: NodeJS.Platform = process.platform,
): Target[] {
  const targets = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseTarget(where, line, platform))
  const names = new Set<string>()
  for (const { name } of targets) {
    if (names.has(name.toLowerCase())) {
      throw new UserError(`two targets are called ${name}`, { where, hint: 'Give each service a name of its own.' })
    }
    names.add(name.toLowerCase())
  }
  return targets
}

function parseTarget(where: string, line: string, platform: NodeJS.Platform): Target {
  const equals = line.indexOf('=')
  const name = line.slice(0, Math.max(0, equals)).trim()
  const url = line.slice(equals + 1).trim()
  if (!NAME.test(name)) {
    const found = equals === -1 ? 'no name' : `the name ${JSON.stringify(name)}`
    throw new UserError(`expected name=url, found ${found} in ${JSON.stringify(withoutCredentials(line))}`, {
      where,
      hint: `A name is made of letters, digits, ".", "_" and "-". ${EXAMPLE}`,
    })
  }
  if (url.startsWith('unix:')) return unixTarget(where, name, url, platform)
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UserError(`${name}: ${JSON.stringify(withoutCredentials(url))} is no http, https or unix URL`, {
      where,
      hint: EXAMPLE,
    })
  }
  const parsed = new URL(url)
  const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  return {
    name,
    shown: `${parsed.origin}${trimmed(parsed.pathname)}`,
    address: {
      kind: 'tcp',
      origin: parsed.origin,
      path: trimmed(parsed.pathname),
      authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    },
  }
}

/** `unix:/run/api.sock` or, with a path prefix, `unix:/run/api.sock:/internal`. */
function unixTarget(where: string, name: string, url: string, platform: NodeJS.Platform): Target {
  if (platform === 'win32') {
    throw new UserError(`${name}: Unix sockets cannot be reached on Windows`, {
      where,
      hint: 'Let the service listen on a port of 127.0.0.1 as well.',
    })
  }
  const [, socket, path] = /^unix:(?:\/\/)?([^:]+)(?::(\/.*)?)?$/.exec(url) ?? []
  if (socket === undefined) {
    throw new UserError(`${name}: ${JSON.stringify(url)} names no socket`, {
      where,
      hint: 'Write unix:/run/api.sock, or unix:/run/api.sock:/debug/pprof with a path.',
    })
  }
  return { name, shown: url, address: { kind: 'unix', socket, path: trimmed(path ?? '') } }
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '')
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@')
}
