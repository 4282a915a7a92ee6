import { inflate } from 'pako'
import { type GraphData, unpackGraph } from '../payload.ts'

/** What the document says about its graphs before any is opened. */
export interface GraphEntry {
  readonly service: string
  readonly profile: 'heap' | 'goroutine'
  /** Titles of its sample types. */
  readonly types: readonly string[]
}

export interface PageData {
  readonly graphs: readonly GraphEntry[]
  /** For links to source lines; absent where the repository or the commit is unknown. */
  readonly repository?: string
  readonly commit?: string
  /** Titles of the findings by their number in the document. */
  readonly findings: Readonly<Record<string, string>>
}

export function readPageData(): PageData {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? '{"graphs":[],"findings":{}}') as PageData
}

/** Inflates a graph. */
export function readGraph(index: number): GraphData {
  const text = document.getElementById(`graph-${index}`)?.textContent ?? ''
  return unpackGraph(inflate(bytesOf(text)))
}

function bytesOf(base64: string): Uint8Array {
  const decoder = Uint8Array as { fromBase64?: (text: string) => Uint8Array }
  if (decoder.fromBase64 !== undefined) return decoder.fromBase64(base64)
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
