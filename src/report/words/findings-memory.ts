import type { FindingKind } from '../../policy/kinds.ts'
import type { Words } from './words.ts'

/** Words of the findings that show as memory: places that keep it, and figures of the whole service. */
export const MEMORY_WORDS = {
  'timer-not-stopped': {
    title: 'Timer that is never stopped',
    says: ({ amount }) => `timers that nobody stops keep ${amount}`,
    why: 'A running timer keeps its function and all that this refers to until it fires.',
    fix: 'Write `defer timer.Stop()`; use `time.NewTimer` and `Stop` where `time.After` waits long.',
  },
  'connection-not-closed': {
    title: 'Network connection that is never closed',
    says: ({ kept }) => `${kept} by network connections that nobody closes`,
    why: 'A connection is not garbage while the network poller knows it; it must be closed.',
    fix: 'Write `defer conn.Close()` after the dial, or give the pool a maximum and close what it turns away.',
  },
  'map-growth': {
    title: 'Map that only grows',
    says: ({ grows }) => `map ${grows} and nothing empties it`,
    why: 'New keys come with the load and no entry is ever deleted.',
    fix: 'Delete the entry when its use ends (`delete(m, key)`), or bound the map by size or age.',
  },
  'slice-growth': {
    title: 'Slice that only grows',
    says: ({ grows }) => `slice ${grows} and nothing empties it`,
    why: 'Elements are appended with the load and never dropped.',
    fix: 'Bound it: keep the last n, hand the elements on in batches, or write them out.',
  },
  'buffer-growth': {
    title: 'Buffer that only grows',
    says: ({ grows }) => `buffer ${grows} and is never reset`,
    why: 'Something written to with the load is kept and not emptied, or large buffers go back to a pool.',
    fix: 'Call `buf.Reset()` after use, drop buffers above a size instead of pooling them, close what owns the writer.',
  },
  'heap-retained': {
    title: 'Memory that is kept',
    says: ({ grows }) => `memory allocated here ${grows} and is never freed`,
    why: 'What this line allocates stays reachable: from a global, a cache, a long-lived struct or a closure.',
    fix: 'Find who keeps it. Clone small parts of large data (`strings.Clone`, `bytes.Clone`), drop references after use.',
  },
  'dependency-growth': {
    title: 'Growth inside a dependency',
    says: ({ grows, dependency }) => `memory inside ${dependency} ${grows}`,
    why: 'The library keeps what it is given. The place named is where your code calls it.',
    fix: "Look for the library's limit, Close or Remove, and for a newer version; share one instance instead of many.",
  },
  'heap-growth': {
    title: 'Heap grows',
    says: ({ change }) =>
      `under the same load the live heap grows by ${change} more than the base's, and no single line is certain`,
    why: 'The live heap after garbage collection rises with every round. No one stack grew enough to be named for certain.',
    fix: 'Record the heap finer, so that the profile can name the line: `GODEBUG=memprofilerate=8192`, or more load.',
  },
  'heap-level': {
    title: 'Larger heap',
    says: ({ figure }) => figure,
    why: 'The heap is larger at the end of the load. Whether it grows from round to round has a limit of its own, `heap.growth`.',
    fix: 'Check what is loaded or cached at start. If it is meant, raise the limit.',
  },
  'goroutine-level': {
    title: 'More goroutines at rest',
    says: ({ figure }) => figure,
    why: 'More goroutines stay after the load. No stack of them was seen to rise from round to round.',
    fix: 'Check pools and workers that this change starts. If they are meant, raise the limit.',
  },
  'slow-growth': {
    title: 'Slow growth from merge to merge',
    says: ({ figure }) => figure,
    why: 'No single change passed a limit, but what they added does together.',
    fix: "Follow the figure's course on the base branch to the merges that added most, and look at those.",
  },
  'stack-memory': {
    title: 'More stack memory',
    says: ({ figure }) => figure,
    why: 'Goroutines need more stack: there are more of them, or they call deeper.',
    fix: 'Look for deep recursion and large local arrays, or for more goroutines at rest.',
  },
  'alloc-rate': {
    title: 'More allocation per operation',
    says: ({ figure }) => figure,
    why: 'Each operation allocates more. That is garbage and not a leak, but the collector has more to do.',
    fix: 'Reuse buffers and allocate slices at their final size; `go tool pprof -diff_base` shows all that allocates.',
  },
  'gc-frequency': {
    title: 'More garbage collections',
    says: ({ figure }) => figure,
    why: 'The same load makes the collector run more often: more garbage, or a smaller heap between runs.',
    fix: 'Look at the allocation per operation first; then at GOGC and GOMEMLIMIT.',
  },
  'gc-pause': {
    title: 'Longer garbage collection pauses',
    says: ({ figure }) => figure,
    why: 'The collector stopped the program longer. On shared machines this varies from run to run.',
    fix: 'Run again to see whether it stays. Look for very many goroutines and for a machine under load.',
  },
  'gc-cpu': {
    title: 'More CPU time in garbage collection',
    says: ({ figure }) => figure,
    why: 'A larger share of the processor goes to the collector: more garbage, or a heap near its limit.',
    fix: 'Look at the allocation per operation first; then at GOGC and GOMEMLIMIT.',
  },
} as const satisfies Partial<Record<FindingKind, Words>>
