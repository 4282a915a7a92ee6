import { isBuiltin } from 'node:module'
import type { Plugin } from 'rolldown'

const PREFIX = '\0builtin:'

/**
 * Takes Node's own modules from `process.getBuiltinModule`. An import statement would read every export of theirs, those
 * too that load half of Node.js when they are read: `node:http` alone costs 35 ms that way.
 */
export function builtins(): Plugin {
  return {
    name: 'builtins',
    resolveId: (id, _importer, { kind }) => (isBuiltin(id) && kind === 'import-statement' ? `${PREFIX}${id}` : null),
    load(id) {
      if (!id.startsWith(PREFIX)) return null
      // `fs` and `node:fs` stay apart: what a package wants of the one, `promises` for example, the other need not load.
      const name = id.slice(PREFIX.length)
      const exports = namesOf(`node:${name.replace(/^node:/, '')}`, process.getBuiltinModule(name) ?? {})
      const code = [
        `const $ = process.getBuiltinModule(${JSON.stringify(name)})`,
        'const $get = (name) => $[name]',
        'export default $',
        // Pure, so that only what is used is read.
        ...exports.map((key) => `export const ${key} = /* @__PURE__ */ $get(${JSON.stringify(key)})`),
      ]
      return { code: code.join('\n'), moduleSideEffects: false }
    },
  }
}

/** Accessors that load half of Node.js. Who imports one all the same makes the build fail. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['ReadStream', 'WriteStream', 'FileReadStream', 'FileWriteStream', 'Utf8Stream'],
  'node:http': ['WebSocket', 'CloseEvent', 'MessageEvent'],
}

function namesOf(module: string, builtin: object): string[] {
  return Object.keys(builtin).filter(
    (name) => /^[a-zA-Z_]\w*$/.test(name) && name !== 'default' && !LEFT_OUT[module]?.includes(name),
  )
}
