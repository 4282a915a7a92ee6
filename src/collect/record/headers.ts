import { validateHeaderName, validateHeaderValue } from 'node:http'
import { UserError } from '../../errors.ts'

/** Lines of `Name: value`, sent with every request to a target. Values are secrets: no message repeats one. */
export function parseHeaders(where: string, lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim()]
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      throw new UserError(`line ${i + 1} is not "Name: value"`, {
        where,
        hint: 'One header per line, e.g. Authorization: Bearer TOKEN, the token taken from a secret.',
      })
    }
    headers[name.toLowerCase()] = value
  }
  return headers
}
