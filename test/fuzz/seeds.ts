import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from '../../src/profile/parse.ts'
import { serializeReport } from '../../src/report/report.ts'
import { LEGACY_TEXTS, legacyCpu } from '../profile/legacy-samples.ts'
import { SAMPLES } from '../report/sample-reports.ts'
import { shrink } from './shrink.ts'

const HEALTHY = join(import.meta.dirname, '../../__fixtures__/recordings/healthy')
const TESTDATA = join(import.meta.dirname, '../profile/testdata')

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Real profiles, most of them cut down, of every kind the fixture services recorded. */
export const PROTOBUF: readonly Uint8Array[] = ['heap', 'allocs', 'goroutine', 'goroutineleak-1'].flatMap((kind) => {
  const parsed = parse(kind, readFileSync(join(HEALTHY, `10/${kind}.pb.gz`)))
  if (parsed.form !== 'profile') throw new Error(`${kind} is no profile`)
  return [shrink(parsed.profile, 4), shrink(parsed.profile, 12)]
})

/** The beginning of a text, up to an empty line. */
function head(text: string, length: number): string {
  const end = text.indexOf('\n\n', length)
  return end === -1 ? text : text.slice(0, end + 1)
}

const recorded = (path: string): string => gunzipSync(readFileSync(join(HEALTHY, path))).toString('utf8')
const collected = (name: string): string => readFileSync(join(TESTDATA, name), 'utf8')

export const GOROUTINES: readonly Uint8Array[] = [
  recorded('10/goroutine.txt.gz'),
  collected('goroutine-debug2-go1.26-ancestors.txt'),
  collected('goroutine-debug2-go1.27.txt'),
  collected('goroutine-debug1-go1.27.txt'),
  collected('goroutineleak-debug1-go1.26.txt'),
].map((text) => encode(head(text, 2000)))

const HEAP_TEXT = recorded('01/memstats.txt.gz')

/** A few records, then the MemStats. */
export const HEAP_TEXTS: readonly Uint8Array[] = [
  encode(head(HEAP_TEXT, 1500) + HEAP_TEXT.slice(HEAP_TEXT.indexOf('\n# runtime.MemStats'))),
  encode(`heap profile: 3: 96 [5: 160] @ heap/1048576
1: 32 [3: 96] @ 0x1 0x2
#\t0x1\tmain.fill+0x10\t\t/src/a b.go:7
#\t0x2\tmain.main+0x2\t/src/main.go:3

2: 64 [2: 64] @

`),
]

export const EXPVAR: readonly Uint8Array[] = [encode(collected('expvar-go1.27.txt'))]
export const PROMETHEUS: readonly Uint8Array[] = [encode(collected('prometheus-go1.26.txt'))]

const SAMPLE = { count: 3, addresses: [0x401000n, 0x402001n, 0x403001n] }
export const LEGACY: readonly Uint8Array[] = [
  ...Object.values(LEGACY_TEXTS).map(encode),
  legacyCpu([SAMPLE, SAMPLE], { tail: '00400000-00500000 r-xp 00000000 08:01 4242 /srv/app\n' }),
  legacyCpu([SAMPLE], { size: 4, little: false }),
  legacyCpu([SAMPLE], { java: true, tail: '0x401000 com.example.A.b (A.java:3)\n' }),
]

export const POLICIES: readonly Uint8Array[] = [
  'preset: strict\n',
  `preset: watch
inconclusive: pass
limits:
  goroutines: +5% and +10
  heap.inuse: { warn: +5% and +1MiB, fail: +10% and +4MiB }
  heap.growth: 1KiB/op or 20MiB/h
  gc.cpu: off
rules:
  - function: ^example\\.com/api/cache\\.
    limits: { heap.growth.stack: +64MiB, goroutines.leaked: off }
services:
  worker: { limits: { goroutines: +200, heap.inuse: off } }
ignore:
  - top: net/http.(*persistConn).readLoop
    reason: idle keep-alives, bounded by MaxIdleConns
    max: 64
    expires: 2027-03-01
`,
].map(encode)

export const MANIFESTS: readonly Uint8Array[] = [readFileSync(join(HEALTHY, 'recording.json')).subarray(), encode('{}')]

export const REPORTS: readonly Uint8Array[] = Object.values(SAMPLES).map((report) => encode(serializeReport(report)))
