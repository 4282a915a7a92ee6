package shape

import (
	"expvar"
	"sync"
	"time"

	"example.net/docstore"
)

func init() {
	register("map-cache", func(o Options) Part { return &pageCache{o: o, pages: map[string]*page{}} })
	register("sync-map", func(o Options) Part { return &seenOrders{o: o} })
	register("emptied-maps", func(o Options) Part { return &tenants{o: o, carts: map[int]map[int]int{}} })
	register("metrics-labels", func(o Options) Part { return &metrics{o: o, counters: map[string]int{}} })
	register("expvar-keys", func(o Options) Part { return &published{o: o, stats: new(expvar.Map).Init()} })
	register("sessions", func(o Options) Part { return &sessions{o: o, byToken: map[string]session{}} })
	register("worker-state", func(o Options) Part { return &workerStates{o: o, byWorker: map[int]*workerState{}} })
	register("third-party", func(o Options) Part { return newArchive(o) })
}

type page struct {
	made time.Time
	body []byte
}

type pageCache struct {
	o     Options
	pages map[string]*page
	last  recent[string]
}

func (c *pageCache) Op(i int) {
	url := name("/orders/", i)
	c.pages[url] = &page{made: time.Now(), body: make([]byte, c.o.n())} // leak: nothing expires
	if oldest, full := c.last.push(url); full && !c.o.Leak {
		delete(c.pages, oldest)
	}
}

type seenOrders struct {
	o    Options
	byID sync.Map
	last recent[int]
}

func (s *seenOrders) Op(i int) {
	s.byID.Store(i, make([]byte, s.o.n())) // leak: nothing is deleted
	if oldest, full := s.last.push(i); full && !s.o.Leak {
		s.byID.Delete(oldest)
	}
}

type tenants struct {
	o     Options
	carts map[int]map[int]int
}

// A map keeps the room of what was deleted from it.
func (t *tenants) Op(i int) {
	cart := make(map[int]int)
	for item := range t.o.n() / 32 {
		cart[item] = i
	}
	t.carts[i] = cart // leak: the emptied maps stay
	for item := range cart {
		delete(cart, item)
	}
	if !t.o.Leak {
		delete(t.carts, i)
	}
}

type metrics struct {
	o        Options
	counters map[string]int
}

func (m *metrics) Op(i int) {
	label := string(make([]byte, m.o.n())) + name("user=", i)
	if !m.o.Leak {
		label = "user"
	}
	m.counters[label]++ // leak: a counter for every user
}

type published struct {
	o     Options
	stats *expvar.Map
	seen  int
}

func (p *published) Op(i int) {
	label := string(make([]byte, p.o.n())) + name("trace=", i)
	if !p.o.Leak {
		label = "trace"
	}
	p.stats.Add(label, 1) // leak: a variable for every trace
}

type session struct {
	user    int
	expires time.Time
	cart    []byte
}

type sessions struct {
	o       Options
	byToken map[string]session
	last    recent[string]
}

func (s *sessions) Op(i int) {
	s.open(name("token-", i), i)
	if oldest, full := s.last.push(name("token-", i)); full && !s.o.Leak {
		delete(s.byToken, oldest)
	}
}

func (s *sessions) open(token string, user int) {
	opened := session{user: user, expires: time.Now().Add(24 * time.Hour)}
	opened.cart = make([]byte, s.o.n())
	s.byToken[token] = opened // leak: no one deletes what has expired
}

type workerState struct {
	scratch []byte
}

type workerStates struct {
	o        Options
	byWorker map[int]*workerState
}

func (w *workerStates) Op(i int) {
	state, ok := w.byWorker[i]
	if !ok {
		state = &workerState{scratch: make([]byte, w.o.n())}
		w.byWorker[i] = state // leak: kept by the number of a worker that ends
	}
	state.scratch[0] = 1
	if !w.o.Leak {
		delete(w.byWorker, i)
	}
}

type archive struct {
	o     Options
	store *docstore.Store
}

func newArchive(o Options) *archive {
	if o.Leak {
		return &archive{o: o, store: docstore.New(0)}
	}
	return &archive{o: o, store: docstore.New(bound)}
}

func (a *archive) Op(i int) {
	body := make([]byte, a.o.n())
	a.store.Put(name("invoice-", i), body) // leak: a store without a limit
}
