import type { KeptAt, Recordings } from './base.ts'
import { plainText, shellWord } from './escape.ts'
import type { Report } from './report.ts'

/** Lines for the reader's shell, and what to know about them. */
export interface Reproduction {
  readonly job: string | undefined
  readonly intro: string
  /** To get both recordings and compare them. */
  readonly lines: readonly string[]
  /** To look at head minus base; empty where that is not kept. */
  readonly look: readonly string[]
  readonly notes: readonly string[]
}

const MOST_DIFFS = 4

/** How to see the verdict again on another machine. undefined where nothing was compared, or nothing was found. */
export function reproduction(report: Report): Reproduction | undefined {
  const compared = report.services.find((service) => service.base !== undefined)
  if (compared === undefined || report.verdict === 'pass') return undefined
  const { recordings, origin } = report
  const repository = repositoryWord(origin.repository)
  if (recordings === undefined || repository === undefined) {
    const [base, head] = [compared.base?.source || 'BASE', compared.head.source || 'HEAD']
    const lines = [`npx leakgate compare ${shellWord(base)} ${shellWord(head)}`]
    return { job: undefined, intro: 'With both recordings at hand:', lines, look: [], notes: [] }
  }
  const base = fetchBase(recordings.base, repository)
  const head = fetchHead(recordings, repository, compared.head.source)
  const policy = report.policy.own?.isFile === true ? ` --policy ${shellWord(report.policy.own.source)}` : ''
  const compare = `npx leakgate compare ${base.folder} ${head.folder} --source ${shellWord(recordings.source)}${policy}`
  const diffs = recordings.head?.diffs.slice(0, MOST_DIFFS) ?? []
  const given = report.policy.own?.isFile === false
  return {
    job: recordings.job,
    intro: `In a clone of the repository${[base, head].some(({ lines }) => lines[0]?.startsWith('gh ')) ? ', with the `gh` command' : ''}:`,
    lines: [...base.lines, ...head.lines, compare],
    look: diffs.map((name) => `go tool pprof -http=: ${head.folder}/${name}`),
    notes: [
      ...base.notes,
      ...head.notes,
      ...(given ? ['The policy stands in the workflow: save it as a file and add `--policy FILE`.'] : []),
    ],
  }
}

interface Fetched {
  readonly folder: string
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

function fetchBase(kept: KeptAt | undefined, repository: string): Fetched {
  if (kept === undefined)
    return { folder: 'BASE', lines: [], notes: ['`BASE` is what the workflow gives as `baseline`.'] }
  if (kept.in === 'artifact') return fetchArtifact(kept, repository)
  const name = /([0-9a-f]{7})[0-9a-f]*\.zip$/.exec(kept.path)?.[1] ?? 'kept'
  const folder = `leaks/baseline-${name}`
  const unpack = (file: string): string => `unzip -qo ${file} -d ${folder}`
  if (kept.in === 'folder') {
    const notes = ['The baseline is on a disk of the runners: copy it from there where you do not have that.']
    return { folder, lines: [`mkdir -p leaks && ${unpack(shellWord(kept.path))}`], notes }
  }
  const lines = [
    `git fetch origin ${shellWord(kept.branch)}`,
    `mkdir -p leaks && git show ${shellWord(`FETCH_HEAD:${kept.path}`)} > ${folder}.zip`,
    unpack(`${folder}.zip`),
  ]
  return { folder, lines, notes: [] }
}

function fetchHead({ head }: Recordings, repository: string, source: string): Fetched {
  if (head !== undefined) return fetchArtifact(head, repository)
  const at = plainText(source, 200).replaceAll('`', "'")
  const hint = 'to have it, upload it in a step of your own, with `if: always()`, or record again'
  return {
    folder: 'HEAD',
    lines: [],
    notes: [`\`HEAD\` is the recording of this run, \`${at}\` on the runner: ${hint}.`],
  }
}

/** A folder of its own for each: `gh` overwrites nothing. */
function fetchArtifact({ runId, name }: { runId: number; name: string }, repository: string): Fetched {
  const folder = shellWord(`leaks/${name.replace(/^leakgate-/, '')}-${runId}`)
  const line = `gh run download ${runId} --repo ${repository} --name ${shellWord(name)} --dir ${folder}`
  return { folder, lines: [line], notes: [] }
}

/** `owner/name`, with the host before it where that is not github.com: as `gh --repo` has it. */
function repositoryWord(repository: string | undefined): string | undefined {
  const [, host, name] = /^https?:\/\/([\w.-]+(?::\d+)?)\/([\w.-]+\/[\w.-]+?)\/*$/.exec(repository ?? '') ?? []
  if (host === undefined || name === undefined) return undefined
  return host === 'github.com' ? name : `${host}/${name}`
}
