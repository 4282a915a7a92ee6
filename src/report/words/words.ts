/** The words for one kind of finding. Backticks mark code, which each output shows in its own way. */
export interface Words {
  /** Short noun phrase; heading of the suspect and of the page in docs/findings. */
  readonly title: string
  /** The headline of a finding: what is wrong, with its figure. */
  readonly says: (amounts: Amounts) => string
  /** One or two sentences: how this pattern leaks. */
  readonly why: string
  /** What to do, as an order. */
  readonly fix: string
}

/** The figures a headline may tell, ready to print. All come from the finding's first evidence. */
export interface Amounts {
  /** `70 goroutines`. */
  readonly goroutines: string
  /** `wait forever` where the Go runtime proves it, else `pile up, waiting`. */
  readonly waits: string
  /** `stay forever` or `pile up`. */
  readonly pileUp: string
  /** `1.1 KiB per operation`, or `300 KiB`; `70 goroutines` where they are counted. */
  readonly amount: string
  /** `70 goroutines are kept`, or `1.1 KiB per operation is kept`. */
  readonly kept: string
  /** `grows 1.1 KiB per operation`, or `grew 300 KiB`. */
  readonly grows: string
  /** `300 KiB`. */
  readonly change: string
  /** A figure of the service against the base. */
  readonly figure: string
  readonly dependency: string
}
