import { UserError } from '../../errors.ts'
import type { Endpoint } from './endpoint.ts'
import type { RecordingWriter } from './writer.ts'

const KINDS = ['cpu', 'trace', 'block', 'mutex', 'threadcreate'] as const

/** Profiles that are not judged but help whoever looks for the cause. */
export type EvidenceKind = (typeof KINDS)[number]

const MOST = 64 * 1024 * 1024
const SECONDS = 5

export function parseEvidence(where: string, text: string): EvidenceKind[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  return names.map((name) => {
    const kind = KINDS.find((known) => known === name)
    if (kind !== undefined) return kind
    throw new UserError(`no such evidence: ${JSON.stringify(name)}`, { where, hint: `There is: ${KINDS.join(', ')}` })
  })
}

/**
 * Those that measure for a while, while the load runs: one after the other, since CPU profile and trace disturb each
 * other. They disturb the heap too, hence in a round of warm-up.
 */
export async function evidenceUnderLoad(
  endpoint: Endpoint,
  writer: RecordingWriter,
  kinds: readonly EvidenceKind[],
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<void> {
  for (const kind of kinds) {
    if (kind !== 'cpu' && kind !== 'trace') continue
    const [route, name] = kind === 'cpu' ? ['profile', 'cpu.pb.gz'] : ['trace', 'trace.out']
    await keep(endpoint, writer, kind, `${route}?seconds=${SECONDS}`, name, signal, note)
  }
}

/** Those that have counted all the time. */
export async function evidenceAtEnd(
  endpoint: Endpoint,
  writer: RecordingWriter,
  kinds: readonly EvidenceKind[],
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<void> {
  for (const kind of kinds) {
    if (kind === 'cpu' || kind === 'trace') continue
    await keep(endpoint, writer, kind, kind, `${kind}.pb.gz`, signal, note)
  }
}

async function keep(
  endpoint: Endpoint,
  writer: RecordingWriter,
  kind: EvidenceKind,
  route: string,
  name: string,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<void> {
  try {
    const timeout = SECONDS * 1000 + 30_000
    writer.addEvidence(kind, name, await endpoint.get(route, { timeout, most: MOST, signal }))
  } catch (error) {
    // Evidence is extra: its lack is told and changes nothing.
    note(`no ${kind} profile of ${endpoint.target.name}: ${(error as Error).message}`)
  }
}
