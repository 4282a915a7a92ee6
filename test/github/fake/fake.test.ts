import { expect, test } from 'vitest'
import { complete, faultsOf } from './openapi.ts'

const LIST = { method: 'GET', path: '/repos/a/b/actions/artifacts', body: {}, status: 200 }
const ANSWER = { total_count: 0, artifacts: [] }
const query = (text = ''): URLSearchParams => new URLSearchParams(text)

test.each([
  ['all is well', { ...LIST, query: query('name=x&per_page=100'), answer: ANSWER }, []],
  ['a query GitHub does not know', { ...LIST, query: query('artifact=x'), answer: ANSWER }, [/unknown query artifact/]],
  ['a query of another type', { ...LIST, query: query('per_page=many'), answer: ANSWER }, [/many is not allowed/]],
  [
    'a field that is missing',
    { ...LIST, query: query(), answer: { artifacts: [] } },
    [/must have required property 'total_count'/],
  ],
  [
    'a field of another type',
    { ...LIST, query: query(), answer: { ...ANSWER, total_count: '0' } },
    [/total_count must be integer/],
  ],
  ['a status that is not described', { ...LIST, status: 202, query: query(), answer: ANSWER }, [/status 202/]],
  ['an operation that is not there', { ...LIST, method: 'PUT', query: query(), answer: ANSWER }, [/no such operation/]],
  [
    'a request without what it needs',
    {
      ...{ method: 'POST', path: '/repos/a/b/issues/1/comments', query: query(), body: { text: 'x' }, status: 201 },
      answer: complete('issue-comment'),
    },
    [/must have required property 'body'/],
  ],
])('the fake tells when it, or we, leave the description of GitHub: %s', (_, exchange, expected) => {
  const faults = faultsOf(exchange)
  expect(faults).toHaveLength(expected.length)
  for (const [i, pattern] of expected.entries()) expect(faults[i]).toMatch(pattern)
})
