/**
 * Why a goroutine waits, read from the runtime frames at its leaf: the protobuf form carries no state.
 * Words as debug=2 prints them, so that both forms compare. Frames of Go 1.19 to 1.27.
 */
export type Wait =
  | 'chan send'
  | 'chan receive'
  | 'chan range'
  | 'select'
  | 'select (no cases)'
  | 'mutex'
  | 'rwmutex'
  | 'waitgroup'
  | 'cond'
  | 'semaphore'
  | 'sleep'
  | 'IO wait'
  | 'syscall'
  | 'running'

const LEAVES: readonly (readonly [RegExp, Wait])[] = [
  [/^runtime\.chansend1?$/, 'chan send'],
  [/^runtime\.chanrecv2$/, 'chan range'],
  [/^runtime\.chanrecv1$/, 'chan receive'],
  [/^runtime\.selectgo$/, 'select'],
  [/^runtime\.(selectnbsend|selectnbrecv)$/, 'running'],
  [/^runtime\.block$/, 'select (no cases)'],
  [/^sync\.\(\*WaitGroup\)\./, 'waitgroup'],
  [/^(sync|internal\/sync)\.\(\*RWMutex\)\./, 'rwmutex'],
  [/^(sync|internal\/sync)\.(\(\*Mutex\)|\(\*Once\))\./, 'mutex'],
  [/^sync\.\(\*Cond\)\.Wait$/, 'cond'],
  [/^time\.Sleep$/, 'sleep'],
  [/^internal\/poll\.runtime_pollWait$/, 'IO wait'],
  [/^(syscall|internal\/runtime\/syscall)\./, 'syscall'],
]

/**
 * Wait reason of a stack of function names, leaf first. Looks as deep as the frames that belong to the wait:
 * runtime, sync, poll. `chanrecv2` is `v, ok := <-ch` or `for range ch`.
 */
export function waitOf(functions: Iterable<string>): Wait {
  let semaphore = false
  for (const name of functions) {
    const waiting = isWaiting(name)
    if (waiting || name === 'time.Sleep') for (const [pattern, wait] of LEAVES) if (pattern.test(name)) return wait
    if (name.startsWith('runtime.semacquire') || name.includes('runtime_Semacquire')) semaphore = true
    if (!waiting) break
  }
  return semaphore ? 'semaphore' : 'running'
}

/** Frames below which a wait can hide: the runtime's own and the thin layers above it. */
export function isWaiting(name: string): boolean {
  return /^(runtime|internal\/runtime\/\w+|sync|internal\/sync|internal\/poll|syscall)\./.test(name)
}
