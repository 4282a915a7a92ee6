import { commitOf, objectOf } from '../baseline/json.ts'
import { type Rest, RestError } from '../baseline/rest.ts'
import { UserError } from '../errors.ts'
import type { PolicyText } from '../policy/parse.ts'

const WHERE = 'input policy-from'
const MOST_BYTES = 1024 * 1024
const RAW = 'application/vnd.github.raw+json'

/**
 * A policy kept in another repository, `acme/policies/leakgate.yml@v3`. The ref is a commit or a tag: a branch would
 * let whoever can push there change what every repository accepts, with nothing to show for it.
 */
export async function fetchPolicy(rest: Rest, from: string): Promise<PolicyText> {
  const [, repository, path, ref] = /^([\w.-]+\/[\w.-]+)\/([^@]+)@([^@\s]+)$/.exec(from.trim()) ?? []
  if (repository === undefined || path === undefined || ref === undefined || path.split('/').includes('..')) {
    throw new UserError(`${JSON.stringify(from)} names no file of a repository at a ref`, {
      where: WHERE,
      hint: 'Write owner/repository/path@ref, e.g. acme/policies/leakgate.yml@v3.',
    })
  }
  try {
    const commit = commitOf(ref) ?? (await commitOfTag(rest, repository, ref))
    const file = path.split('/').map(encodeURIComponent).join('/')
    const address = `/repos/${repository}/contents/${file}?ref=${commit}`
    const bytes = await rest.download(address, MOST_BYTES, RAW)
    return { source: `${repository}/${path}@${ref}`, text: bytes.toString('utf8') }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    const unseen = error.fault === 'not-found' || error.fault === 'forbidden'
    throw new UserError(`${from} cannot be fetched: ${error.message}`, {
      where: WHERE,
      cause: error,
      ...(unseen ? { hint: 'Of a private repository it takes a token that may read it: policy-token.' } : {}),
    })
  }
}

async function commitOfTag(rest: Rest, repository: string, tag: string): Promise<string> {
  try {
    const found = objectOf(await rest.get(`/repos/${repository}/commits/${encodeURIComponent(`tags/${tag}`)}`))
    const commit = commitOf(found.sha)
    if (commit !== undefined) return commit
  } catch (error) {
    if (!(error instanceof RestError) || error.status === undefined || ![404, 422].includes(error.status)) throw error
  }
  throw new UserError(`${repository} has no tag ${JSON.stringify(tag)}`, {
    where: WHERE,
    hint: 'Pin a tag or a full commit; a branch is not accepted.',
  })
}
