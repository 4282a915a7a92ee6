import { describe, expect, it, test } from 'vitest'
import { MAIN, outline, outlines, parse, read, WORKER } from './goroutine-samples.ts'
import { formatError, fuzz } from './mutations.ts'

const one = (text: string) => outline(parse(text).groups[0]!)

describe('debug=2 of Go 1.27, taken with goroutineleak', () => {
  const dump = parse(read('goroutine-debug2-go1.27.txt'))

  it('counts and groups', () => {
    expect(dump).toMatchObject({ source: 'dump.txt', form: 'debug=2', total: 20 })
    expect(dump.groups.map((group) => group.count)).toEqual([1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    expect(new Set(dump.groups.map((group) => group.state))).toEqual(
      new Set([
        'running',
        'select',
        'chan receive',
        'sync.Mutex.Lock',
        'chan send (nil chan)',
        'select (no cases)',
        'sleep',
        'sync.WaitGroup.Wait',
        'runnable',
        'IO wait',
      ]),
    )
  })

  it('reads marks, labels, inlined frames and arguments', () => {
    const at = 'main.leakReceive.func1 example.com/leaky/main.go:39 | main.leakReceive example.com/leaky/main.go:39'
    expect(outlines(dump)).toEqual(
      expect.arrayContaining([
        `3 chan receive, leaked | ${at} | `,
        `1 chan receive, leaked | ${at} | {worker=cache.refill}`,
        `1 chan receive, leaked | ${at} | {__proto__=polluted, empty=, route=/api/v1, tenant=a "b"\n\t\x01é😀\ufffd}`,
        '1 chan receive, leaked | main.(*queue[...]).drain example.com/leaky/main.go:22 | main.main example.com/leaky/main.go:68 | ',
        '1 chan receive, leaked, locked | main.inner example.com/leaky/main.go:53 < main.main.func7 example.com/leaky/main.go:75 | main.main example.com/leaky/main.go:75 | ',
      ]),
    )
    const mutex = dump.groups.find((group) => group.state === 'sync.Mutex.Lock')!
    expect(mutex.frames.map((frame) => frame.function)).toEqual([
      'internal/sync.runtime_SemacquireMutex',
      'internal/sync.(*Mutex).lockSlow',
      'internal/sync.(*Mutex).Lock',
      'sync.(*Mutex).Lock',
      'main.(*server).handle',
    ])
  })

  it('passes over elided frames', () => {
    const deep = dump.groups.find((group) => group.frames[0]!.function === 'main.deep')!
    expect(deep.frames).toHaveLength(100)
  })

  it('has no prototype to pollute', () => {
    const labels = dump.groups.find((group) => 'route' in group.labels)!.labels
    expect(Object.getPrototypeOf(labels)).toBeNull()
    expect(Object.hasOwn(labels, '__proto__')).toBe(true)
  })
})

describe('debug=2 of Go 1.26 with GODEBUG=tracebacklabels=1,tracebackancestors=3', () => {
  const dump = parse(read('goroutine-debug2-go1.26-ancestors.txt'))

  it('leaves ancestors out', () => {
    expect(dump.total).toBe(20)
    const group = dump.groups.find((candidate) => candidate.count === 3)!
    expect(outline(group)).toBe(
      '3 chan receive, leaked | main.leakReceive.func1 example.com/leaky/main.go:39 | main.leakReceive example.com/leaky/main.go:39 | ',
    )
  })

  it('reads labels inside the brackets', () => {
    expect(dump.groups.map((group) => group.labels)).toEqual(
      expect.arrayContaining([
        { ['__proto__']: 'polluted', empty: '', route: '/api/v1', tenant: 'a "b"\n\t\x01é😀\ufffd' },
        { worker: 'cache.refill' },
      ]),
    )
  })
})

test.each([
  ['[running]', '1 running'],
  ['[chan receive, 1 minutes]', '1 chan receive, 1 min'],
  ['[chan send (nil chan), 12 minutes, locked to thread]', '1 chan send (nil chan), locked, 12 min'],
  ['[runnable (scan)]', '1 runnable'],
  ['[chan receive (nil chan) (leaked) (scan)]', '1 chan receive (nil chan), leaked'],
  ['[select (durable), 2 minutes, synctest bubble 1]', '1 select, 2 min'],
  ['[sync.WaitGroup.Wait (durable), synctest bubble 1]', '1 sync.WaitGroup.Wait'],
  ['[GC worker (idle), a word of a later Go]', '1 GC worker (idle)'],
  ['[select labels:{"a]:": "b, ]:"}]', '1 select', '{a]:=b, ]:}'],
  ['[select] {a: " labels:{b"}', '1 select', '{a= labels:{b}'],
  ['[select] {a: , "b c": "}:", d: e}', '1 select', '{a=, b c=}:, d=e}'],
])('header %s', (header, state, labels = '') => {
  const text = WORKER.replace(/\[.*\]/, () => header)
  expect(one(text)).toBe(`${state} | main.work /src/app/work.go:12 | main.start /src/app/main.go:9 | ${labels}`)
})

test.each([
  [
    'net/http.(*conn).serve(0x1, {0x2, {0x3?, ...}, _})\n\tC:/Program Files/net http/server.go:7 +0x6dc\n',
    'net/http.(*conn).serve C:/Program Files/net http/server.go:7',
  ],
  ['main.(*T[...]).m(...)\n\t/a.go:7\n', 'main.(*T[...]).m /a.go:7'],
  ['main.main.func1.2()\n\t/a.go:7 +0x1 fp=0xc1 sp=0xc2 pc=0xc3\n', 'main.main.func1.2 /a.go:7'],
  ['panic({0x1, 0x2})\n\truntime/panic.go:859 +0x125\n', 'runtime.gopanic runtime/panic.go:859'],
  ['main._Cfunc_nap()\n\t_cgo_gotypes.go:46 +0x3a\n', 'main._Cfunc_nap _cgo_gotypes.go:46'],
  ['cxx::run(int, char*)\n\trun.cc:31 pc=0x55d0\n', 'cxx::run(int, char*) run.cc:31'],
  ['non-Go function\n\tpc=0x55d0\n', 'non-Go function'],
  ['non-Go function at pc=55d0\n'.replace('=', '=0x'), 'non-Go function'],
  ['\tgoroutine running on other thread; stack unavailable\n', ''],
  ['runtime.goexit({})\n\truntime/asm_amd64.s:1264 +0x1\n', 'runtime.goexit runtime/asm_amd64.s:1264'],
  [
    'runtime: g 6: unexpected return pc for main.f called from 0x0\nstack: frame={sp:0xc1, fp:0xc2} stack=[0xc0,0xc8)\n' +
      '                   7 6 5 4  3 2 1 0  0123456789ABCDEF\n000000c000045f00:  0000000000000001  ........\n' +
      '                  ^ <main.f+0x1>\nmain.f()\n\t/a.go:1 +0x1\n...additional frames elided...\n',
    'main.f /a.go:1',
  ],
])('frames %j', (frames, expected) => {
  const origin = 'created by a.B.func1 in goroutine 12\n\t/b.go:3 +0x4\n'
  expect(one(`goroutine 6 [select]:\n${frames}${origin}`)).toBe(`1 select | ${expected} | a.B.func1 /b.go:3 | `)
})

it('groups by stack, state and origin, whatever numbers and arguments differ', () => {
  const other = WORKER.replace('goroutine 6 ', 'goroutine 77 ')
    .replace('(0xc000012345)', '(0x1?)')
    .replace('+0x1d', '+0x2f')
  const longer = other.replace('3 minutes', '7 minutes').replace('in goroutine 1\n', 'in goroutine 5\n')
  const leaked = WORKER.replace('chan receive,', 'chan receive (leaked),')
  const apart = [
    WORKER.replace('chan receive', 'select'),
    WORKER.replace('work.go:12', 'work.go:13'),
    WORKER.replace('main.work', 'main.play'),
    WORKER.replace('main.start', 'main.other'),
    WORKER.replace(']:', '] {k: v}:'),
  ]
  const dump = parse([MAIN, WORKER, other, longer, leaked, ...apart].join('\n'))
  expect(dump.total).toBe(10)
  expect(dump.groups.map((group) => group.count)).toEqual([1, 4, 1, 1, 1, 1, 1])
  expect(dump.groups[1]).toMatchObject({ waitMinutes: 7, leaked: false })
  expect(parse([leaked, leaked].join('\n')).groups[0]).toMatchObject({ count: 2, leaked: true })
  expect(parse([leaked, WORKER].join('\n')).groups[0]).toMatchObject({ count: 2, leaked: false })
  const descended = `${WORKER}[originating from goroutine 5]:\nmain.main(...)\n\t/src/app/main.go:3 +0x1\n`
  expect(parse([MAIN, descended, WORKER].join('\n')).groups.map((group) => group.count)).toEqual([1, 2])
})

describe('debug=1', () => {
  it('reads counts, padding, labels and records without frames', () => {
    const dump = parse(read('goroutine-debug1-go1.27.txt'))
    expect(dump).toMatchObject({ form: 'debug=1', total: 20 })
    expect(dump.groups).toHaveLength(18)
    const lines = outlines(dump)
    const leak = 'main.leakReceive.func1 example.com/leaky/main.go:39 | -'
    expect(lines[0]).toBe(`3  | ${leak} | `)
    expect(lines).toContain(`1  | ${leak} | {__proto__=polluted, empty=, route=/api/v1, tenant=a "b"\n\t\x01é😀\ufffd}`)
    expect(lines).toContain('1  |  | - | ')
    expect(dump.groups.some((group) => group.leaked)).toBe(false)
    expect(
      dump.groups.find((group) => group.frames[0]?.function === 'internal/poll.runtime_pollWait')!.frames[3],
    ).toEqual({
      function: 'internal/poll.(*FD).Read',
      file: 'internal/poll/fd_unix.go',
      line: 170,
    })
  })

  it('takes every goroutine of goroutineleak for leaked', () => {
    const dump = parse(read('goroutineleak-debug1-go1.26.txt'))
    expect(dump).toMatchObject({ form: 'debug=1', total: 10 })
    expect(dump.groups.every((group) => group.leaked)).toBe(true)
    expect(parse('goroutineleak profile: total 0\n')).toMatchObject({ total: 0, groups: [] })
  })

  it('gives code without symbols its address', () => {
    expect(one('goroutine profile: total 2\n2 @ 0x1 0x2\n#\t0x1\n#\t0x2\tmain.f+0x3\t\t/a b.go:4\n\n')).toBe(
      '2  | 0x1 < main.f /a b.go:4 | - | ',
    )
  })

  it('is refused wherever it is cut', () => {
    const text = read('goroutineleak-debug1-go1.26.txt')
    for (let length = 0; length < text.length; length++) formatError(() => parse(text.slice(0, length)))
  })
})

test.each([
  ['', 1, 'expected "goroutine profile: total N" (debug=1) or "goroutine N [state]:" (debug=2), found ""'],
  ['Unknown profile\n', 1, 'found "Unknown profile"'],
  ['threadcreate profile: total 3\n', 1, 'expected a goroutine or goroutineleak profile'],
  ['goroutine profile: total 2\n1 @ 0x1\n\n', 3, 'expected 2 goroutines, as line 1 says, found 1'],
  ['goroutine profile: total 1\n1 at 0x1\n\n', 2, 'expected a record, "count @ 0x…", found "1 at 0x1"'],
  ['goroutine profile: total 1\n1 @ 0x1\n# labels: {"a":"b"\n\n', 3, 'expected labels'],
  ['goroutine profile: total 1\n1 @ 0x1\n# labels: {"a":"\\U00110000"}\n\n', 3, 'expected labels'],
  ['goroutine profile: total 1\n1 @ 0x1\n#\t0x1\tmain.f\t/a.go:3\n\n', 3, 'expected a frame'],
  [`${MAIN}\ngoroutine x [y]:\n`, 7, 'expected "goroutine N [state]:", found "goroutine x [y]:"'],
  [`${MAIN}\ngoroutine 2 [y]\n`, 7, 'expected "goroutine N [state]:"'],
  [`${MAIN}\n${WORKER.replace('12345)', '12345')}`, 9, 'expected a function with arguments'],
  [`${MAIN}\n${WORKER.replace(':12 ', ':x ')}`, 9, 'expected "\\tfile:line +0x…"'],
  [`${MAIN}\n${WORKER}main.f()\n\t/a.go:1 +0x1\n`, 12, 'expected nothing more of this goroutine'],
  [`${MAIN}\ngoroutine 2 [x]:\n${'('.repeat(2 ** 21)})\n`, 8, 'expected a line of at most 1 MiB'],
  [`${MAIN}\ngoroutine 2 [${'x'.repeat(2 ** 21)}]:\n`, 7, 'expected a line of at most 1 MiB'],
  [`goroutine 1 [x]:\n${'a()\n\t/a.go:1\n'.repeat(60_000)}`, 1, 'expected fewer lines'],
])('refuses %j', (text, line, message) => {
  const error = formatError(() => parse(text))
  expect(error.where).toBe(`dump.txt: line ${line}`)
  expect(error.message).toContain(message)
})

it('throws nothing but FormatError on damaged text', () => {
  const small = read('goroutine-debug2-go1.27.txt').split('\n\n').slice(3, 9).join('\n\n')
  const labelled = `goroutine 3 [select labels:{"a": "b\\n"}]:\n${WORKER.slice(WORKER.indexOf('\n') + 1)}`
  const counts = 'goroutine profile: total 3\n3 @ 0x1 0x2\n# labels: {"a":"\\u00e9"}\n#\t0x1\tmain.f+0x1\t\t/a.go:1\n\n'
  const tokens = [
    '\n',
    '\n\n',
    '\t',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']:',
    '"',
    '\\',
    '\\U',
    '\\x',
    ' +0x',
    ':',
    'created by ',
  ]
  const more = [
    'goroutine 1 [',
    '[originating from goroutine 1]:\n',
    '...',
    ' labels:{',
    '\u{1f600}',
    '__proto__',
    '99999999999999999999',
  ]
  const result = fuzz(parse, [small, labelled, counts, `${MAIN}\n${WORKER}`], [...tokens, ...more], 4000)
  expect(result.refused).toBeGreaterThan(500)
  expect(result.accepted).toBeGreaterThan(100)
})
