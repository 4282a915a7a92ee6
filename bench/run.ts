import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build, pprofBinary } from './contenders.ts'
import { pairs } from './data.ts'
import { growth, machine, processes, recordings, stages, startUp } from './sections.ts'

// node bench/run.ts [--rounds 5] [--only TEXT] [--output FILE]: measures, and prints tables in Markdown.

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
else writeFileSync(values.output, text)
process.stderr.write(`load ${execFileSync('uptime', { encoding: 'utf8' }).trim()}\n`)
