import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './fixtures.ts'

const FOLDER = join(ROOT, '.github/ISSUE_TEMPLATE')
const FORMS = readdirSync(FOLDER).filter((file) => file !== 'config.yml')

const text = { type: 'string', minLength: 1 }
const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const label = { label: text, description: text }
const validations = object({ required: { type: 'boolean' } })

/** A field of a form: its type, what it may be given, and what it must be. */
const field = (type: string, attributes: object, required: readonly string[], more: object = {}): object => ({
  if: { properties: { type: { const: type } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
  then: object({ type: text, attributes: object(attributes, required), ...more }, ['type', 'attributes']),
})

const named = { id: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' } }

/** docs.github.com: "Syntax for issue forms" and "Syntax for GitHub's form schema". */
const FORM = object(
  {
    name: text,
    description: text,
    title: text,
    type: text,
    labels: { type: 'array', items: text },
    assignees: { type: 'array', items: text },
    projects: { type: 'array', items: text },
    body: {
      type: 'array',
      minItems: 1,
      contains: { properties: { type: { not: { const: 'markdown' } } } },
      items: {
        required: ['type'],
        properties: { type: { enum: ['markdown', 'textarea', 'input', 'dropdown', 'checkboxes', 'upload'] } },
        allOf: [
          field('markdown', { value: text }, ['value']),
          field('textarea', { ...label, placeholder: text, value: text, render: text }, ['label'], {
            ...named,
            validations,
          }),
          field('input', { ...label, placeholder: text, value: text }, ['label'], { ...named, validations }),
          field(
            'dropdown',
            {
              ...label,
              multiple: { type: 'boolean' },
              default: { type: 'integer', minimum: 0 },
              // "None" is what GitHub itself adds where nothing has to be chosen.
              options: {
                type: 'array',
                minItems: 1,
                uniqueItems: true,
                items: { ...text, not: { enum: ['None', 'none'] } },
              },
            },
            ['label', 'options'],
            { ...named, validations },
          ),
          field(
            'checkboxes',
            {
              ...label,
              options: {
                type: 'array',
                minItems: 1,
                items: object({ label: text, required: { type: 'boolean' } }, ['label']),
              },
            },
            ['label', 'options'],
            named,
          ),
          field('upload', label, ['label'], { ...named, validations }),
        ],
      },
    },
  },
  ['name', 'description', 'body'],
)

const CONFIG = object({
  blank_issues_enabled: { type: 'boolean' },
  contact_links: { type: 'array', items: object({ name: text, url: text, about: text }, ['name', 'url', 'about']) },
})

const ajv = new Ajv({ allErrors: true, strict: false })
const [isForm, isConfig] = [ajv.compile(FORM), ajv.compile(CONFIG)]

interface Field {
  readonly id?: string
  readonly attributes: { readonly label?: string }
}

/** What GitHub would refuse, as `place: why`. */
function complaintsOf(form: { readonly body?: readonly Field[] }): string[] {
  isForm(form)
  const wrong = (isForm.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
  if (wrong.length > 0) return wrong
  const twice = (names: readonly (string | undefined)[]): string[] =>
    names.filter((name, i) => name !== undefined && names.indexOf(name) !== i).map((name) => `twice: ${name}`)
  return [...twice(form.body!.map(({ id }) => id)), ...twice(form.body!.map(({ attributes }) => attributes.label))]
}

const read = (file: string) => parse(readFileSync(join(FOLDER, file), 'utf8'))

describe('issue forms are what GitHub documents', () => {
  test.each(FORMS)('%s', (file) => {
    expect(file).toMatch(/\.ya?ml$/)
    expect(complaintsOf(read(file))).toEqual([])
  })

  test('config.yml', () => {
    isConfig(read('config.yml'))
    expect(isConfig.errors).toBeNull()
  })

  test.each<[string, (form: ReturnType<typeof read>) => void, RegExp]>([
    ['a key that is none', (form) => (form.lables = []), /additional properties/],
    ['no description', (form) => delete form.description, /required property 'description'/],
    ['a type that is none', (form) => (form.body[0].type = 'select'), /\/body\/0\/type/],
    ['a field without a label', (form) => delete form.body[0].attributes.label, /\/body\/0\/attributes/],
    ['a validation in the wrong place', (form) => (form.body[0].attributes.required = true), /additional properties/],
    ['an id with a blank', (form) => (form.body[0].id = 'the kind'), /\/body\/0\/id/],
    ['the same id twice', (form) => (form.body[1].id = form.body[0].id), /twice: kind/],
    ['an option twice', (form) => (form.body[0].attributes.options = ['a', 'a']), /duplicate/],
    ['no option', (form) => (form.body[0].attributes.options = []), /fewer than 1/],
    ['a number as an option', (form) => (form.body[0].attributes.options = [1.2]), /must be string/],
    ['markdown alone', (form) => (form.body = [{ type: 'markdown', attributes: { value: 'x' } }]), /contain/],
  ])('%s is seen', (_, spoil, message) => {
    const form = read('wrong-verdict.yml')
    spoil(form)
    expect(complaintsOf(form).join('\n')).toMatch(message)
  })
})
