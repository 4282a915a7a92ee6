import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'

const require = createRequire(import.meta.url)

/** A payload as GitHub sent it, one that GitHub's own schema takes: `pull_request$synchronize`. */
export function webhook(definition: string): Record<string, unknown> {
  const [event, action] = definition.split('$')
  const samples = require('@octokit/webhooks-examples') as { name: string; examples: Record<string, unknown>[] }[]
  const schema = JSON.parse(readFileSync(require.resolve('@octokit/webhooks-schemas/schema.json'), 'utf8'))
  const ajv = new Ajv({ strict: false, validateFormats: false, inlineRefs: false, validateSchema: false })
  ajv.addSchema(schema, 'hooks')
  const validate = ajv.compile({ $ref: `hooks#/definitions/${definition.replace('$', '%24')}` })
  const found = samples
    .find(({ name }) => name === event)
    ?.examples.find((one) => (action === 'event' || one.action === action) && validate(one))
  if (found === undefined) throw new Error(`no sample of ${definition} fits its schema`)
  return structuredClone(found)
}
