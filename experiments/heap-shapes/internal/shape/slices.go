package shape

import (
	"errors"
	"fmt"
	"strings"
)

func init() {
	register("slice-append", func(o Options) Part { return &trail{o: o} })
	register("pointer-slice", func(o Options) Part { return &openOrders{o: o} })
	register("substring", func(o Options) Part { return &ids{o: o} })
	register("sub-slice", func(o Options) Part { return &headers{o: o} })
	register("free-list", func(o Options) Part { return &freeList{o: o} })
	register("callbacks", func(o Options) Part { return &bus{o: o} })
	register("log-ring", func(o Options) Part { return &logRing{o: o} })
	register("error-list", func(o Options) Part { return &failures{o: o} })
	register("slab", func(o Options) Part { return &slabs{o: o} })
	register("snapshots", func(o Options) Part { return &versions{o: o, current: map[int][]byte{}} })
}

type event struct {
	order int
	data  []byte
}

type trail struct {
	o      Options
	events []event
}

func (t *trail) Op(i int) {
	t.events = append(t.events, event{order: i, data: make([]byte, t.o.n())}) // leak: never flushed
	if len(t.events) > bound && !t.o.Leak {
		t.events = t.events[:0]
	}
}

type openOrder struct {
	id   int
	data []byte
}

func newOpenOrder(id, n int) *openOrder {
	return &openOrder{id: id, data: make([]byte, n)}
}

type openOrders struct {
	o    Options
	open []*openOrder
}

func (s *openOrders) Op(i int) {
	order := newOpenOrder(i, s.o.n())
	s.open = append(s.open, order) // leak: closed orders stay
	if len(s.open) > bound && !s.o.Leak {
		clear(s.open)
		s.open = s.open[:0]
	}
}

type ids struct {
	o    Options
	seen []string
}

func (s *ids) Op(i int) {
	line := strings.Repeat("x", max(16, s.o.n()))
	if !s.o.Leak {
		s.keep(strings.Clone(line[:8]))
		return
	}
	s.seen = append(s.seen, line[:8]) // leak: the id keeps the whole line
}

func (s *ids) keep(id string) {
	if len(s.seen) > bound {
		s.seen = s.seen[:0]
	}
	s.seen = append(s.seen, id)
}

type headers struct {
	o      Options
	frames [][]byte
}

func (h *headers) Op(i int) {
	packet := make([]byte, max(32, h.o.n()))
	packet[0] = byte(i)
	h.frames = append(h.frames, packet[:16]) // leak: the header keeps the packet
	if len(h.frames) > bound && !h.o.Leak {
		clear(h.frames)
		h.frames = h.frames[:0]
	}
}

type freeList struct {
	o    Options
	free [][]byte
}

func (f *freeList) get() []byte {
	if len(f.free) == 0 || f.o.Leak {
		return make([]byte, f.o.n())
	}
	buffer := f.free[len(f.free)-1]
	f.free = f.free[:len(f.free)-1]
	return buffer
}

func (f *freeList) Op(i int) {
	buffer := f.get()
	buffer[0] = byte(i)
	f.free = append(f.free, buffer) // leak: what is put back is never taken
}

type bus struct {
	o        Options
	handlers []func()
}

func (b *bus) Op(i int) {
	body := make([]byte, b.o.n())
	b.handlers = append(b.handlers, func() { body[0]++ }) // leak: nobody unsubscribes
	if len(b.handlers) > bound && !b.o.Leak {
		clear(b.handlers)
		b.handlers = b.handlers[:0]
	}
}

type logRing struct {
	o     Options
	lines []string
	at    int
}

func (l *logRing) Op(i int) {
	line := fmt.Sprintf("%0*d", l.o.n(), i)
	if len(l.lines) < bound || l.o.Leak {
		l.lines = append(l.lines, line) // leak: a ring without an end
		return
	}
	l.lines[l.at%bound] = line
	l.at++
}

var errRefused = errors.New("refused")

type failures struct {
	o    Options
	errs []error
}

func (f *failures) Op(i int) {
	f.errs = append(f.errs, fmt.Errorf("order %0*d: %w", f.o.n(), i, errRefused)) // leak: never reported
	if len(f.errs) > bound && !f.o.Leak {
		clear(f.errs)
		f.errs = f.errs[:0]
	}
}

type slabs struct {
	o    Options
	all  [][]byte
	free int
}

func (s *slabs) Op(int) {
	if s.free == 0 {
		if !s.o.Leak {
			s.all = nil
		}
		s.all = append(s.all, make([]byte, 16*s.o.n())) // leak: slabs are never given back
		s.free = 16
	}
	s.free--
}

type versions struct {
	o       Options
	current map[int][]byte
	old     []map[int][]byte
}

func (v *versions) Op(i int) {
	next := make(map[int][]byte, 2)
	next[0] = v.current[1]
	next[1] = make([]byte, v.o.n())
	v.current = next
	v.old = append(v.old, next) // leak: every version is kept
	if len(v.old) > bound && !v.o.Leak {
		clear(v.old)
		v.old = v.old[:0]
	}
}
