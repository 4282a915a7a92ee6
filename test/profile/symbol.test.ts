import { expect, test } from 'vitest'
import { isCompilerWrapper, isStandard, looseName, packageOf, shortName, stableName } from '../../src/profile/symbol.ts'
import { waitOf } from '../../src/profile/wait.ts'

test.each([
  ['net/http.(*conn).serve', 'net/http'],
  ['main.main.func1', 'main'],
  ['gopkg.in/yaml%2ev3.Unmarshal', 'gopkg.in/yaml.v3'],
  ['example.com/api/cache.(*Map[go.shape.string,example.com/x.T]).Put', 'example.com/api/cache'],
  ['slices.Insert[go.shape.[]example.com/x/y.T,go.shape.int]', 'slices'],
  ['memchr', ''],
])('package of %s is %s', (symbol, path) => {
  expect(packageOf(symbol)).toBe(path)
})

test.each([
  ['example.com/orders/internal/session.(*Store).put', 'session.(*Store).put'],
  ['main.f[go.shape.struct{example.com/x.T}]', 'main.f[go.shape.struct{example.com/x.T}]'],
  ['gopkg.in/yaml%2ev3.Unmarshal', 'yaml.v3.Unmarshal'],
])('%s is shown as %s', (symbol, shown) => {
  expect(shortName(symbol)).toBe(shown)
})

test.each([
  ['main.Map[go.shape.int,go.shape.string].Put', 'main.Map[...].Put'],
  ['main.Map[...].Put', 'main.Map[...].Put'],
  ['main.glob..func3', 'main.init.func3'],
  ['main.(*T).Run-fm', 'main.(*T).Run'],
  ['main.walk.func1-range2', 'main.walk.func1'],
  ['main.f[[]int]', 'main.f[...]'],
])('%s stays %s in another build', (symbol, stable) => {
  expect(stableName(symbol)).toBe(stable)
})

test.each([
  ['main.serve.func3.1', 'main.serve.func#'],
  ['main.serve.func12', 'main.serve.func#'],
  ['main.serve.func2.main.inner.func1', 'main.serve.func#.main.inner.func#'],
])('%s is loosely %s', (symbol, loose) => {
  expect(looseName(symbol)).toBe(loose)
})

test('whose code it is, and what the compiler adds', () => {
  expect(isStandard('net/http.(*conn).serve')).toBe(true)
  expect(isStandard('golang.org/x/net/http2.(*Transport).dial')).toBe(false)
  expect(isStandard('main.main')).toBe(false)
  expect(isCompilerWrapper('main.start.gowrap1')).toBe(true)
  expect(isCompilerWrapper('main.start.func1')).toBe(false)
})

test.each([
  [['runtime.gopark', 'runtime.chansend', 'runtime.chansend1', 'main.f'], 'chan send'],
  [['runtime.gopark', 'runtime.chanrecv', 'runtime.chanrecv1', 'main.f'], 'chan receive'],
  [['runtime.gopark', 'runtime.chanrecv', 'runtime.chanrecv2', 'main.f'], 'chan range'],
  [['runtime.gopark', 'runtime.selectgo', 'net/http.(*persistConn).readLoop'], 'select'],
  [['runtime.gopark', 'runtime.block', 'main.main'], 'select (no cases)'],
  [
    [
      'runtime.gopark',
      'runtime.semacquire1',
      'internal/sync.runtime_SemacquireMutex',
      'internal/sync.(*Mutex).lockSlow',
    ],
    'mutex',
  ],
  [['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow'], 'mutex'],
  [['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_SemacquireRWMutexR', 'sync.(*RWMutex).RLock'], 'rwmutex'],
  [['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait'], 'waitgroup'],
  [['runtime.gopark', 'sync.runtime_notifyListWait', 'sync.(*Cond).Wait', 'main.f'], 'cond'],
  [['runtime.gopark', 'time.Sleep', 'main.f'], 'sleep'],
  [['runtime.gopark', 'runtime.netpollblock', 'internal/poll.runtime_pollWait'], 'IO wait'],
  [['runtime.gopark', 'runtime.semacquire1', 'main.f'], 'semaphore'],
  [['main.spin', 'sync.(*WaitGroup).Go.func1'], 'running'],
])('%j waits for %s', (names, wait) => {
  expect(waitOf(names)).toBe(wait)
})
