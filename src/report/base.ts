/** What the recording was held against, and why; data, so that a report read back from a file says the same. */
export interface BaseReport {
  /** undefined: there was none. */
  readonly base: BaseFacts | undefined
  /** The commit the search began at, usually the merge base. */
  readonly start: string
  /** Why the start is another than the merge base. */
  readonly note: string | undefined
  /** Nearer ones that could not be used. */
  readonly passedOver: readonly { readonly commit: string; readonly why: string }[]
  /** Why there is no base. */
  readonly missing: string | undefined
  /** The one thing to do about that, and the line of YAML that does it. */
  readonly advice: string | undefined
  readonly yaml: string | undefined
}

export interface BaseFacts {
  readonly commit: string
  readonly branch: string
  readonly recordedAt: string
  /** Commits between the start and the base. */
  readonly away: number
  readonly verdict: string
  /** The run that recorded it; undefined where nobody vouches for that. */
  readonly runId: number | undefined
}

/** Where both recordings are kept, for whoever wants to compare them again. */
export interface Recordings {
  /** Whose they are, where a report tells of several jobs. */
  readonly job?: string
  /** undefined where the base was given as a folder. */
  readonly base: KeptAt | undefined
  /** undefined where it is on the machine that judged and nowhere else. */
  readonly head: (KeptArtifact & { readonly diffs: readonly string[] }) | undefined
  /** Folder of the Go sources in the repository. */
  readonly source: string
}

export type KeptAt =
  | ({ readonly in: 'artifact' } & KeptArtifact)
  /** An archive in a branch of the repository that holds nothing else. */
  | { readonly in: 'branch'; readonly branch: string; readonly path: string }
  /** An archive on a disk that the runners share. */
  | { readonly in: 'folder'; readonly path: string }

export interface KeptArtifact {
  readonly runId: number
  readonly name: string
}
