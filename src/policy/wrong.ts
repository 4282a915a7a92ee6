/** What is wrong with a clause of a limit. */
export interface Wrong {
  readonly what: string
  /** Offset inside the clause. */
  readonly at?: number
  readonly hint?: string
}
