import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build, pprofBinary } from './contenders.ts'
import { pairs } from './data.ts'
import { growth, machine, processes, recordings, stages, startUp } from './sections.ts'

// node bench/run.ts [--rounds 5] [--only TEXT] [--output FILE]: measures, and prints tables in Markdown, or puts them
// between the marks of a file that has them.

const MARKS = ['<!-- measured -->\n', '<!-- end -->\n'] as const

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    output: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const pprof = pprofBinary()
const measured = pairs((name) => name.includes(values.only))
const built = build()

const sections = [machine(pprof), processes(measured, built, pprof, rounds), stages(measured, built)]
if (values.only === '') {
  sections.push(growth(measured, built), recordings(built, rounds), startUp(built, rounds))
}
const text = `${sections.join('\n')}\n`
if (values.output === undefined) process.stdout.write(text)
else {
  const [before, rest] = readFileSync(values.output, 'utf8').split(MARKS[0])
  const after = rest?.split(MARKS[1])[1]
  if (before === undefined || after === undefined) throw new Error(`${values.output} has no marks`)
  writeFileSync(values.output, `${before}${MARKS[0]}\n${text}${MARKS[1]}${after}`)
}
process.stderr.write(execFileSync('uptime', { encoding: 'utf8' }))
