import type { Functions, Label, Profile, Samples } from '../profile.ts'
import { readLabels } from './labels.ts'
import { type StringColumns, StringTable } from './string-table.ts'
import { Wire } from './wire.ts'

/** A profile as columns and plain values alone, which another thread can hand over without a copy. */
export interface Decoded extends Omit<Profile, 'functions' | 'samples'> {
  readonly strings: StringColumns
  readonly functions: FunctionColumns
  readonly samples: SampleColumns
}

/** Columns of length count; texts are indexes into the string table. */
export interface FunctionColumns extends Pick<Functions, 'count' | 'startLine'> {
  readonly name: Int32Array
  readonly systemName: Int32Array
  readonly file: Int32Array
}

export interface SampleColumns extends Omit<Samples, 'labels'> {
  /** Range of each sample's message, for its labels. */
  readonly start: Int32Array
  readonly end: Int32Array
}

/** The same with words: texts and labels are read from the file's bytes when asked for. */
export function profileOf({ strings, functions, samples, ...rest }: Decoded): Profile {
  const texts = new StringTable(strings)
  const { count, name, systemName, file, startLine } = functions
  const { start, end, ...columns } = samples
  return {
    ...rest,
    functions: {
      count,
      name: (i) => texts.get(name[i]!),
      systemName: (i) => texts.get(systemName[i]!),
      file: (i) => texts.get(file[i]!),
      startLine,
    },
    samples: {
      ...columns,
      labels: (i): Label[] => readLabels(new Wire(rest.source, strings.bytes), texts, start[i]!, end[i]!),
    },
  }
}

/** The memory that a decoded profile lies in, each piece once. */
export function buffersOf({ strings, functions, locations, samples }: Decoded): ArrayBuffer[] {
  const columns = [strings, functions, locations, samples].flatMap((part) =>
    Object.values(part).filter((value) => ArrayBuffer.isView(value)),
  )
  return [...new Set(columns.map((column) => column.buffer as ArrayBuffer))]
}
