import type { BaseReport, KeptArtifact, KeptAt, Recordings } from '../base.ts'
import type { Field } from './fields.ts'

export function readBase(field: Field): BaseReport {
  const sentence = (one: Field): string => one.text(1000)
  return {
    base: field.at('base').optional((base) => ({
      commit: readCommit(base.at('commit')),
      branch: base.at('branch').text(300),
      recordedAt: base.at('recordedAt').text(40),
      away: base.at('away').natural(),
      verdict: base.at('verdict').text(20),
      runId: base.at('runId').optional((one) => one.natural()),
    })),
    start: readCommit(field.at('start')),
    note: field.at('note').optional(sentence),
    passedOver: field
      .at('passedOver')
      .list(100, (one) => ({ commit: readCommit(one.at('commit')), why: sentence(one.at('why')) })),
    missing: field.at('missing').optional(sentence),
    advice: field.at('advice').optional(sentence),
    yaml: field.at('yaml').optional(sentence),
  }
}

/** Commands are made of these, so each is of the few characters its kind has. */
export function readRecordings(field: Field): Recordings {
  const job = field.at('job').optional((one) => one.text(200))
  return {
    ...(job === undefined ? {} : { job }),
    base: field.at('base').optional(readKept),
    head: field.at('head').optional((head) => ({
      ...readArtifact(head),
      diffs: head.at('diffs').list(100, (one) => matching(one, /^\w[\w.-]{0,199}\.pb\.gz$/, 'the name of a profile')),
    })),
    source: matching(field.at('source'), PATH, 'a path in the repository'),
  }
}

const PATH = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))(?!-)[\w.@+ /-]{1,300}$/

function readKept(field: Field): KeptAt {
  const place = field.at('in').word(['artifact', 'branch', 'folder'])
  switch (place) {
    case 'artifact':
      return { in: place, ...readArtifact(field) }
    case 'branch':
      return {
        in: place,
        branch: matching(field.at('branch'), /^\w[\w./-]{0,199}$/, 'the name of a branch'),
        path: matching(field.at('path'), PATH, 'a path in the branch'),
      }
    case 'folder':
      return { in: place, path: field.at('path').text(1000) }
  }
}

function readArtifact(field: Field): KeptArtifact {
  return {
    runId: field.at('runId').natural(),
    name: matching(field.at('name'), /^\w[\w.-]{0,199}$/, 'the name of an artifact'),
  }
}

export function readCommit(field: Field): string {
  return matching(field, /^[0-9a-f]{40,64}$/, 'a commit')
}

function matching(field: Field, pattern: RegExp, expected: string): string {
  const text = field.text(1000)
  if (!pattern.test(text)) throw field.wrong(expected)
  return text
}
