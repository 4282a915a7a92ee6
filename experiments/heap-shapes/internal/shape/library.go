package shape

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"text/template"
	"time"
)

func init() {
	register("context-cancel", func(o Options) Part { return newSubscriptions(o) })
	register("context-values", func(o Options) Part { return &requests{o: o, ctx: context.Background()} })
	register("after-func", func(o Options) Part { return &reminders{o: o} })
	register("timers", func(o Options) Part { return &deadlines{o: o, pending: map[int]deadline{}} })
	register("tickers", func(o Options) Part { return &pollers{o: o, live: map[int]*poller{}} })
	register("interning", func(o Options) Part { return &interned{o: o, table: map[string]string{}} })
	register("request-bodies", func(o Options) Part { return &retries{o: o, failed: map[int][]byte{}} })
	register("buffer-not-reset", func(o Options) Part { return &output{o: o} })
	register("template-cache", func(o Options) Part { return &templates{o: o, parsed: map[string]*template.Template{}} })
	register("regexp-cache", func(o Options) Part { return &filters{o: o, compiled: map[string]filter{}} })
	register("json-decoders", func(o Options) Part { return &streams{o: o} })
	register("http-clients", func(o Options) Part { return &clients{o: o, byHost: map[string]*client{}} })
	register("bufio-readers", func(o Options) Part { return &readers{o: o, byConn: map[int]*bufio.Reader{}} })
}

type subscriptions struct {
	o    Options
	root context.Context
}

func newSubscriptions(o Options) *subscriptions {
	root, cancel := context.WithCancel(context.Background())
	context.AfterFunc(root, cancel)
	return &subscriptions{o: o, root: root}
}

type contextKey int

func (s *subscriptions) Op(i int) {
	request := context.WithValue(s.root, contextKey(0), make([]byte, s.o.n()))
	_, cancel := context.WithCancel(request) // leak: never cancelled
	s.release(cancel)
}

func (s *subscriptions) release(cancel context.CancelFunc) {
	if !s.o.Leak {
		cancel()
	}
}

type requests struct {
	o   Options
	ctx context.Context
	n   int
}

func (r *requests) Op(i int) {
	if r.n > bound && !r.o.Leak {
		r.ctx, r.n = context.Background(), 0
	}
	r.ctx = context.WithValue(r.ctx, contextKey(i), make([]byte, r.o.n())) // leak: a chain that only grows
	r.n++
}

type reminders struct{ o Options }

func (r *reminders) Op(int) {
	body := make([]byte, r.o.n())
	timer := time.AfterFunc(24*time.Hour, func() { body[0]++ }) // leak: not stopped
	if !r.o.Leak {
		timer.Stop()
	}
}

type deadline struct {
	timer *time.Timer
	data  []byte
}

type deadlines struct {
	o       Options
	pending map[int]deadline
}

func (d *deadlines) Op(i int) {
	d.pending[i] = deadline{timer: time.NewTimer(24 * time.Hour), data: make([]byte, d.o.n())} // leak: not removed
	if !d.o.Leak {
		d.pending[i].timer.Stop()
		delete(d.pending, i)
	}
}

type poller struct {
	ticker *time.Ticker
	data   []byte
}

type pollers struct {
	o    Options
	live map[int]*poller
}

func (p *pollers) Op(i int) {
	p.live[i] = &poller{ticker: time.NewTicker(24 * time.Hour), data: make([]byte, p.o.n())} // leak: not stopped
	if !p.o.Leak {
		p.live[i].ticker.Stop()
		delete(p.live, i)
	}
}

type interned struct {
	o     Options
	table map[string]string
	last  recent[string]
}

func (t *interned) Op(i int) {
	text := strings.Repeat("s", t.o.n()) + name(":", i)
	if _, ok := t.table[text]; !ok {
		t.table[text] = text // leak: every string that ever was
	}
	if oldest, full := t.last.push(text); full && !t.o.Leak {
		delete(t.table, oldest)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

type retries struct {
	o      Options
	failed map[int][]byte
}

func (r *retries) Op(i int) {
	body, err := io.ReadAll(io.LimitReader(zeros{}, int64(r.o.n())))
	if err != nil {
		return
	}
	r.failed[i] = body // leak: for a retry that never comes
	if !r.o.Leak {
		delete(r.failed, i)
	}
}

type output struct {
	o      Options
	buffer bytes.Buffer
	chunk  [256]byte
}

func (w *output) Op(int) {
	if !w.o.Leak {
		w.buffer.Reset()
	}
	for n := w.o.n(); n > 0; n -= len(w.chunk) {
		w.buffer.Write(w.chunk[:min(n, len(w.chunk))]) // leak: never reset
	}
}

type templates struct {
	o      Options
	parsed map[string]*template.Template
	last   recent[string]
}

func (t *templates) Op(i int) {
	text := strings.Repeat("-", t.o.n()) + name("{{.}}", i)
	t.parsed[text] = template.Must(template.New("page").Parse(text)) // leak: one for each text
	if oldest, full := t.last.push(text); full && !t.o.Leak {
		delete(t.parsed, oldest)
	}
}

type filter struct {
	pattern *regexp.Regexp
	data    []byte
}

type filters struct {
	o        Options
	compiled map[string]filter
	last     recent[string]
}

func (f *filters) Op(i int) {
	text := name("id=", i)
	f.compiled[text] = filter{regexp.MustCompile(text), make([]byte, f.o.n())} // leak: one for each id
	if oldest, full := f.last.push(text); full && !f.o.Leak {
		delete(f.compiled, oldest)
	}
}

type streams struct {
	o    Options
	open []*json.Decoder
}

func (s *streams) Op(i int) {
	text := `"` + strings.Repeat("j", s.o.n()) + `"`
	decoder := json.NewDecoder(strings.NewReader(text))
	var value string
	if decoder.Decode(&value) != nil {
		return
	}
	s.open = append(s.open, decoder) // leak: decoders keep their buffers
	if len(s.open) > bound && !s.o.Leak {
		clear(s.open)
		s.open = s.open[:0]
	}
}

type client struct {
	http http.Client
	data []byte
}

type clients struct {
	o      Options
	byHost map[string]*client
	last   recent[string]
}

func (c *clients) Op(i int) {
	host := name("host-", i)
	one := &client{data: make([]byte, c.o.n())}
	one.http.Transport = &http.Transport{MaxIdleConns: 1}
	c.byHost[host] = one // leak: a client for every host
	if oldest, full := c.last.push(host); full && !c.o.Leak {
		delete(c.byHost, oldest)
	}
}

type readers struct {
	o      Options
	byConn map[int]*bufio.Reader
}

func (r *readers) Op(i int) {
	r.byConn[i] = bufio.NewReaderSize(zeros{}, r.o.n()) // leak: kept after the connection is closed
	if !r.o.Leak {
		delete(r.byConn, i)
	}
}
