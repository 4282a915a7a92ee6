import type { Plugin } from 'rolldown'

/**
 * Parts of dependencies that are imported and never called, with why. Left out, they need no licence either: `buffers`,
 * which unzip-stream brings along, declares none.
 */
const UNUSED: Readonly<Record<string, string>> = {
  'unzip-stream': 'leakgate uploads with the artifact client; what it downloads it reads with its own bounded reader',
}

/** Answers an import of what is never called with a module that says so, should it be called after all. */
export function unused(): Plugin {
  const prefix = '\0unused:'
  return {
    name: 'unused',
    resolveId: (id) => (Object.hasOwn(UNUSED, id) ? `${prefix}${id}` : null),
    load: (id) => {
      if (!id.startsWith(prefix)) return null
      const name = id.slice(prefix.length)
      const message = JSON.stringify(`${name} is not part of the bundle: ${UNUSED[name]}`)
      return `export default new Proxy({}, { get() { throw new Error(${message}) } })\n`
    },
  }
}
