package shape

import (
	"container/heap"
	"container/list"
	"runtime"
)

func init() {
	register("linked-list", func(o Options) Part { return &history{o: o} })
	register("lru-bound", func(o Options) Part { return newLRU(o) })
	register("stale-queue", func(o Options) Part { return &schedule{o: o} })
	register("tree", func(o Options) Part { return &tree{o: o} })
	register("trie", func(o Options) Part { return &trie{o: o, root: &trieNode{}} })
	register("queue", func(o Options) Part { return &queue{o: o, jobs: make(chan []byte, 1<<16)} })
	register("reply-channels", func(o Options) Part { return &replies{o: o, waiting: map[int]chan []byte{}} })
	register("finalizer-cycle", func(o Options) Part { return &cycles{o: o} })
	register("finalizer-blocked", func(o Options) Part { return &handles{o: o, closed: make(chan struct{})} })
}

type entry struct {
	next *entry
	data []byte
}

type history struct {
	o    Options
	head *entry
	n    int
}

func (h *history) Op(int) {
	if h.n > bound && !h.o.Leak {
		h.head, h.n = nil, 0
	}
	h.head = &entry{next: h.head, data: make([]byte, h.o.n())} // leak: the list has no end
	h.n++
}

type cached struct {
	key  int
	data []byte
}

type lru struct {
	o     Options
	limit int
	order *list.List
	index map[int]*list.Element
}

func newLRU(o Options) *lru {
	l := &lru{o: o, limit: bound, order: list.New(), index: map[int]*list.Element{}}
	if o.Leak {
		l.limit = bound << 20 // taken for bytes
	}
	return l
}

func (l *lru) Op(i int) {
	l.index[i] = l.order.PushFront(cached{key: i, data: make([]byte, l.o.n())}) // leak: the bound is never reached
	if l.order.Len() > l.limit {
		oldest := l.order.Remove(l.order.Back()).(cached)
		delete(l.index, oldest.key)
	}
}

type job struct {
	due  int
	data []byte
}

type dueFirst []*job

func (d dueFirst) Len() int           { return len(d) }
func (d dueFirst) Less(i, k int) bool { return d[i].due < d[k].due }
func (d dueFirst) Swap(i, k int)      { d[i], d[k] = d[k], d[i] }
func (d *dueFirst) Push(x any)        { *d = append(*d, x.(*job)) }
func (d *dueFirst) Pop() any {
	last := (*d)[len(*d)-1]
	(*d)[len(*d)-1] = nil
	*d = (*d)[:len(*d)-1]
	return last
}

type schedule struct {
	o    Options
	jobs dueFirst
}

func (s *schedule) Op(i int) {
	heap.Push(&s.jobs, &job{due: i, data: make([]byte, s.o.n())}) // leak: cancelled jobs stay queued
	if len(s.jobs) > bound && !s.o.Leak {
		heap.Pop(&s.jobs)
	}
}

type treeNode struct {
	left, right *treeNode
	data        []byte
}

type tree struct {
	o    Options
	root *treeNode
	n    int
}

func (t *tree) Op(i int) {
	if t.n > bound && !t.o.Leak {
		t.root, t.n = nil, 0
	}
	at := &t.root
	for bits := uint32(i) * 2654435761; *at != nil; bits = bits<<1 | bits>>31 {
		if bits&1 == 0 {
			at = &(*at).left
		} else {
			at = &(*at).right
		}
	}
	*at = &treeNode{data: make([]byte, t.o.n())} // leak: equal keys are never found equal
	t.n++
}

type trieNode struct {
	next map[byte]*trieNode
	data []byte
}

type trie struct {
	o    Options
	root *trieNode
	n    int
}

func (t *trie) Op(i int) {
	if t.n > bound && !t.o.Leak {
		t.root, t.n = &trieNode{}, 0
	}
	at := t.root
	for _, letter := range []byte(name("", i)) {
		if at.next == nil {
			at.next = make(map[byte]*trieNode, 1)
		}
		if at.next[letter] == nil {
			at.next[letter] = &trieNode{} // leak: words are never removed
		}
		at = at.next[letter]
	}
	at.data = make([]byte, t.o.n())
	t.n++
}

type queue struct {
	o    Options
	jobs chan []byte
}

func (q *queue) Op(int) {
	select {
	case q.jobs <- make([]byte, q.o.n()): // leak: nobody receives
	default:
	}
	if !q.o.Leak {
		<-q.jobs
	}
}

type replies struct {
	o       Options
	waiting map[int]chan []byte
}

func (r *replies) Op(i int) {
	reply := make(chan []byte, 1)
	r.waiting[i] = reply // leak: answered calls stay
	reply <- make([]byte, r.o.n())
	if !r.o.Leak {
		<-reply
		delete(r.waiting, i)
	}
}

type peer struct {
	other *peer
	data  []byte
}

type cycles struct{ o Options }

func (c *cycles) Op(int) {
	a := &peer{data: make([]byte, c.o.n())} // leak: a cycle with a finalizer is never freed
	b := &peer{other: a}
	a.other = b
	if c.o.Leak {
		runtime.SetFinalizer(a, func(*peer) {})
	}
}

type handle struct {
	data []byte
}

type handles struct {
	o      Options
	closed chan struct{}
}

func (h *handles) Op(int) {
	one := &handle{data: make([]byte, h.o.n())} // leak: the finalizers wait for one that waits
	if h.o.Leak {
		runtime.SetFinalizer(one, func(*handle) { <-h.closed })
	}
}
