import { formatValue } from '../../profile/unit.ts'

/** A snapshot that was taken, for whoever watches. */
export interface Sampled {
  readonly service: string
  readonly phase: 'rest' | 'load' | 'single'
  readonly round: number
  readonly planned: number
  /** Snapshots of this service until now. */
  readonly snapshots: number
  readonly heap: number | undefined
  readonly goroutines: number | undefined
}

/** Where the recorder tells what it does. */
export interface Progress {
  note(text: string): void
  sampled(event: Sampled): void
  /** Between these two, what the load prints goes through `output`. */
  loadBegins(round: number, planned: number): void
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void
  loadEnds(): void
}

/** For recordings that nobody watches. */
export const SILENT: Progress = {
  note: () => undefined,
  sampled: () => undefined,
  loadBegins: () => undefined,
  output: () => undefined,
  loadEnds: () => undefined,
}

/** `round 3 of 10, api: live heap 4.1 MiB, 12 goroutines, 5 snapshots`. */
export function describeSample({ service, round, planned, phase, heap, goroutines, snapshots }: Sampled): string {
  const place = phase === 'single' ? 'slice' : 'round'
  const facts = [
    heap === undefined ? undefined : `live heap ${formatValue(heap, 'bytes')}`,
    goroutines === undefined ? undefined : `${goroutines} goroutines`,
    `${snapshots} ${snapshots === 1 ? 'snapshot' : 'snapshots'}`,
  ]
  const of = planned === 0 ? '' : ` of ${planned}`
  return `${place} ${round}${of}, ${service}: ${facts.filter((fact) => fact !== undefined).join(', ')}`
}
