import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KNOWN, matchesKnown, matchIgnore } from '../../src/policy/known.ts'
import type { Ignore } from '../../src/policy/policy.ts'
import { ROOT } from '../fixtures.ts'

/** Leaf first. */
const stack = (text: string): string[] => text.split(' < ')

const PARK =
  'runtime.gopark < runtime.netpollblock < internal/poll.runtime_pollWait < internal/poll.(*pollDesc).wait < internal/poll.(*pollDesc).waitRead'
const READ = `${PARK} < internal/poll.(*FD).Read < net.(*netFD).Read < net.(*conn).Read`
const IDLE = `${READ} < net/http.(*connReader).Read < bufio.(*Reader).fill < bufio.(*Reader).Peek < net/http.(*conn).serve`
const SERVE = 'net/http.HandlerFunc.ServeHTTP < net/http.serverHandler.ServeHTTP < net/http.(*conn).serve'
const ACCEPT = `${PARK} < internal/poll.(*FD).Accept < net.(*netFD).accept < net.(*TCPListener).accept < net.(*TCPListener).Accept`

describe('accepted by default', () => {
  test.each([
    ['the background read', `${READ} < net/http.(*connReader).backgroundRead`],
    ['the background read, just started', 'net/http.(*connReader).startBackgroundRead.gowrap2 < runtime.goexit'],
    [
      'the request for the profile',
      `runtime/pprof.writeGoroutineStacks < runtime/pprof.(*Profile).WriteTo < net/http/pprof.handler.ServeHTTP < net/http/pprof.Index < ${SERVE}`,
    ],
    [
      'a profile written to a file',
      'runtime/pprof.runtime_goroutineProfileWithLabels < runtime/pprof.(*Profile).WriteTo < example.com/app.dump',
    ],
    ['the CPU profile', 'runtime.gopark < time.Sleep < runtime/pprof.profileWriter'],
    ['signals', 'runtime.notetsleepg < os/signal.signal_recv < os/signal.loop'],
    ['the thread for signals', 'runtime.gopark < runtime.selectgo < runtime.ensureSigM.func1'],
    ['a trace', 'runtime.gopark < runtime.ReadTrace < runtime/trace.Start.func1'],
    ['finalizers at rest', 'runtime.gopark < runtime.runfinq'],
    ['cleanups at rest', 'runtime.goparkunlock < runtime.(*cleanupQueue).dequeue < runtime.runCleanups'],
    [
      'the test runner',
      'runtime.gopark < runtime.chanrecv < runtime.chanrecv1 < testing.(*T).Run < testing.runTests.func1',
    ],
  ])('%s', (_, text) => {
    expect(matchesKnown(stack(text))).toBeDefined()
  })
})

