/**
 * Names, paths and source lines come from the code under test: whoever opens a pull request chooses them. Everything
 * of that kind passes through here on its way to a page, a terminal or a log.
 */

/** Control, line separator, zero width and bidirectional characters: they hide or reorder what is read. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Escape sequences of a terminal, with what they carry, so that no `[31m` stays behind. */
const TERMINAL_SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]?/g

/** One line of plain text: nothing a terminal obeys, nothing that hides, cut to `max` characters. */
export function plainText(text: string, max = 400): string {
  // A name may be megabytes long; what is cut anyway need not be cleaned.
  const line = text
    .slice(0, max * 4)
    .replace(TERMINAL_SEQUENCE, '')
    .replace(/\t/g, '  ')
    .replace(UNSEEN, ' ')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
  return cut(line.trim(), max)
}

/** Cuts at characters, never inside a surrogate pair; the cut shows. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const characters = [...text]
  return characters.length <= max ? text : `${characters.slice(0, Math.max(0, max - 1)).join('')}…`
}

/** As `cut`, from the left: of a path the end is what tells. */
export function cutLeft(text: string, max: number): string {
  const characters = [...text]
  return characters.length <= max ? text : `…${characters.slice(characters.length - Math.max(0, max - 1)).join('')}`
}

/**
 * Text for the log of a step. The runner obeys `::command::` and `##[command]` in any line; lines are kept, since the
 * text may be a whole report.
 */
export function logSafe(text: string): string {
  return text.replace(/::/g, ':\u200b:').replace(/##\[/g, '##\u200b[')
}

/** GitHub looks for mentions, issues, commits and HTML outside code only; backslashes do not stop it. */
export function codeSpan(text: string, max = 200): string {
  return fencedSpan(plainText(text, max) || '?')
}

/** A code span for a cell of a table, where a pipe ends the cell even inside code. */
export function codeCell(text: string, max = 120): string {
  return fencedSpan((plainText(text, max) || '?').replace(/\|/g, '\\|'))
}

function fencedSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text, '`') + 1)
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}

/** A fenced block; each line is cleaned and cut by itself. */
export function codeBlock(language: string, lines: readonly string[], max = 120): string {
  // Leading blanks are layout here, which plainText would trim.
  const clean = lines.map((line) => `${/^ */.exec(line)![0]}${plainText(line, max)}`)
  const fence = '`'.repeat(Math.max(3, ...clean.map((line) => longestRun(line, '`') + 1)))
  return [`${fence}${language}`, ...clean, fence].join('\n')
}

function longestRun(text: string, character: string): number {
  let longest = 0
  let run = 0
  for (const one of text) {
    run = one === character ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

/** For `<summary>` and the like: Markdown is not read there, HTML is. */
export function codeHtml(text: string, max = 120): string {
  const inert = plainText(text, max).replace(/[^A-Za-z0-9 ./()-]/gu, (one) => `&#${one.codePointAt(0)};`)
  return `<code>${inert || '?'}</code>`
}

/** A double-quoted YAML scalar; JSON strings are YAML strings. */
export function yamlString(text: string): string {
  return JSON.stringify(plainText(text, 300))
}

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  const word = plainText(text, 300)
  if (/^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-')) return word
  return `'${(word.startsWith('-') ? `./${word}` : word).replaceAll("'", "'\\''")}'`
}

/** A link, or its text alone where the address is none that may be followed. */
export function link(text: string, url: string | undefined): string {
  const address = url === undefined ? undefined : safeUrl(url)
  return address === undefined ? text : `[${text}](${address})`
}

/** The address in its canonical form if it is http or https; nothing in it can end a Markdown link. */
export function safeUrl(url: string): string | undefined {
  if (url.length > 2000 || !URL.canParse(url)) return undefined
  const { protocol, href, username, password } = new URL(url)
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '') return undefined
  return href.replace(/[()[\]<>"'`\\|*_~]/g, (one) =>
    encodeURIComponent(one) === one ? percent(one) : encodeURIComponent(one),
  )
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** A line of a file at a commit, on GitHub; undefined where any part is not what it should be. */
export function permalink(
  repository: string | undefined,
  commit: string | undefined,
  path: string,
  line: number,
): string | undefined {
  if (repository === undefined || commit === undefined || !/^[0-9a-f]{7,64}$/.test(commit)) return undefined
  const segments = path.split('/').map((segment) => encodeURIComponent(plainText(segment)))
  return safeUrl(`${repository.replace(/\/+$/, '')}/blob/${commit}/${segments.join('/')}#L${Math.max(1, line)}`)
}
