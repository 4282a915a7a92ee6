import { artifactStore } from '../baseline/artifact-store.ts'
import { branchStore } from '../baseline/branch-store.ts'
import { folderStore } from '../baseline/folder-store.ts'
import type { Rest } from '../baseline/rest.ts'
import type { BaselineStore } from '../baseline/store.ts'
import { type ClientOptions, openClient } from './client.ts'
import { type Env, hasArtifacts, type RunContext, readContext, runUrl } from './context.ts'
import { keyOf } from './key.ts'
import { markerOf } from './marker.ts'
import type { GitHubInputs } from './run-inputs.ts'
import { uploadArtifact } from './upload.ts'

/** This step on GitHub: what it is part of, and what it talks to. */
export interface GitHubRun {
  readonly env: Env
  readonly context: RunContext
  readonly inputs: GitHubInputs
  readonly rest: Rest
  readonly store: BaselineStore
  /** Tells this leg apart from others of the repository. */
  readonly key: string
  /** Branches whose recordings are baselines. */
  readonly branches: readonly string[]
  readonly marker: string
  readonly repositoryUrl: string
  readonly runUrl: string
}

/** undefined outside of GitHub Actions, where nothing but files is there to read and write. */
export function openRun(
  env: Env,
  inputs: GitHubInputs,
  client: Pick<ClientOptions, 'wait' | 'timeout'> = {},
): GitHubRun | undefined {
  const context = readContext(env)
  if (context === undefined) return undefined
  const rest = openClient({ api: context.api, token: inputs.token, ...client })
  const key = keyOf(inputs.key, context.job, inputs.matrix)
  const branches = inputs.baselineBranches.length > 0 ? inputs.baselineBranches : [context.defaultBranch]
  // Without artifacts the parts of several legs cannot meet: then each has a comment of its own.
  const commentKey = hasArtifacts(context) ? inputs.commentKey : `${inputs.commentKey}|${key}`
  return {
    env,
    context,
    inputs,
    rest,
    store: openStore(env, context, inputs, rest, branches),
    key,
    branches,
    marker: markerOf(context.workflow, commentKey),
    repositoryUrl: `${context.server}/${context.repository}`,
    runUrl: runUrl(context),
  }
}

function openStore(
  env: Env,
  context: RunContext,
  { baselineStore, baselineWorkflow }: GitHubInputs,
  rest: Rest,
  branches: readonly string[],
): BaselineStore {
  const { repository, repositoryId, workflow } = context
  const kind = baselineStore === '' ? (hasArtifacts(context) ? 'artifact' : 'branch') : baselineStore
  if (kind === 'branch') return branchStore({ rest, repository })
  if (kind !== 'artifact') return folderStore(kind)
  return artifactStore({
    rest,
    repository,
    origin: { repositoryId, branches, workflow: baselineWorkflow || workflow || undefined },
    upload: async (name, files) => {
      await uploadArtifact(env, context, name, files)
    },
  })
}
