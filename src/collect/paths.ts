import nodePath from 'node:path'

/**
 * `path` as seen from `folder`, with slashes on every system, '' for the folder itself; undefined when it is outside.
 * `system` is node's `path` unless a test asks how another system would answer.
 */
export function pathBelow(folder: string, path: string, system: nodePath.PlatformPath = nodePath): string | undefined {
  const below = system.relative(folder, path)
  // From one drive to another there is no relative path: Windows answers with the whole.
  if (system.isAbsolute(below) || below === '..' || below.startsWith(`..${system.sep}`)) return undefined
  return below.split(system.sep).join('/')
}
