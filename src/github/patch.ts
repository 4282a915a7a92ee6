/**
 * Lines of the new file that a patch adds, numbered from 1, from the `patch` of a file as the API gives it (hunks
 * without file headers).
 */
export function addedLines(patch: string): Set<number> {
  const added = new Set<number>()
  let line = 0
  for (const text of patch.split('\n')) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)?.[1]
    if (start !== undefined) line = Number(start)
    else if (text.startsWith('+')) added.add(line++)
    else if (!text.startsWith('-') && !text.startsWith('\\')) line++
  }
  return added
}

/** For a file whose patch is too long to be given: all of it is as good as changed. */
export const EVERY_LINE: ReadonlySet<number> = new (class extends Set<number> {
  override has(): boolean {
    return true
  }
})()
