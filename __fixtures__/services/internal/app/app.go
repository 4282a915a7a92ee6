// Package app is the orders service without any leak: an HTTP server with a
// bounded page cache, bounded sessions and a worker pool of fixed size.
package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"example.com/orders/internal/order"
)

// Hook runs once for each accepted order, before the response is written.
type Hook func(ctx context.Context, o order.Order)

// Main parses the flags and runs the service until SIGTERM or an interrupt.
// hook may be nil.
func Main(hook Hook) {
	log.SetFlags(0)
	addr := flag.String("addr", "127.0.0.1:0", "listening address")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, hook); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr string, hook Hook) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	svc := newService(hook)
	defer svc.close()

	srv := &http.Server{Handler: svc.routes(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	fmt.Printf("listening http://%s\n", ln.Addr())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

type service struct {
	hook     Hook
	catalog  *catalog
	pages    *pageCache
	sessions *sessions
	workers  *workers
	stats    *stats
	buffers  sync.Pool
}

func newService(hook Hook) *service {
	return &service{
		hook:     hook,
		catalog:  loadCatalog(2000),
		pages:    newPageCache(200),
		sessions: newSessions(150, 30*time.Minute),
		workers:  startWorkers(4),
		stats:    startStats(time.Second),
		buffers:  sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
}

func (s *service) close() {
	s.workers.stop()
	s.stats.stop()
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /op", s.handleOrder)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// confirmation is the answer to an accepted order.
type confirmation struct {
	ID    int64  `json:"id"`
	SKU   string `json:"sku"`
	Cents int64  `json:"cents"`
	Visit int    `json:"visit"`
	Page  int    `json:"page_bytes"`
}

func (s *service) handleOrder(w http.ResponseWriter, r *http.Request) {
	var o order.Order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := o.Validate(); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}

	page, err := s.pages.get(pageKey(o), func() ([]byte, error) { return s.catalog.render(o) })
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	cents, err := s.workers.price(r.Context(), s.catalog, o)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	visit := s.sessions.touch(o.Customer, time.Now())
	s.stats.count(cents)
	if s.hook != nil {
		s.hook(r.Context(), o)
	}

	buf := s.buffers.Get().(*bytes.Buffer)
	defer s.buffers.Put(buf)
	buf.Reset()
	answer := confirmation{ID: o.ID, SKU: o.SKU, Cents: cents, Visit: visit, Page: len(page)}
	if err := json.NewEncoder(buf).Encode(answer); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(buf.Bytes())
}
