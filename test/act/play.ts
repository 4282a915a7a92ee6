// Runs every recipe of docs/recipes under act on this machine: `npm run recipes:act`, or with names of recipes behind
// `--`. Prints what each came to, and ends with 1 when that is not what test/act/recipes.ts expects.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { RECIPES } from '../recipes/workflows.ts'
import { Machine } from './machine.ts'
import { act, goProgram } from './program.ts'
import { adapted, PLAYED, type Played, playChange, type Recipe } from './recipes.ts'
import { writeLeak, writeModule } from './repository.ts'
import { Scene } from './scene.ts'

const LOGS = mkdtempSync(join(tmpdir(), 'leakgate-act-logs-'))

async function play(program: string, file: string, recipe: Recipe): Promise<Played | undefined> {
  const needed = recipe.needs === undefined ? [] : [goProgram(recipe.needs)]
  if (needed.includes(undefined)) return undefined
  const scene = await Scene.open(program, recipe.files ?? ((folder) => writeModule(folder, { api: 'healthy' })))
  const machine = new Machine(scene.port, needed as string[])
  try {
    scene.repository.branch('leaking', recipe.leak ?? ((folder) => writeLeak(folder, 'api')))
    const options = { env: machine.env, path: [machine.path], after: () => machine.stop() }
    return await (recipe.play ?? playChange)(scene, adapted(file, scene.port), options)
  } finally {
    machine.stop()
    await scene.close()
  }
}

const program = act()
if (program === undefined) throw new Error('act cannot be had: it takes Go and a Go module proxy')
const wanted = process.argv.slice(2)
for (const file of RECIPES.map((path) => basename(path))) {
  if (wanted.length > 0 && !wanted.includes(file)) continue
  const recipe = PLAYED[file]
  if (recipe === undefined) throw new Error(`test/act/recipes.ts does not know ${file}`)
  const began = Date.now()
  const came = await play(program, file, recipe)
  const seconds = Math.round((Date.now() - began) / 1000)
  if (came === undefined) {
    console.log(`skipped ${file}: ${recipe.needs} cannot be had`)
    continue
  }
  const { log, ...rest } = came
  writeFileSync(join(LOGS, `${file}.log`), log)
  const right = isDeepStrictEqual(rest, recipe.expected)
  console.log(`${right ? 'ok' : 'NOT'} ${file} in ${seconds} s: ${rest.runs.join('; ')}; comments: ${rest.comments}`)
  if (right) continue
  console.log(`    expected ${recipe.expected.runs.join('; ')}; comments: ${recipe.expected.comments}`)
  process.exitCode = 1
}
console.log(`What act said: ${LOGS}`)