describe('never accepted by default', () => {
  test.each([
    // Steady counts never alarm; a server per request or clients that stay do, and should.
    ['an idle connection', IDLE],
    [
      'reading the next request',
      `${READ} < net/http.(*connReader).Read < bufio.(*Reader).fill < bufio.(*Reader).ReadSlice < bufio.(*Reader).ReadLine < net/textproto.(*Reader).readLineSlice < net/textproto.(*Reader).ReadLine < net/http.readRequest < net/http.(*conn).readRequest < net/http.(*conn).serve`,
    ],
    [
      'an idle TLS connection',
      `${READ} < crypto/tls.(*atLeastReader).Read < bytes.(*Buffer).ReadFrom < crypto/tls.(*Conn).readFromUntil < crypto/tls.(*Conn).readRecord < crypto/tls.(*Conn).Read < net/http.(*connReader).Read < bufio.(*Reader).fill < bufio.(*Reader).Peek < net/http.(*conn).serve`,
    ],
    ['the accept loop', `${ACCEPT} < net/http.(*Server).Serve < example.com/app.run.func1`],
    [
      'the accept loop with TLS',
      `${ACCEPT} < crypto/tls.(*listener).Accept < net/http.(*Server).Serve < net/http.(*Server).ServeTLS < main.main`,
    ],
    ['a handler that waits', `runtime.gopark < runtime.chanrecv1 < example.com/api.Handle < ${SERVE}`],
    [
      'a handler that reads the body',
      `${READ} < net/http.(*connReader).Read < bufio.(*Reader).Read < net/http.(*body).Read < io.ReadAll < example.com/api.Handle < ${SERVE}`,
    ],
    ['a handler that calls out', `${READ} < example.com/api.Handle < ${SERVE}`],
    [
      'a handler of the library that reads the body',
      `${READ} < net/http.(*connReader).Read < bufio.(*Reader).Read < net/http.(*body).Read < io.Copy < net/http/httputil.(*ReverseProxy).ServeHTTP < ${SERVE}`,
    ],
    [
      'a hook of the server',
      `runtime.gopark < example.com/app.onState < net/http.(*conn).setState < net/http.(*conn).serve`,
    ],
    [
      'a client connection',
      `${READ} < net/http.(*persistConn).Read < bufio.(*Reader).fill < bufio.(*Reader).Peek < net/http.(*persistConn).readLoop`,
    ],
    ['a listener of its own', `${ACCEPT} < example.com/app.(*limited).Accept < net/http.(*Server).Serve`],
    ['what the server allocates', 'net/http.(*Server).newConn < net/http.(*Server).Serve < main.main'],
    ['what a connection allocates', 'bufio.NewReaderSize < net/http.newBufioReader < net/http.(*conn).serve'],
    [
      'work under labels',
      'runtime.gopark < runtime.chansend1 < example.com/app.work.func1 < runtime/pprof.Do < example.com/app.work',
    ],
    ['a finalizer that waits', 'runtime.gopark < runtime.chanrecv1 < example.com/app.(*file).close < runtime.runfinq'],
    ['a syscall', 'syscall.Syscall6 < os.(*File).Read < example.com/app.tail'],
    ['a wait for a signal', 'runtime.gopark < runtime.selectgo < os/signal.NotifyContext.func1'],
    ['a test that waits', 'runtime.gopark < runtime.chanrecv1 < example.com/app.TestX < testing.tRunner'],
    ['stacks for goroutines', 'runtime.malg < runtime.newproc1 < runtime.newproc.func1 < runtime.systemstack'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(matchesKnown(stack(text))).toBeUndefined()
  })
})

test('every built-in entry says what, why and where', () => {
  expect(new Set(KNOWN.map((entry) => entry.name)).size).toBe(KNOWN.length)
  for (const { name, reason, context } of KNOWN)
    for (const text of [name, reason, context]) expect(text).toMatch(/\S{3}/)
})

describe('entries of the policy', () => {
  const entry = (where: Ignore['match']['where'], name: string | RegExp): Pick<Ignore, 'match'> => ({
    match: { where, name },
  })
  const waiting = stack(
    'runtime.gopark < sync.runtime_SemacquireMutex < internal/sync.(*Mutex).lockSlow < sync.(*Mutex).Lock < a.lock < a.run',
  )

  test('top is the leaf-most function that is not the runtime’s', () => {
    expect(matchIgnore(entry('top', 'a.lock'), waiting)).toBe(true)
    expect(matchIgnore(entry('top', 'a.run'), waiting)).toBe(false)
    expect(matchIgnore(entry('top', 'runtime.gopark'), waiting)).toBe(false)
    expect(matchIgnore(entry('top', 'net.(*conn).Read'), stack(`${READ} < a.run`))).toBe(false)
    expect(matchIgnore(entry('top', 'net.(*netFD).Read'), stack(`${READ} < a.run`))).toBe(true)
    expect(matchIgnore(entry('top', 'runtime/pprof.Do'), ['runtime.gopark', 'runtime/pprof.Do'])).toBe(true)
    expect(matchIgnore(entry('top', 'runtime.malg'), ['runtime.malg', 'runtime.newproc1'])).toBe(true)
    expect(matchIgnore(entry('top', 'runtime.malg'), [])).toBe(false)
  })

  test('any is every function', () => {
    expect(matchIgnore(entry('any', 'a.run'), waiting)).toBe(true)
    expect(matchIgnore(entry('any', /^a\.r/), waiting)).toBe(true)
    expect(matchIgnore(entry('any', 'a.ru'), waiting)).toBe(false)
  })

  test('created-by needs to be known', () => {
    expect(matchIgnore(entry('created-by', 'a.start'), waiting, 'a.start')).toBe(true)
    expect(matchIgnore(entry('created-by', 'a.run'), waiting, 'a.start')).toBe(false)
    expect(matchIgnore(entry('created-by', 'a.run'), waiting)).toBe(false)
  })

  test('names without type arguments and escapes', () => {
    expect(matchIgnore(entry('top', 'a.Map[...].Put'), ['a.Map[go.shape.int].Put'])).toBe(true)
    expect(matchIgnore(entry('top', 'gopkg.in/yaml.v3.parse'), ['gopkg.in/yaml%2ev3.parse'])).toBe(true)
  })
})

test('the entry of the docs for idle keep-alives accepts those', () => {
  const idle = stack(
    `${READ} < net/http.(*persistConn).Read < bufio.(*Reader).fill < bufio.(*Reader).Peek < net/http.(*persistConn).readLoop`,
  )
  const written = readFileSync(join(ROOT, 'docs/policy.md'), 'utf8')
  const entry = /^ {2}- (any|top): (\S+)\n {4}reason: idle keep-alives/m.exec(written)!
  const match = { where: entry[1] as 'any' | 'top', name: entry[2]! }
  expect(matchIgnore({ match }, idle)).toBe(true)
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`- ${match.where}: ${match.name}\n`)
})
