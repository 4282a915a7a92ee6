import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { UserError } from '../errors.ts'
import { parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'

/** An entry of `ignore` as it is written. */
export interface IgnoreText {
  readonly where: 'any' | 'top'
  readonly name: string
  readonly reason: string
  readonly max: string | undefined
  /** `2027-03-01` */
  readonly expires: string | undefined
}

/**
 * The policy with the entry added, or put in the place of the one about the same stack; every other byte stays as it is.
 * Throws a UserError where the text is no policy before or the change would say anything but the entry.
 */
export function withIgnore(source: string, text: string, entry: IgnoreText): string {
  const before = parsePolicy([{ source, text }])
  const after = amended(text, entry)
  try {
    if (says(parsePolicy([{ source, text: after }]), before, entry)) return after
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
  throw new UserError(`the entry for ${JSON.stringify(entry.name)} cannot be written into this policy`, {
    where: source,
    hint: 'Write it by hand: the end of the report shows it.',
  })
}

/** The ends of what has been written of a node: where the value begins, where it ends. */
type Range = readonly [start: number, end: number]

function amended(text: string, entry: IgnoreText): string {
  const document = parseDocument(text, { schema: 'failsafe' })
  const root = document.contents
  const list = isMap(root) ? root.get('ignore', true) : undefined
  const same = isSeq(list) ? list.items.find((item) => isMap(item) && item.get(entry.where) === entry.name) : undefined
  if (isMap(same)) return replaced(text, same, entry)
  const line = (column: number): string => {
    const [first, ...rest] = fieldsOf(entry).map(([key, value]) => `${key}: ${value}`)
    return [`${' '.repeat(column)}- ${first}`, ...rest.map((one) => `${' '.repeat(column + 2)}${one}`)].join('\n')
  }
  if (isSeq(list) && list.flow !== true && list.items.length > 0) {
    const last = rangeOf(list.items.at(-1))
    const column = list.range![0] - (text.lastIndexOf('\n', list.range![0] - 1) + 1)
    return insertedAfterLine(text, last[1], line(column))
  }
  if (isSeq(list)) {
    // `[]` or `[{…}]`: the library knows how to write into a list on one line.
    list.add(document.createNode(Object.fromEntries(plainFields(entry))))
    return document.toString({ lineWidth: 0 })
  }
  if (isMap(root) && root.flow !== true) {
    const pair = root.items.find((item) => isScalar(item.key) && item.key.value === 'ignore')
    if (pair !== undefined) return insertedAfterLine(text, rangeOf(pair.key)[1], line(2))
  }
  if (root === null || (isMap(root) && root.flow !== true) || (isScalar(root) && root.value === ''))
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}ignore:\n${line(2)}\n`
  document.setIn(['ignore'], document.createNode([Object.fromEntries(plainFields(entry))]))
  return document.toString({ lineWidth: 0 })
}

/** The entry with new values; its comments and the order of its keys stay. */
function replaced(text: string, map: YAMLMap, entry: IgnoreText): string {
  const changes: { at: Range; text: string }[] = []
  const added: string[] = []
  for (const [key, value] of fieldsOf(entry).slice(1)) {
    const pair = pairOf(map, key)
    if (pair === undefined) added.push(`${key}: ${value}`)
    else changes.push({ at: rangeOf(pair.value), text: value })
  }
  if (added.length > 0) {
    const end = rangeOf(map.items.at(-1)!.value)[1]
    const start = map.range![0]
    const column = start - (text.lastIndexOf('\n', start - 1) + 1)
    const joint = map.flow === true ? ', ' : `\n${' '.repeat(column)}`
    changes.push({ at: [end, end], text: added.map((one) => joint + one).join('') })
  }
  return changes
    .sort((a, b) => b.at[0] - a.at[0] || b.at[1] - a.at[1])
    .reduce((out, change) => out.slice(0, change.at[0]) + change.text + out.slice(change.at[1]), text)
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key)
}

function rangeOf(node: unknown): Range {
  const [start, end] = (node as { range: [number, number, number] }).range
  return [start, end]
}

function insertedAfterLine(text: string, at: number, lines: string): string {
  // A block ends with its line feed, a plain value before it.
  const end = text[at - 1] === '\n' ? at - 1 : text.indexOf('\n', at)
  return end === -1 ? `${text}\n${lines}\n` : `${text.slice(0, end)}\n${lines}${text.slice(end)}`
}

function plainFields({ where, name, reason, max, expires }: IgnoreText): [string, string][] {
  return [
    [where, name],
    ['reason', reason],
    ...(max === undefined ? [] : [['max', max] as [string, string]]),
    ...(expires === undefined ? [] : [['expires', expires] as [string, string]]),
  ]
}

/** Texts in double quotes, as JSON: whatever a name holds, it stays a name. */
function fieldsOf(entry: IgnoreText): [string, string][] {
  return plainFields(entry).map(([key, value]) => [
    key,
    key === 'max' || key === 'expires' ? value : JSON.stringify(value),
  ])
}

/** Whether the policy says the entry, and for the rest what it said before. */
function says(after: Policy, before: Policy, entry: IgnoreText): boolean {
  const bare = (policy: Policy, others: boolean): string =>
    JSON.stringify(
      {
        ...policy,
        ignore: policy.ignore.filter(
          ({ match }) => others !== (match.where === entry.where && match.name === entry.name),
        ),
      },
      (key, value) => (key === 'origin' ? undefined : value instanceof RegExp ? String(value) : value),
    )
  const own = after.ignore.filter(({ match }) => match.where === entry.where && match.name === entry.name)
  return own.length === 1 && own[0]!.expires === entry.expires && bare(after, true) === bare(before, true)
}
