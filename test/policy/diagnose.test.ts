import { describe, expect, test } from 'vitest'
import { diagnoseGoroutine, diagnoseHeap, isMapWrite, type Sight } from '../../src/policy/diagnose.ts'
import type { Place } from '../../src/policy/finding.ts'
import type { Wait } from '../../src/profile/wait.ts'

function place(name: string, party: Place['party'], text?: string): Place {
  return { function: name, file: 'x.go', line: 1, party, path: undefined, text, changed: undefined }
}

/** names leaf first; those that start with `example.com/` are the user's own. */
function sight(names: readonly string[], facts: Partial<Sight> & { text?: string } = {}): Sight {
  const party = (name: string): Place['party'] =>
    name.startsWith('example.com/') ? 'first' : name.startsWith('github.com/') ? 'third' : 'standard'
  const places = names.map((name) => place(name, party(name), party(name) === 'first' ? facts.text : undefined))
  return {
    names,
    wait: undefined,
    createdBy: undefined,
    own: places.find((one) => one.party === 'first'),
    leaf: places[0],
    cells: [],
    ...facts,
  }
}

const OWN = 'example.com/api.run'

describe('goroutines', () => {
  test.each<[string, readonly string[], Wait, string | undefined, string]>([
    ['goroutine-chan-send', [OWN], 'chan send', undefined, ''],
    ['goroutine-chan-receive', [OWN], 'chan receive', undefined, 'v := <-ch'],
    ['goroutine-chan-range', [OWN], 'chan range', undefined, 'for v := range ch {'],
    ['ticker-loop', [OWN], 'chan range', undefined, 'for range t.C {'],
    ['ticker-loop', [OWN], 'chan receive', undefined, '<-p.ticker.C'],
    ['context-not-cancelled', [OWN], 'chan receive', undefined, '<-r.Context().Done()'],
    ['goroutine-select', [OWN], 'select', undefined, 'select {'],
    ['goroutine-mutex', ['sync.(*Mutex).Lock', OWN], 'mutex', undefined, ''],
    ['goroutine-waitgroup', ['sync.(*WaitGroup).Wait', OWN], 'waitgroup', undefined, ''],
    ['http-body', ['net/http.(*persistConn).readLoop'], 'select', 'net/http.(*Transport).dialConn', ''],
    [
      'http-transport',
      ['net/http.(*persistConn).Read', 'bufio.(*Reader).fill', 'net/http.(*persistConn).readLoop'],
      'IO wait',
      undefined,
      '',
    ],
    ['http-no-timeout', ['net/http.(*persistConn).roundTrip', 'net/http.(*Client).do', OWN], 'select', undefined, ''],
    ['http-server-connections', ['net/http.(*connReader).Read', 'net/http.(*conn).serve'], 'IO wait', undefined, ''],
    ['sql-rows', ['database/sql.(*Rows).awaitDone'], 'select', undefined, ''],
    [
      'context-not-cancelled',
      ['context.(*cancelCtx).propagateCancel.func2'],
      'select',
      'context.(*cancelCtx).propagateCancel',
      '',
    ],
    ['goroutine-sleep', [OWN], 'sleep', undefined, ''],
    ['goroutine-io', ['net.(*conn).Read', OWN], 'IO wait', undefined, ''],
    ['goroutine-other', [OWN], 'running', undefined, ''],
  ])('%s', (kind, names, wait, createdBy, text) => {
    expect(diagnoseGoroutine(sight(names, { wait, createdBy, text })).kind).toBe(kind)
  })
})

describe('heap', () => {
  test.each<[string, readonly string[], string]>([
    ['timer-not-stopped', ['time.AfterFunc', OWN], ''],
    ['timer-not-stopped', ['time.NewTicker', OWN], ''],
    ['context-not-cancelled', ['context.WithCancel', OWN], ''],
    ['map-growth', ['sync.(*Map).Swap', OWN], ''],
    ['map-growth', [OWN], 's.byID[id] = newRecord(r)'],
    ['slice-growth', [OWN], 'log = append(log, entry)'],
    ['dependency-growth', ['github.com/x/lru.(*Cache).Add', OWN], ''],
    ['connection-not-closed', ['net.(*netFD).dial', 'net.(*Dialer).DialContext', OWN], ''],
    ['buffer-growth', ['bytes.growSlice', 'bytes.(*Buffer).grow', OWN], ''],
    ['heap-retained', [OWN], 'return &session{id: id}'],
    ['heap-retained', [OWN], 'x := m[k] // m[k] = v'],
  ])('%s below %j: %s', (kind, names, text) => {
    expect(diagnoseHeap(sight(names, { text })).kind).toBe(kind)
  })

  test('without the source, arrays of many sizes at one stack are a container that doubles', () => {
    const cells = [64, 128, 512].map((size) => ({ size, samples: 1, bytes: size, p: 1 }))
    expect(diagnoseHeap(sight([OWN], { cells }))).toEqual({ kind: 'slice-growth', confidence: 'possible' })
  })
})

test.each([
  ['m[k] = v', true],
  ['s.byID[id] += 1', true],
  ['seen[key]++', true],
  ['m[a][b] = c', true],
  ['m[k], ok = f()', true],
  ['if m[k] == v {', false],
  ['x := m[k]', false],
  ['a := [3]int{}', false],
  ['return m[k]', false],
])('%s writes a map: %s', (text, is) => {
  expect(isMapWrite(text)).toBe(is)
})
