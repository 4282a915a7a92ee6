// What a tag releases: checked before anything is published, and told to the workflow as outputs.
//   node .ci/release.ts   in release.yml, with the repository's tags and remote branches fetched
import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

export interface State {
  /** The tag that was pushed. */
  readonly tag: string
  /** Versions as files name them, by file. */
  readonly versions: Readonly<Record<string, string>>
  readonly changelog: string
  /** All tags of the repository. */
  readonly tags: readonly string[]
  /** Remote branches that hold the commit, e.g. origin/main. */
  readonly branches: readonly string[]
}

export interface Release {
  readonly version: string
  /** The tag users name, e.g. v1. */
  readonly major: string
  /** Whether that tag moves here: false for a patch of an older line of the same major version. */
  readonly movesMajor: boolean
  /** Whether no released version is higher. */
  readonly latest: boolean
  /** npm's dist-tag: a word that is no range of versions. */
  readonly npmTag: string
  /** What the changelog says of it. */
  readonly notes: string
}

type Version = readonly [number, number, number]

/** The release, or everything that is wrong with it. */
export function planRelease({ tag, versions, changelog, tags, branches }: State): Release | readonly string[] {
  const version = versionOf(tag)
  if (version === undefined) return [`the tag ${tag} is no version: expected v1.2.3`]
  const text = tag.slice(1)
  const problems = Object.entries(versions)
    .filter(([, found]) => found !== text)
    .map(([file, found]) => `${file} says ${found}, the tag says ${text}`)
  const major = `v${version[0]}`
  const home = ['origin/main', `origin/${major}.x`]
  if (!branches.some((branch) => home.includes(branch))) {
    problems.push(`the tagged commit is on none of ${home.join(', ')}`)
  }
  const notes = sectionOf(changelog, text)
  if (typeof notes === 'string') problems.push(notes)
  if (problems.length > 0 || typeof notes === 'string') return problems
  const others = tags.map(versionOf).filter((other) => other !== undefined)
  const latest = !others.some((other) => isHigher(other, version))
  return {
    version: text,
    major,
    movesMajor: !others.some((other) => other[0] === version[0] && isHigher(other, version)),
    latest,
    npmTag: latest ? 'latest' : `line-${version[0]}`,
    notes: notes.text,
  }
}

function versionOf(tag: string): Version | undefined {
  const match = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(tag)
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])]
}

function isHigher(one: Version, other: Version): boolean {
  const at = one.findIndex((part, i) => part !== other[i])
  return at !== -1 && one[at]! > other[at]!
}

/** The changelog's section `## [1.2.3] - 2026-11-25`, or what is wrong with it. */
function sectionOf(changelog: string, version: string): { readonly text: string } | string {
  const sections = changelog.split(/^(?=## )/m)
  const section = sections.find((one) => one.startsWith(`## [${version}]`))
  if (section === undefined) return `CHANGELOG.md has no section [${version}]`
  const [heading = '', ...lines] = section.split('\n')
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading))
    return `CHANGELOG.md: "${heading}" names no day, e.g. "## [${version}] - 2026-11-25"`
  const text = lines.join('\n').trim()
  return text === '' ? `CHANGELOG.md: the section [${version}] is empty` : { text }
}

function main(): void {
  const json = (file: string): { version: string } => JSON.parse(readFileSync(file, 'utf8'))
  const git = (...args: string[]): string[] =>
    execFileSync('git', args, { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '')
  const release = planRelease({
    tag: process.env.GITHUB_REF_NAME ?? '',
    versions: { 'package.json': json('package.json').version, 'package-lock.json': json('package-lock.json').version },
    changelog: readFileSync('CHANGELOG.md', 'utf8'),
    tags: git('tag', '--list'),
    branches: git('branch', '--remotes', '--contains', 'HEAD', '--format', '%(refname:short)'),
  })
  if (!('version' in release)) {
    for (const problem of release) process.stderr.write(`::error title=not released::${problem}\n`)
    process.exitCode = 1
    return
  }
  const { version, major, movesMajor, latest, npmTag, notes } = release
  writeFileSync('notes.md', `${notes}\n`)
  const outputs = { version, major, 'moves-major': movesMajor, latest, 'npm-tag': npmTag }
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`)
  process.stdout.write(lines.join(''))
  if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, lines.join(''))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
