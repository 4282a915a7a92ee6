import { detached } from './lines.ts'

/**
 * pprof labels in Go's text forms:
 * - debug=1: `{"key":"value", "k2":"v2"}`, quoted as strconv.Quote does (runtime/pprof labelMap.String);
 * - debug=2, Go 1.26 with GODEBUG=tracebacklabels=1: `{"key": "value"}`;
 * - debug=2, Go 1.27: `{key: value, empty: , k2: "v 2"}`, quoted only where a character needs it
 *   (goroutineheader in runtime/traceback.go).
 */
export type TextLabels = Readonly<Record<string, string>>

/** Without prototype, as every set of labels: keys come from the program, `__proto__` included. */
export const NO_LABELS: TextLabels = Object.freeze(Object.create(null) as Record<string, string>)

const PLAIN = /[A-Za-z0-9./_]*/y
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The labels of `{...}` that begins at `at` and the index after it; undefined where there is no such thing. */
export function readLabels(text: string, at: number): { labels: TextLabels; end: number } | undefined {
  if (text[at] !== '{') return undefined
  if (text[at + 1] === '}') return { labels: NO_LABELS, end: at + 2 }
  const labels = Object.create(null) as Record<string, string>
  for (let from = at + 1; ; ) {
    const key = readToken(text, from)
    if (key === undefined || text[key.end] !== ':') return undefined
    const value = readToken(text, text[key.end + 1] === ' ' ? key.end + 2 : key.end + 1)
    if (value === undefined) return undefined
    labels[key.text] = value.text
    if (text[value.end] === '}') return { labels, end: value.end + 1 }
    if (!text.startsWith(', ', value.end)) return undefined
    from = value.end + 2
  }
}

function readToken(text: string, at: number): { text: string; end: number } | undefined {
  if (text[at] === '"') return readQuoted(text, at)
  PLAIN.lastIndex = at
  const plain = PLAIN.exec(text)![0]
  return { text: detached(plain), end: at + plain.length }
}

/** A Go string literal in double quotes that begins at `at`. Bytes that were not UTF-8 become U+FFFD. */
function readQuoted(text: string, at: number): { text: string; end: number } | undefined {
  let out = ''
  for (let i = at + 1; i < text.length; ) {
    const c = text[i]!
    if (c === '"') return { text: out, end: i + 1 }
    if (c !== '\\') {
      out += c
      i++
      continue
    }
    const escaped = readEscape(text, i + 1)
    if (escaped === undefined) return undefined
    out += escaped.text
    i = escaped.end
  }
  return undefined
}

function readEscape(text: string, at: number): { text: string; end: number } | undefined {
  const kind = text[at] ?? ''
  if (Object.hasOwn(SIMPLE_ESCAPES, kind)) return { text: SIMPLE_ESCAPES[kind]!, end: at + 1 }
  if (!Object.hasOwn(HEX_DIGITS, kind)) return undefined
  const end = at + 1 + HEX_DIGITS[kind]!
  const digits = text.slice(at + 1, end)
  if (end > text.length || !/^[0-9a-f]+$/i.test(digits)) return undefined
  const code = Number.parseInt(digits, 16)
  if (code > 0x10ffff) return undefined
  const invalid = (kind === 'x' && code >= 0x80) || (code >= 0xd800 && code <= 0xdfff)
  return { text: invalid ? '\ufffd' : String.fromCodePoint(code), end }
}
