import type { HeapCell } from '../diff/heap.ts'
import type { Wait } from '../profile/wait.ts'
import type { Confidence, Place } from './finding.ts'
import type { FindingKind } from './kinds.ts'

/** What a rule looks at. */
export interface Sight {
  /** Function names, leaf first, the runtime's left out. */
  readonly names: readonly string[]
  readonly wait: Wait | undefined
  /** Function that started the goroutines. */
  readonly createdBy: string | undefined
  /** First frame of the user's own code. */
  readonly own: Place | undefined
  /** Whose code the leaf is. */
  readonly leaf: Place | undefined
  readonly cells: readonly HeapCell[]
}

export interface Diagnosis {
  readonly kind: FindingKind
  readonly confidence: Confidence
}

type Rule = readonly [FindingKind, Confidence, (sight: Sight) => boolean]

/** The first rule that fits names the cause. From the stack alone where that tells, else from the source line. */
export function diagnoseGoroutine(sight: Sight): Diagnosis {
  return firstFit(GOROUTINE_RULES, sight) ?? { kind: 'goroutine-other', confidence: 'possible' }
}

export function diagnoseHeap(sight: Sight): Diagnosis {
  return firstFit(HEAP_RULES, sight) ?? { kind: 'heap-retained', confidence: 'possible' }
}

function firstFit(rules: readonly Rule[], sight: Sight): Diagnosis | undefined {
  const fit = rules.find(([, , matches]) => matches(sight))
  return fit === undefined ? undefined : { kind: fit[0], confidence: fit[1] }
}

const has =
  (pattern: RegExp) =>
  ({ names }: Sight): boolean =>
    names.some((name) => pattern.test(name))

const waits =
  (...reasons: Wait[]) =>
  ({ wait }: Sight): boolean =>
    wait !== undefined && reasons.includes(wait)

/** The line's code, without its comment. */
function code({ own }: Sight): string {
  return (own?.text ?? '').replace(/\/\/.*$/, '')
}

const PERSIST_LOOP = /^net\/http\.\(\*persistConn\)\.(readLoop|writeLoop)$/
const HTTP_CLIENT = /^net\/http\.\(\*(Client|Transport|persistConn)\)\.(do|Do|send|roundTrip|RoundTrip|getConn)$/

const GOROUTINE_RULES: readonly Rule[] = [
  // readLoop directly in a select waits for the body to be read or closed; below a read it is merely idle.
  ['http-body', 'certain', (s) => waits('select')(s) && /persistConn\)\.readLoop$/.test(s.names[0] ?? '')],
  ['http-transport', 'likely', (s) => has(PERSIST_LOOP)(s)],
  ['http-transport', 'likely', has(/^net\/http\.\(\*(http2|)ClientConn\)\.readLoop$|^net\/http\.\(\*http2clientConn/)],
  ['sql-rows', 'certain', has(/^database\/sql\.\(\*(Rows|Tx)\)\.awaitDone$/)],
  ['sql-pool', 'likely', has(/^database\/sql\.\(\*DB\)\.(conn|connectionOpener|connectionResetter)$/)],
  ['grpc-connection', 'certain', has(/^google\.golang\.org\/grpc\b.*(http2Client|controlBuffer|CallbackSerializer)/)],
  [
    'context-not-cancelled',
    'certain',
    (s) => /^context\.(propagateCancel|\(\*cancelCtx\)\.propagateCancel)/.test(s.createdBy ?? s.names.at(-1) ?? ''),
  ],
  ['http-no-timeout', 'likely', (s) => s.own !== undefined && has(HTTP_CLIENT)(s)],
  ['http-server-connections', 'likely', (s) => s.own === undefined && has(/^net\/http\.\(\*conn\)\.serve$/)(s)],
  ['ticker-loop', 'certain', (s) => waits('chan range', 'chan receive', 'select')(s) && isTickerLine(code(s))],
  ['context-not-cancelled', 'likely', (s) => waits('chan receive')(s) && isDoneLine(code(s))],
  ['goroutine-chan-send', 'certain', waits('chan send')],
  ['goroutine-chan-range', 'likely', waits('chan range')],
  ['goroutine-chan-receive', 'certain', waits('chan receive')],
  ['goroutine-select', 'certain', waits('select', 'select (no cases)')],
  ['goroutine-mutex', 'certain', waits('mutex', 'rwmutex')],
  ['goroutine-waitgroup', 'certain', waits('waitgroup')],
  ['goroutine-cond', 'certain', waits('cond')],
  ['goroutine-sleep', 'likely', waits('sleep')],
  ['goroutine-io', 'likely', waits('IO wait')],
]

