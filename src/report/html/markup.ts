import { plainText } from '../escape.ts'

/** HTML that is safe to write. Only this file and the page's own constants make it. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Content = Markup | string | number | undefined | false | readonly Content[]

/** Writes HTML; what is put in is text and is escaped, unless it is Markup itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = parts[0]!
  for (const [i, value] of values.entries()) text += write(value) + parts[i + 1]!
  return new Markup(text)
}

export const NOTHING = new Markup('')

/** A name, path or line from a profile or a checkout: one cleaned line of text. */
export function untrusted(text: string, max = 400): Markup {
  return new Markup(escapeHtml(plainText(text, max)))
}

/** Words with `code` in backticks. */
export function prose(text: string): Markup {
  const parts = text.split(/(`+)(.+?)\1/g)
  let out = ''
  // Three parts to a turn: words, the fence, what it holds.
  for (let i = 0; i < parts.length; i += 3) {
    out += escapeHtml(parts[i]!)
    if (parts[i + 2] !== undefined) out += `<code>${escapeHtml(parts[i + 2]!)}</code>`
  }
  return new Markup(out)
}

/** Marks names inside of words for `prose`, so that what they hold cannot end the mark. */
export function quoted(name: string): string {
  return `\`${plainText(name, 200).replaceAll('`', "'") || '?'}\``
}

/** For the inside of a `<script>` that holds data. */
export function scriptJson(value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Markup(text)
}

function write(value: Content): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  if (value instanceof Markup) return value.text
  return value.map(write).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ENTITIES[one]!)
}
