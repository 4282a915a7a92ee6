//go:build holdout

package shape

// Shapes that were written after the rules that name lines had been fixed, and
// that were not looked at when the rules were made.

import (
	"container/list"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

func init() {
	register("sharded-cache", func(o Options) Part { return newSharded(o) })
	register("rate-limiters", func(o Options) Part { return &limits{o: o} })
	register("joined-errors", func(o Options) Part { return &batch{o: o} })
	register("decoded-orders", func(o Options) Part { return &book{o: o, byID: map[int]*placed{}} })
	register("split-lines", func(o Options) Part { return &importer{o: o} })
	register("cloned-headers", func(o Options) Part { return &proxy{o: o} })
	register("subscribers", func(o Options) Part { return &topics{o: o, subscribers: map[int][]chan []byte{}} })
	register("event-log", func(o Options) Part { return &account{o: o, log: &eventLog{}} })
	register("memoized", func(o Options) Part { return newMemo(o) })
	register("task-list", func(o Options) Part { return &tasks{o: o, waiting: list.New()} })
	register("transcripts", func(o Options) Part { return &chats{o: o} })
	register("map-of-maps", func(o Options) Part { return &statistics{o: o, byDay: map[int]map[int][]byte{}} })
}

type shard[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]V
}

func (s *shard[K, V]) put(key K, value V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[key] = value // leak: no shard evicts
}

func (s *shard[K, V]) drop(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, key)
}

type sharded struct {
	o      Options
	shards [4]*shard[int, []byte]
	last   recent[int]
}

func newSharded(o Options) *sharded {
	s := &sharded{o: o}
	for i := range s.shards {
		s.shards[i] = &shard[int, []byte]{entries: map[int][]byte{}}
	}
	return s
}

func (s *sharded) Op(i int) {
	s.shards[i%4].put(i, s.render())
	if oldest, full := s.last.push(i); full && !s.o.Leak {
		s.shards[oldest%4].drop(oldest)
	}
}

func (s *sharded) render() []byte {
	page := make([]byte, s.o.n())
	page[0] = '<'
	return page
}

type limiter struct {
	tokens int
	recent []byte
}

type limits struct {
	o    Options
	byIP sync.Map
	last recent[string]
}

func (l *limits) Op(i int) {
	ip := name("10.0.0.", i)
	fresh := &limiter{tokens: 10, recent: make([]byte, l.o.n())}
	got, _ := l.byIP.LoadOrStore(ip, fresh) // leak: a limiter for every address
	got.(*limiter).tokens--
	if oldest, full := l.last.push(ip); full && !l.o.Leak {
		l.byIP.Delete(oldest)
	}
}

type batch struct {
	o   Options
	err error
	n   int
}

func (b *batch) Op(i int) {
	if b.n++; b.n > bound && !b.o.Leak {
		b.err, b.n = nil, 0
	}
	b.err = errors.Join(b.err, fmt.Errorf("row %0*d", b.o.n(), i)) // leak: joined for ever
}

type placed struct {
	ID    int
	Notes string
}

type book struct {
	o    Options
	byID map[int]*placed
}

func decodeOrder(text []byte) (*placed, error) {
	var order placed
	if err := json.Unmarshal(text, &order); err != nil {
		return nil, err
	}
	return &order, nil
}

func (b *book) Op(i int) {
	order, err := decodeOrder(fmt.Appendf(nil, `{"ID":%d,"Notes":%q}`, i, strings.Repeat("n", b.o.n())))
	if err != nil {
		return
	}
	b.byID[order.ID] = order // leak: delivered orders stay
	if !b.o.Leak {
		delete(b.byID, order.ID)
	}
}

type importer struct {
	o    Options
	keys []string
}

func firstField(line string) string {
	return strings.SplitN(line, ",", 2)[0]
}

func (m *importer) Op(i int) {
	line := name("key-", i) + "," + strings.Repeat("v", m.o.n())
	m.keys = append(m.keys, firstField(line)) // leak: the key keeps the line
	if len(m.keys) > bound && !m.o.Leak {
		clear(m.keys)
		m.keys = m.keys[:0]
	}
}

type proxy struct {
	o    Options
	seen []http.Header
}

func (p *proxy) Op(i int) {
	header := http.Header{}
	header.Set("X-Request-Id", name("", i))
	header.Set("X-Token", strings.Repeat("t", p.o.n()))
	p.seen = append(p.seen, header.Clone()) // leak: for a trace nobody reads
	if len(p.seen) > bound && !p.o.Leak {
		clear(p.seen)
		p.seen = p.seen[:0]
	}
}

type topics struct {
	o           Options
	subscribers map[int][]chan []byte
}

func (t *topics) Op(i int) {
	updates := make(chan []byte, 1)
	updates <- make([]byte, t.o.n())
	topic := i % 8
	t.subscribers[topic] = append(t.subscribers[topic], updates) // leak: nobody leaves
	if len(t.subscribers[topic]) > bound && !t.o.Leak {
		delete(t.subscribers, topic)
	}
}

type change struct {
	number int
	data   []byte
}

type eventLog struct {
	changes []change
}

func (l *eventLog) record(c change) {
	l.changes = append(l.changes, c) // leak: never compacted
}

type account struct {
	o   Options
	log *eventLog
}

func (a *account) Op(i int) {
	a.apply(change{number: i, data: make([]byte, a.o.n())})
	if len(a.log.changes) > bound && !a.o.Leak {
		a.log = &eventLog{}
	}
}

func (a *account) apply(c change) {
	a.log.record(c)
}

type memo struct {
	o    Options
	work func(i int) []byte
}

func newMemo(o Options) *memo {
	known := map[int][]byte{}
	return &memo{o: o, work: func(i int) []byte {
		if done, ok := known[i]; ok {
			return done
		}
		if len(known) > bound && !o.Leak {
			clear(known)
		}
		result := make([]byte, o.n())
		known[i] = result // leak: never asked for again
		return result
	}}
}

func (m *memo) Op(i int) {
	m.work(i)
}

type task struct {
	number int
	input  []byte
}

type tasks struct {
	o       Options
	waiting *list.List
}

func (t *tasks) Op(i int) {
	t.waiting.PushBack(&task{number: i, input: make([]byte, t.o.n())}) // leak: no one works
	if t.waiting.Len() > bound && !t.o.Leak {
		t.waiting.Init()
	}
}

type chats struct {
	o           Options
	transcripts [16]strings.Builder
}

func (c *chats) Op(i int) {
	transcript := &c.transcripts[i%16]
	if !c.o.Leak {
		transcript.Reset()
	}
	line := strings.Repeat("m", c.o.n())
	transcript.WriteString(line) // leak: conversations without an end
}

type statistics struct {
	o     Options
	byDay map[int]map[int][]byte
}

func (s *statistics) Op(i int) {
	day := i % 7
	if s.byDay[day] == nil {
		s.byDay[day] = map[int][]byte{}
	}
	if len(s.byDay[day]) > bound && !s.o.Leak {
		clear(s.byDay[day])
	}
	s.byDay[day][i] = make([]byte, s.o.n()) // leak: days never end
}