/** `for range t.C`, `<-ticker.C`, `<-time.Tick(d)`. */
function isTickerLine(text: string): boolean {
  return /\brange\s+[\w.]+\.C\b|<-\s*[\w.]*[tT]icker[\w.]*\.C\b|time\.Tick\(/.test(text)
}

/** `<-ctx.Done()`: what it waits for is a cancel. */
function isDoneLine(text: string): boolean {
  return /<-\s*[\w.()]*\.Done\(\)/.test(text)
}

const HEAP_RULES: readonly Rule[] = [
  [
    'timer-not-stopped',
    'certain',
    ({ names }) => /^time\.(New(Timer|Ticker)|newTimer|AfterFunc|After|Tick)$/.test(names[0] ?? ''),
  ],
  [
    'context-not-cancelled',
    'certain',
    ({ names }) =>
      /^context\.(With(Cancel|Timeout|Deadline|CancelCause)|withCancel|WithDeadlineCause|\(\*cancelCtx\))/.test(
        names[0] ?? '',
      ),
  ],
  ['map-growth', 'certain', has(/^(sync\.\(\*Map\)|internal\/sync\.\(\*HashTrieMap(\[.*\])?\))\./)],
  [
    'connection-not-closed',
    'likely',
    (s) =>
      has(/^net\.(\(\*(Dialer|sysDialer|netFD)\)\.|Dial|newFD|sockaddrTo)|^crypto\/tls\.(Client|Dial)/)(s) &&
      !has(HTTP_CLIENT)(s),
  ],
  ['dependency-growth', 'likely', ({ leaf }) => leaf?.party === 'third'],
  ['map-growth', 'certain', (s) => leafIsOwn(s) && isMapWrite(code(s))],
  ['slice-growth', 'certain', (s) => leafIsOwn(s) && /\bappend\(/.test(code(s))],
  ['slice-growth', 'certain', has(/^container\/heap\.Push$/)],
  [
    'buffer-growth',
    'likely',
    ({ names }) =>
      /^(bytes\.(growSlice|makeSlice|\(\*Buffer\)\.)|bufio\.New(Reader|Writer)|strings\.\(\*Builder\)\.grow)/.test(
        names[0] ?? '',
      ),
  ],
  // Without the source: arrays of many sizes at one stack are a container that doubles.
  ['slice-growth', 'possible', (s) => leafIsOwn(s) && s.own?.text === undefined && growsInSteps(s.cells)],
]

/** What holds what is kept, surest first. */
const CONTAINERS: readonly FindingKind[] = [
  'timer-not-stopped',
  'context-not-cancelled',
  'connection-not-closed',
  'map-growth',
  'slice-growth',
]

/** What holds objects has a word for each of them; half of that, as containers grow in steps. */
export const LEAST_SLOT = 4

export function isContainer({ kind, confidence }: Diagnosis): boolean {
  return CONTAINERS.includes(kind) && confidence !== 'possible'
}

export function containerRank({ kind }: Diagnosis): number {
  return CONTAINERS.indexOf(kind)
}

/** The user's line allocates itself, or the runtime does for it (map and append frames are hidden by Go). */
function leafIsOwn({ leaf }: Sight): boolean {
  return leaf?.party === 'first'
}

/**
 * `m[k] = v`, `m[k] += v`, `m[k]++`, `m[a][b] = v`, `m[k] = append(m[k], v)`; not `m[k] == v`, not `x := m[k]`, and not
 * what is inside of something appended.
 */
export function isMapWrite(text: string): boolean {
  return /[\w)\]]\[[^\]]+\]\s*(?:,[^=]*)?(?:=(?!=)|[-+|&^*/%]=|\+\+|--)/.test(text.replace(/\bappend\(.*$/, ''))
}

function growsInSteps(cells: readonly HeapCell[]): boolean {
  const sizes = cells.map((cell) => cell.size).sort((a, b) => a - b)
  return sizes.length >= 3 && sizes.at(-1)! >= 4 * sizes[0]!
}
