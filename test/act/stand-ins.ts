import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../fixtures.ts'
import { write } from './repository.ts'

/** GitHub's own client for artifacts, as the real actions use it; act copies actions away from node_modules. */
const CLIENT = pathToFileURL(join(ROOT, 'node_modules/@actions/artifact/lib/artifact.js')).href

const script = (name: string): string => `name: ${name}\ndescription: ''\nruns: { using: node24, main: main.mjs }\n`
const composite = (name: string, run: string): string =>
  `name: ${name}\ndescription: ''\nruns: { using: composite, steps: [{ shell: bash, run: '${run}' }] }\n`

/**
 * Actions of others that cannot be fetched without GitHub, each doing here what a job needs of it. actions/checkout is
 * not among them: act itself stands in for it.
 */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Go is there; what `go install` installs is found.
  'actions/setup-go@v6': {
    'action.yml': composite(
      'setup-go',
      'bin=$(go env GOBIN); test "$bin" || bin=$(go env GOPATH)/bin; echo "$bin" >> "$GITHUB_PATH"',
    ),
  },
  'actions/upload-artifact@v7': {
    'action.yml': script('upload-artifact'),
    'main.mjs': `import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DefaultArtifactClient } from '${CLIENT}'
const { INPUT_NAME: name, INPUT_PATH: path } = process.env
const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
await new DefaultArtifactClient().uploadArtifact(name, files.map((one) => resolve(join(one.parentPath, one.name))), path)
`,
  },
  'actions/download-artifact@v8': {
    'action.yml': script('download-artifact'),
    'main.mjs': `import { matchesGlob } from 'node:path'
import { DefaultArtifactClient } from '${CLIENT}'
const { INPUT_PATTERN: pattern, INPUT_PATH: path } = process.env
const client = new DefaultArtifactClient()
const { artifacts } = await client.listArtifacts()
for (const { id, name } of artifacts) if (matchesGlob(name, pattern)) await client.downloadArtifact(id, { path })
`,
  },
  // k6 is on the PATH.
  'grafana/setup-k6-action@v1': { 'action.yml': composite('setup-k6', 'k6 version') },
  // kind is on the PATH, and stands in for itself.
  'helm/kind-action@v1': { 'action.yml': composite('kind', 'kind version') },
}

/** What act is told, so that it fetches nothing. */
export function standIns(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-act-actions-'))
  return Object.entries(ACTIONS).map(([action, files]) => {
    const path = action.replace(/[/@]/g, '-')
    for (const [file, text] of Object.entries(files)) write(join(folder, path), file, text)
    return `${action}=${join(folder, path)}`
  })
}
