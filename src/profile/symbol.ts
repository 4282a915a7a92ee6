/** Go symbol names as profiles carry them, taken apart. Source: cmd/internal/objabi, cmd/compile name mangling. */

/** Package path of a symbol: `net/http.(*conn).serve` → `net/http`. Empty when there is none. */
export function packageOf(symbol: string): string {
  const name = withoutTypeArguments(symbol)
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1)
  // The linker escapes dots in the last path element: gopkg.in/yaml%2ev3.
  return dot === -1 ? '' : name.slice(0, dot).replaceAll('%2e', '.')
}

/** For people: the last element of the package path and the rest, `http.(*conn).serve`. */
export function shortName(symbol: string): string {
  const head = symbol.indexOf('[')
  const slash = symbol.lastIndexOf('/', head === -1 ? symbol.length : head)
  return symbol.slice(slash + 1).replaceAll('%2e', '.')
}

/** True for the standard library: its import paths have no dot in the first element, and it is not `main`. */
export function isStandard(symbol: string): boolean {
  const path = packageOf(symbol)
  const first = path.split('/', 1)[0]!
  return path !== '' && path !== 'main' && !first.includes('.') && !isCommandLine(path)
}

export function isRuntime(symbol: string): boolean {
  return symbol.startsWith('runtime.') || symbol.startsWith('runtime/') || symbol.startsWith('internal/runtime/')
}

function isCommandLine(path: string): boolean {
  return path === 'command-line-arguments' || path.startsWith('_/')
}

/** Wrappers the compiler makes for `go f(x)` and `defer f(x)`; they come and go with the Go version. */
export function isCompilerWrapper(symbol: string): boolean {
  return /(?:\.gowrap\d+|\.deferwrap\d+|·dwrap·\d+)$/.test(symbol)
}

/**
 * The name without what a new build may change though the code did not: type arguments and shapes, escapes, method
 * value and range-over-func suffixes.
 */
export function stableName(symbol: string): string {
  if (!/[[%-]|\.glob\.\./.test(symbol)) return symbol
  return withoutTypeArguments(symbol)
    .replaceAll('%2e', '.')
    .replace(/\.glob\.\.func/, '.init.func')
    .replace(/-fm$/, '')
    .replace(/-range\d+/g, '')
}

/** The stable name with closure ordinals forgotten: a closure added above renumbers those below. */
export function looseName(symbol: string): string {
  return stableName(symbol).replace(/\.func\d+(?:\.\d+|\.func\d+|\.gowrap\d+|\.deferwrap\d+)*/g, '.func#')
}

function withoutTypeArguments(symbol: string): string {
  const open = symbol.indexOf('[')
  if (open === -1) return symbol
  let depth = 0
  let out = ''
  for (const c of symbol) {
    if (c === '[' && depth++ === 0) out += '[...]'
    if (depth === 0) out += c
    if (c === ']' && depth > 0) depth--
  }
  return out
}
