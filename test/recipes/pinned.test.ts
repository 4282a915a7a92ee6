import { expect, test } from 'vitest'
import { AUDITS, complaintsOf } from './audits.ts'
import { OWN, RECIPES, textOf } from './workflows.ts'

test.each(RECIPES)('recipe %s: least permissions, no credentials left, nothing of an event in a script', (path) => {
  expect(complaintsOf(textOf(path), false)).toEqual([])
})

test.each(OWN)('%s: the same, and actions of others by commit', (path) => {
  expect(complaintsOf(textOf(path), true)).toEqual([])
})

const SHA = '08c6903cd8c0fde910a37f88322edcfb5dd907a8'
const GOOD = `name: x
on:
  push: { tags: ['v*'] }
permissions: {}
concurrency: x
jobs:
  a:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write # npm
    steps:
      - uses: actions/checkout@${SHA} # v5.0.0
        with: { persist-credentials: false }
      - uses: actions/setup-go@${SHA} # v6.0.0
        with: { cache: false }
      - run: npm publish
`

/** One change to a workflow that nothing is to be said against, by the audit that must see it. */
const MISTAKES: Readonly<Record<string, readonly [find: string, replace: string]>> = {
  artipacked: ['persist-credentials: false', 'persist-credentials: true'],
  'template-injection': ['run: npm publish', `run: 'npm publish \${{ github.event.pull_request.title }}'`],
  'dangerous-triggers': ["push: { tags: ['v*'] }", 'pull_request_target:'],
  'excessive-permissions': ['permissions: {}', 'permissions: { contents: write }'],
  'undocumented-permissions': [' # npm', ''],
  'unpinned-uses': [`setup-go@${SHA}`, 'setup-go@v6'],
  'ref-version-mismatch': [' # v6.0.0', ''],
  'unpinned-images': ['    steps:', '    container: postgres\n    steps:'],
  'hardcoded-container-credentials': [
    '    steps:',
    '    container:\n      image: x:1\n      credentials:\n        password: hunter2\n    steps:',
  ],
  'cache-poisoning': ['cache: false', 'cache: true'],
  'use-trusted-publishing': ['- run: npm publish', '- run: npm publish\n        env: { NODE_AUTH_TOKEN: x }'],
  'insecure-commands': [
    '- run: npm publish',
    '- run: npm publish\n        env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: true }',
  ],
  'self-hosted-runner': ['ubuntu-latest', '[self-hosted, linux]'],
  'secrets-inherit': ['    steps:', '    secrets: inherit\n    steps:'],
  'overprovisioned-secrets': [
    '- run: npm publish',
    `- run: npm publish\n        env: { ALL: '\${{ toJSON(secrets) }}' }`,
  ],
  'secrets-outside-env': ['- run: npm publish', `- run: npm publish\n        env: { KEY: '\${{ secrets.KEY }}' }`],
  obfuscation: ['actions/checkout@', 'actions/./checkout@'],
  'bot-conditions': ['    steps:', `    if: github.actor == 'dependabot[bot]'\n    steps:`],
  'unsound-contains': ['    steps:', `    if: contains('refs/heads/main refs/heads/v1', github.ref)\n    steps:`],
  'unsound-condition': ['    steps:', `    if: |\n      \${{ false }}\n    steps:`],
  'github-env': ['run: npm publish', 'run: npm publish; echo A=b >> "$GITHUB_ENV"'],
  'adhoc-packages': ['run: npm publish', 'run: npm install left-pad; npm publish'],
  misfeature: ['- run: npm publish', '- shell: cmd\n        run: npm publish'],
  'anonymous-definition': ['name: x\n', ''],
  'concurrency-limits': ['concurrency: x\n', ''],
}

test('a workflow without a mistake', () => {
  expect(complaintsOf(GOOD, true)).toEqual([])
})

test.each(Object.keys(AUDITS))('%s is seen', (rule) => {
  const [find, replace] = MISTAKES[rule]!
  expect(GOOD).toContain(find)
  expect(complaintsOf(GOOD.replace(find, replace), true)).toContainEqual(expect.stringMatching(`^${rule}: `))
})

test('workflow_run may comment with an excuse, and neither check out nor run', () => {
  const comment = textOf('docs/recipes/fork-comments.yml')
  const seen = expect.arrayContaining(['dangerous-triggers: workflow_run'])
  expect(complaintsOf(comment.replace(/# zizmor: ignore.*/, ''), false)).toEqual(seen)
  expect(complaintsOf(`${comment}      - run: ./from-the-pull-request\n`, false)).toEqual(seen)
})
