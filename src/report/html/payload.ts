import { ColumnReader, ColumnWriter } from './columns.ts'

/** What the page is told of a graph besides its columns. */
export interface GraphHead {
  readonly service: string
  readonly profile: 'heap' | 'goroutine'
  readonly types: readonly GraphType[]
  /** Names as they are shown: one line of plain text each. */
  readonly functions: readonly string[]
  /** Paths as they are shown. */
  readonly files: readonly string[]
  /** Frames in the tree, and how many more were folded away. */
  readonly frames: number
  readonly folded: number
  /** Where findings are: the frame, the number of the finding in the document, whether it is the line to fix. */
  readonly pins: readonly GraphPin[]
  /** Bytes per sample of the heap profile; 0 where values are exact. */
  readonly sampling: number
  /** Function index of the frames that stand for what was folded away, -1 without any. */
  readonly foldedFunction: number
  readonly rows: number
}

export interface GraphType {
  readonly unit: 'bytes' | 'count'
  readonly title: string
}

export type GraphPin = readonly [frame: number, finding: number]

/** A graph as the page holds it. Frames are in preorder, frame 0 is the root; rows are the functions of the table. */
export interface GraphData {
  readonly head: GraphHead
  /** Of each function: 1 where it is the user's own code, 2 where its path leads into the checkout, 3 both. */
  readonly own: Int32Array
  readonly file: Int32Array
  readonly frameFunction: Int32Array
  readonly frameDepth: Int32Array
  readonly frameLine: Int32Array
  /** What each frame itself holds, a column for each type. */
  readonly frameBase: readonly Float64Array[]
  readonly frameHead: readonly Float64Array[]
  readonly rowFunction: Int32Array
  readonly rowLine: Int32Array
  readonly rowValues: readonly RowValues[]
}

/** Of one type; `own` is flat with what libraries hold charged to the nearest caller of the user's own. */
export interface RowValues {
  readonly flat: Sides
  readonly cum: Sides
  readonly own: Sides
}

export interface Sides {
  readonly base: Float64Array
  readonly head: Float64Array
}

export function packGraph(graph: GraphData): Uint8Array<ArrayBuffer> {
  const out = new ColumnWriter()
  out.raw(new TextEncoder().encode(JSON.stringify(graph.head)))
  out.unsigned(graph.own)
  out.unsigned(graph.file)
  out.unsigned(graph.frameFunction)
  out.deltas(graph.frameDepth)
  out.unsigned(graph.frameLine)
  for (const column of [...graph.frameBase, ...graph.frameHead]) out.unsigned(column)
  out.unsigned(graph.rowFunction)
  out.unsigned(graph.rowLine)
  for (const values of graph.rowValues) {
    for (const sides of [values.flat, values.cum, values.own]) {
      out.unsigned(sides.base)
      out.unsigned(sides.head)
    }
  }
  return out.bytes
}

export function unpackGraph(bytes: Uint8Array): GraphData {
  const read = new ColumnReader(bytes)
  const head = JSON.parse(new TextDecoder().decode(read.raw())) as GraphHead
  const { frames, rows, types } = head
  const perType = (): Float64Array[] => types.map(() => read.doubles(frames))
  const sides = (): Sides => ({ base: read.doubles(rows), head: read.doubles(rows) })
  return {
    head,
    own: read.integers(head.functions.length),
    file: read.integers(head.functions.length),
    frameFunction: read.integers(frames),
    frameDepth: read.deltas(frames),
    frameLine: read.integers(frames),
    frameBase: perType(),
    frameHead: perType(),
    rowFunction: read.integers(rows),
    rowLine: read.integers(rows),
    rowValues: types.map(() => ({ flat: sides(), cum: sides(), own: sides() })),
  }
}
