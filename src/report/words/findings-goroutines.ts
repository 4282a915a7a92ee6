import type { FindingKind } from '../../policy/kinds.ts'
import type { Words } from './words.ts'

/** Words of the findings that show as goroutines which do not exit. */
export const GOROUTINE_WORDS = {
  'goroutine-chan-send': {
    title: 'Blocked channel send',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} to send on a channel`,
    why: 'Whoever should receive has gone, so the send never completes and the goroutine keeps all it refers to.',
    fix: 'Give the channel room for the one value, `make(chan T, 1)`, or let the send give up: `select { case ch <- v: case <-ctx.Done(): }`.',
  },
  'goroutine-chan-receive': {
    title: 'Blocked channel receive',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} to receive from a channel`,
    why: 'On some path nobody sends any more and nobody closes the channel.',
    fix: 'Make every path of the sender send or `close(ch)`, or let the receive give up: `select { case v := <-ch: case <-ctx.Done(): }`.',
  },
  'goroutine-chan-range': {
    title: 'Range over a channel that is never closed',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for the next value of a channel that nobody closes`,
    why: '`for range ch` ends only when the channel is closed. Some path of the sender returns without doing so.',
    fix: 'Close the channel where it is filled, on every path: `defer close(ch)` as the first statement of the sender.',
  },
  'goroutine-select': {
    title: 'Select without a way out',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} in a select with no way out`,
    why: 'No case that ends the goroutine comes once the caller has gone: the select has none, or waits for a context that nobody cancels.',
    fix: 'Add a case that ends with the caller, `case <-ctx.Done(): return`; where it has one, cancel that context: `defer cancel()`.',
  },
  'goroutine-mutex': {
    title: 'Lock that is never released',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for a lock that is never released`,
    why: 'Some path returned, or blocked, with the lock held. Everyone after it queues up.',
    fix: 'Write `defer mu.Unlock()` right after `mu.Lock()`. Look for an early return between the two, and for two locks taken in different order.',
  },
  'goroutine-waitgroup': {
    title: 'WaitGroup that never reaches zero',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for a WaitGroup that never reaches zero`,
    why: 'One of the goroutines waited for returns without `Done`, or never returns itself.',
    fix: 'Make `defer wg.Done()` the first statement of the goroutine and call `wg.Add` before `go`; from Go 1.25 `wg.Go(f)` does both.',
  },
  'goroutine-cond': {
    title: 'Condition that is never signalled',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for a sync.Cond that nobody signals`,
    why: 'The condition changed without `Signal` or `Broadcast`, or it never comes true again.',
    fix: 'Call `cond.Broadcast()` wherever the condition can change, at shutdown too, and check for shutdown in the waiting loop.',
  },
  'goroutine-sleep': {
    title: 'Sleep loop without an end',
    says: ({ goroutines }) => `${goroutines} more sleep in a loop that does not end`,
    why: 'A loop around `time.Sleep` cannot be told to stop, and each call starts another one.',
    fix: 'Wait for a ticker and the context instead: `select { case <-ticker.C: case <-ctx.Done(): return }`.',
  },
  'goroutine-io': {
    title: 'Read or write without an end',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for a peer to read or write`,
    why: 'The peer is silent and the connection has no deadline, so the read or write never returns.',
    fix: 'Close the connection when its owner is done, and set a deadline: `conn.SetDeadline(time.Now().Add(timeout))`.',
  },
  'goroutine-other': {
    title: 'Goroutines that do not exit',
    says: ({ goroutines }) => `${goroutines} more do not exit`,
    why: 'The same stack has more goroutines after every round of load.',
    fix: 'Find what the goroutine waits for, and make sure that it ends together with the work it was started for.',
  },
  'ticker-loop': {
    title: 'Ticker loop without an end',
    says: ({ goroutines, pileUp }) => `${goroutines} ${pileUp} in a loop over a ticker`,
    why: "`Stop` does not close a ticker's channel, so a loop over it goes on for the life of the process.",
    fix: 'Leave the loop when the work is done: `select { case <-t.C: … case <-ctx.Done(): t.Stop(); return }`.',
  },
  'context-not-cancelled': {
    title: 'Context that is never cancelled',
    says: ({ kept }) => `${kept} for contexts that are never cancelled`,
    why: 'Without a call of its cancel function a context stays linked to its parent for as long as that lives.',
    fix: 'Write `defer cancel()` right after `ctx, cancel := context.WithCancel(parent)`; `go vet -lostcancel` finds missing ones.',
  },
  'http-body': {
    title: 'Response body that is never closed',
    says: ({ kept }) => `${kept} by net/http connections whose response body was never closed`,
    why: 'A connection is free again only after its response body is closed; until then it keeps two goroutines and its buffers.',
    fix: 'Write `defer resp.Body.Close()` right after the check of err, before any other return.',
  },
  'http-transport': {
    title: 'HTTP transport that is not shared',
    says: ({ kept }) => `${kept} by idle net/http connections`,
    why: 'Each http.Transport has a pool of its own. One made per request leaves its idle connections behind.',
    fix: 'Share one http.Client, made once. If it is shared, limit it: `MaxIdleConnsPerHost`, `MaxConnsPerHost`, `IdleConnTimeout`.',
  },
  'http-no-timeout': {
    title: 'HTTP request without a timeout',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for the answer to an HTTP request`,
    why: 'An http.Client has no timeout by default: a peer that does not answer holds the goroutine.',
    fix: 'Set `http.Client{Timeout: …}`, or pass a context with a deadline to `http.NewRequestWithContext`.',
  },
  'http-server-connections': {
    title: 'Server connections that stay open',
    says: ({ goroutines }) => `${goroutines} more serve connections that stay open`,
    why: 'Clients keep their connections and the server never closes idle ones. The load generator may be that client.',
    fix: 'Set `http.Server{IdleTimeout: …, ReadTimeout: …}`, and let the load generator close its connections before it rests.',
  },
  'sql-rows': {
    title: 'Rows or transaction that is never closed',
    says: ({ goroutines, waits }) => `${goroutines} ${waits} for SQL rows or a transaction to be closed`,
    why: 'Open rows and transactions hold their connection and a goroutine that watches their context.',
    fix: 'Write `defer rows.Close()` after `QueryContext`, or `defer tx.Rollback()` after `BeginTx`, before any other return.',
  },
  'sql-pool': {
    title: 'Database pool that runs out',
    says: ({ goroutines }) => `${goroutines} more belong to database pools`,
    why: 'Either connections are not given back, so that callers queue, or sql.Open is called per request, each a new pool.',
    fix: 'Open one `*sql.DB` at start and share it; close rows and transactions; set `db.SetMaxOpenConns`.',
  },
  'grpc-connection': {
    title: 'gRPC connection that is never closed',
    says: ({ goroutines }) => `${goroutines} more belong to gRPC connections that stay open`,
    why: 'Every grpc.ClientConn runs goroutines of its own until it is closed.',
    fix: 'Dial once and share the connection, or `defer conn.Close()` where it is dialled.',
  },
} as const satisfies Partial<Record<FindingKind, Words>>
