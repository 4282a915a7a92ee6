import { readFileSync } from 'node:fs'
import type { GoroutineDump, GoroutineGroup } from '../../src/profile/goroutine/dump.ts'
import { parseGoroutineText } from '../../src/profile/goroutine/text.ts'

/** A text recorded from a Go program. */
export const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8')
export const parse = (text: string) => parseGoroutineText('dump.txt', text)

/** `2 chan receive, 3 min, leaked: a.go:1 main.leaf < b.go:2 main.root | by c.go:3 main.main {k=v}` */
export function outline(group: GoroutineGroup): string {
  const place = ({ function: name, file, line }: { function: string; file: string; line: number }) =>
    file === '' ? name : `${name} ${file}:${line}`
  const notes = [
    group.leaked && 'leaked',
    group.lockedToThread && 'locked',
    group.waitMinutes > 0 && `${group.waitMinutes} min`,
  ]
  const labels = Object.entries(group.labels).map(([key, value]) => `${key}=${value}`)
  return [
    `${group.count} ${[group.state, ...notes.filter(Boolean)].join(', ')}`,
    group.frames.map(place).join(' < '),
    group.createdBy === undefined ? '-' : place(group.createdBy),
    labels.length === 0 ? '' : `{${labels.join(', ')}}`,
  ].join(' | ')
}

export const outlines = (dump: GoroutineDump) => dump.groups.map(outline)

export const WORKER = `goroutine 6 [chan receive, 3 minutes]:
main.work(0xc000012345)
	/src/app/work.go:12 +0x1d
created by main.start in goroutine 1
	/src/app/main.go:9 +0x2e
`
export const MAIN = `goroutine 1 [running]:
main.serve({0x1, 0x2}, ...)
	/src/app/main.go:20 +0x1
main.main()
	/src/app/main.go:15 +0x5
`
