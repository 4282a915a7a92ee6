/** What may come next while reading JSON. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

const BLANK = /[ \t\n\r]*/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
/** A scalar that the end of the text cuts. */
const CUT = /(?:-|-?(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/y

/**
 * Index of the first character that no JSON text (RFC 8259) could have there, the text's length where it ends too soon,
 * -1 for valid JSON. JSON.parse says so only in some of its messages, and in other words with every engine.
 */
export function jsonFault(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  for (let at = skipBlank(text, 0); ; at = skipBlank(text, at)) {
    const c = text[at]
    if (c === undefined) return open.length === 0 && expected === ', or end' ? -1 : text.length
    const closes = (c === ']' || c === '}') && closesHere(expected, c, open)
    if (closes) {
      open.pop()
      expected = ', or end'
      at++
    } else if (expected === ', or end') {
      if (c !== ',' || open.length === 0) return at
      expected = open.at(-1) === '{' ? 'key' : 'value'
      at++
    } else if (expected === ':') {
      if (c !== ':') return at
      expected = 'value'
      at++
    } else if (expected.startsWith('value') && (c === '{' || c === '[')) {
      open.push(c)
      expected = c === '{' ? 'key or }' : 'value or ]'
      at++
    } else {
      const end: number = c === '"' ? stringEnd(text, at) : expected.startsWith('value') ? scalarEnd(text, at) : ~at
      if (end < 0) return ~end
      expected = expected.startsWith('key') ? ':' : ', or end'
      at = end
    }
  }
}

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at
  BLANK.test(text)
  return BLANK.lastIndex
}

function closesHere(expected: Expected, c: string, open: readonly string[]): boolean {
  if (open.at(-1) !== (c === ']' ? '[' : '{')) return false
  return expected === ', or end' || expected === (c === ']' ? 'value or ]' : 'key or }')
}

/** Index after the string that begins at `at`; of a bad one the complement of where it is bad. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) return i + 1
    if (c < 0x20) return ~i
    if (c !== 0x5c) continue
    i++
    if (text[i] === 'u') {
      for (let digit = 0; digit < 4; digit++) if (!/[0-9a-fA-F]/.test(text[++i] ?? '')) return ~Math.min(i, text.length)
    } else if (i < text.length && !'"\\/bfnrt'.includes(text[i]!)) return ~i
  }
  return ~text.length
}

function scalarEnd(text: string, at: number): number {
  CUT.lastIndex = at
  if (CUT.test(text)) return ~text.length
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : ~at
}
