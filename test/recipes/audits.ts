import { type Job, ourAction, type Step, type Workflow, workflowOf } from './workflows.ts'

/** A workflow under audit; `own`: this project runs it itself, so that more is asked of it than of a recipe. */
export interface Audited {
  readonly text: string
  readonly workflow: Workflow
  readonly own: boolean
}

type Audit = (audited: Audited) => string[]

/**
 * What zizmor looks for (https://docs.zizmor.sh/audits), by its names, as far as a file alone can tell. Not here:
 * impostor-commit, ref-confusion, known-vulnerable-actions and the like, which ask github.com.
 */
export const AUDITS: Readonly<Record<string, Audit>> = {
  artipacked: ({ workflow }) =>
    stepsBy(workflow, isCheckout)
      .filter(({ with: given }) => given?.['persist-credentials'] !== false)
      .map(shown),
  'template-injection': ({ workflow }) =>
    stepsBy(workflow, () => true)
      .flatMap((step) => [
        step.run,
        step.with?.script,
        ...(ourAction(step) === undefined ? [] : [step.with?.run, step.with?.start]),
      ])
      .filter((script) => /\$\{\{/.test(String(script ?? '')))
      .map(String),
  'dangerous-triggers': ({ workflow, text }) => {
    const triggers = Object.keys(workflow.on)
    const wrong = triggers.filter((on) => on === 'pull_request_target')
    // Whoever writes a comment by workflow_run checks nothing out, runs nothing and says why it may.
    const runs = stepsBy(workflow, (step) => isCheckout(step) || step.run !== undefined).length > 0
    const excused = /#.*zizmor: ignore\[dangerous-triggers\] \w+/.test(text)
    return triggers.includes('workflow_run') && (runs || !excused) ? [...wrong, 'workflow_run'] : wrong
  },
  'excessive-permissions': ({ workflow }) => [
    ...(isEmpty(workflow.permissions) ? [] : ['the workflow grants to all its jobs']),
    ...jobsBy(workflow, ({ permissions }) => typeof permissions !== 'object' || permissions === null),
  ],
  'undocumented-permissions': ({ text }) =>
    (text.match(/^ {6}[a-z-]+: (read|write)\b.*$/gm) ?? []).filter(
      (line) => !/^ {6}contents: read\b/.test(line) && !/ # \w/.test(line),
    ),
  'unpinned-uses': ({ workflow, own }) =>
    stepsBy(workflow, ({ uses }) => uses !== undefined && !uses.startsWith('./'))
      .map(({ uses }) => uses!)
      // A recipe is read before it is run: it names the major version, as the actions' own pages do.
      .filter((uses) => !(own ? /@[0-9a-f]{40}$/ : /@v\d+(\.\d+)*$|@[0-9a-f]{40}$/).test(uses)),
  'ref-version-mismatch': ({ text, own }) =>
    own ? (text.match(/uses: [^.\n].*$/gm) ?? []).filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)) : [],
  'unpinned-images': ({ text }) =>
    (text.match(/^\s+(image|container): .*$/gm) ?? []).filter(
      (line) => !/:[\w.-]+\w$/.test(line) || /:latest$/.test(line),
    ),
  'hardcoded-container-credentials': ({ text }) => text.match(/^\s+password: (?!\$\{\{).*$/gm) ?? [],
  'cache-poisoning': ({ workflow }) => {
    const publishes = JSON.stringify(workflow.on['push'] ?? '').includes('tags') || 'release' in workflow.on
    if (!publishes) return []
    const caches = ({ uses = '', with: given }: Step): boolean =>
      /^actions\/cache/.test(uses) ||
      (/^actions\/setup-go@/.test(uses)
        ? given?.cache !== false
        : /^actions\/setup-/.test(uses) && given?.cache !== undefined)
    return stepsBy(workflow, caches).map(shown)
  },
  'use-trusted-publishing': ({ workflow, text }) => {
    const publishing = Object.values(workflow.jobs).filter(({ steps }) =>
      steps.some(({ run }) => /\bnpm publish\b/.test(run ?? '')),
    )
    const token = /NODE_AUTH_TOKEN|NPM_TOKEN/.test(text)
    return publishing.some((job) => token || job.permissions?.['id-token'] !== 'write') ? ['npm publish'] : []
  },
  'insecure-commands': ({ text }) => text.match(/ACTIONS_ALLOW_UNSECURE_COMMANDS/g) ?? [],
  'self-hosted-runner': ({ workflow, own }) =>
    jobsBy(workflow, ({ 'runs-on': runsOn, strategy }) => {
      // GitHub Enterprise Server has no others.
      if (!own) return false
      const of = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(String(runsOn))?.[1]
      const names = of === undefined ? [runsOn] : (strategy?.matrix?.[of] ?? [])
      return names.length === 0 || !names.every((name) => /^(ubuntu|macos|windows)-[\w.-]+$/.test(String(name)))
    }),
  'secrets-inherit': ({ text }) => text.match(/secrets: inherit/g) ?? [],
  'overprovisioned-secrets': ({ text }) => text.match(/toJSON\(secrets\)|secrets\[/gi) ?? [],
  'secrets-outside-env': ({ workflow, own }) =>
    own ? jobsBy(workflow, (job) => /\bsecrets\./.test(JSON.stringify(job)) && job.environment === undefined) : [],
  obfuscation: ({ workflow }) =>
    stepsBy(workflow, ({ uses = '' }) => /\/\/|\/\.{1,2}\/|\/@|^\.\.|\$\{\{/.test(uses)).map(shown),
  'bot-conditions': ({ text }) => text.match(/github\.(actor|triggering_actor)\s*[!=]=|\[bot\]'/g) ?? [],
  'unsound-contains': ({ text }) => text.match(/contains\(\s*'[^']*'\s*,/g) ?? [],
  'unsound-condition': ({ text }) => text.match(/^\s*(- )?if: [|>](?!-)/gm) ?? [],
  'github-env': ({ text, own }) => (own ? (text.match(/>>\s*"?\$\{?GITHUB_(ENV|PATH)/g) ?? []) : []),
  'adhoc-packages': ({ text, own }) =>
    own ? (text.match(/\b(npm (install|i) \S|pip3? install|gem install|go install)/g) ?? []) : [],
  misfeature: ({ text }) => text.match(/shell: (cmd|pwsh -Command .*)$/gm) ?? [],
  'anonymous-definition': ({ workflow }) => (workflow.name === undefined ? ['the workflow has no name'] : []),
  'concurrency-limits': ({ workflow }) => (workflow.concurrency === undefined ? ['no concurrency'] : []),
}

/** `rule: what`, for everything the audits have to say of a workflow. */
export function complaintsOf(text: string, own: boolean): string[] {
  const audited = { text, workflow: workflowOf(text), own }
  return Object.entries(AUDITS).flatMap(([rule, audit]) => audit(audited).map((what) => `${rule}: ${what.trim()}`))
}

function stepsBy({ jobs }: Workflow, is: (step: Step) => boolean): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps.filter(is))
}

/** Names of the jobs that are so. */
function jobsBy({ jobs }: Workflow, is: (job: Job) => boolean): string[] {
  return Object.entries(jobs).flatMap(([name, job]) => (is(job) ? [name] : []))
}

function isCheckout({ uses = '' }: Step): boolean {
  return uses.startsWith('actions/checkout@')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function shown({ uses, name, run }: Step): string {
  return uses ?? name ?? run ?? 'a step'
}
