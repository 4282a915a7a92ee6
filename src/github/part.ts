import { UserError } from '../errors.ts'
import { readCommit } from '../report/parse/base.ts'
import { Field } from '../report/parse/fields.ts'
import { parseReport } from '../report/parse/parse.ts'
import { type Report, serializeReport } from '../report/report.ts'

/** What one leg of a run says: data, rendered only by whoever writes the comment. */
export interface Part {
  readonly key: string
  readonly runId: number
  readonly runAttempt: number
  /** The commit under test. */
  readonly head: string
  /** The pull request it is for. Two of them may come from one branch. */
  readonly pull: number | undefined
  readonly report: Report
  readonly acceptance: Acceptance | undefined
}

/** A label on the pull request says that the growth is meant. */
export interface Acceptance {
  readonly label: string
  /** undefined where the events of the pull request cannot be read. */
  readonly by: string | undefined
  readonly at: string | undefined
}

export const PART_SCHEMA = 'leakgate/part@1'
export const PART_FILE = 'part.json'
const MOST_CHARACTERS = 20 * 1024 * 1024

export function serializePart(part: Part): string {
  // The report has its own way to write what JSON cannot.
  return `${JSON.stringify({ schema: PART_SCHEMA, ...part, report: serializeReport(part.report) })}\n`
}

/** Reads a part that may come from the run of a stranger: every field is checked, only known ones are kept. */
export function parsePart(source: string, text: string): Part {
  if (text.length > MOST_CHARACTERS) throw new UserError('larger than 20 MiB', { where: source })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UserError('not valid JSON', { where: source, cause: error })
  }
  const root = new Field(source, '', json)
  const schema = root.at('schema').text(100)
  if (schema !== PART_SCHEMA) {
    const hint = 'Use the same version of leakgate in both workflows.'
    throw new UserError(`expected schema ${PART_SCHEMA}, found ${JSON.stringify(schema)}`, { where: source, hint })
  }
  return {
    key: root.at('key').text(200),
    runId: root.at('runId').natural(),
    runAttempt: root.at('runAttempt').natural(),
    head: readCommit(root.at('head')),
    pull: root.at('pull').optional((field) => field.natural()),
    report: parseReport(source, root.at('report').text(MOST_CHARACTERS)),
    acceptance: root.at('acceptance').optional((field) => ({
      label: field.at('label').text(100),
      by: field.at('by').optional((one) => one.text(100)),
      at: field.at('at').optional((one) => one.text(40)),
    })),
  }
}
