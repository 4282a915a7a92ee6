// The program of experiments/allocations with the lines of one of its changes, and without.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXPERIMENTS, workFolder } from './go.ts'
import { fetchOk, type Live } from './live.ts'

export const SOURCE = join(EXPERIMENTS, 'allocations')
const MARK = /^(.*?)\s*\/\/ more: (\w+)( !)?$/

/** The program with the lines of one change (of none for the base), and where the line is that allocates. */
export function variant(name: string): { folder: string; line: string } {
  const folder = workFolder(`allocations-${name || 'base'}`)
  mkdirSync(folder, { recursive: true })
  let marked = ''
  for (const file of readdirSync(SOURCE)) {
    const lines = readFileSync(join(SOURCE, file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const more = MARK.exec(line)
        if (more === null) return [line]
        return more[2] === name ? [`${more[1]}${more[3] === undefined ? '' : ' // !'}`] : []
      })
    const at = lines.findIndex((line) => line.endsWith(' // !'))
    if (at !== -1) marked = `${file}:${at + 1}`
    writeFileSync(join(folder, file), lines.join('\n').replaceAll(' // !', ''))
  }
  return { folder, line: marked }
}

export function changeNames(): string[] {
  const text = readFileSync(join(SOURCE, 'shop.go'), 'utf8')
  const found = text.split('\n').flatMap((line) => (MARK.exec(line)?.[3] === undefined ? [] : [MARK.exec(line)![2]!]))
  return [...new Set(found)]
}

/** The program, built, under so many operations in each round. */
export function changed(program: string, go: string, size: number, operations: number): Live {
  return {
    program,
    go,
    arguments: (port) => ['-addr', `127.0.0.1:${port}`, '-size', `${size}`],
    round: async (base) => {
      await fetchOk(`${base}/round?n=${operations}`, 'POST')
    },
    operationsPerRound: operations,
    still: 2,
  }
}
