package app

import (
	"context"
	"errors"
	"sync"

	"example.com/orders/internal/order"
)

var errStopping = errors.New("workers: stopping")

// workers is a pool of a fixed number of goroutines which price orders.
type workers struct {
	jobs chan job
	quit chan struct{}
	wg   sync.WaitGroup
}

type job struct {
	catalog *catalog
	order   order.Order
	done    chan result // buffered, so that a worker never waits for a caller
}

type result struct {
	cents int64
	err   error
}

func startWorkers(n int) *workers {
	w := &workers{jobs: make(chan job), quit: make(chan struct{})}
	w.wg.Add(n)
	for range n {
		go w.loop()
	}
	return w
}

func (w *workers) loop() {
	defer w.wg.Done()
	for {
		select {
		case j := <-w.jobs:
			p, err := j.catalog.find(j.order.SKU)
			j.done <- result{cents: p.Cents * int64(j.order.Quantity), err: err}
		case <-w.quit:
			return
		}
	}
}

// price hands an order to the pool and waits for its price.
func (w *workers) price(ctx context.Context, c *catalog, o order.Order) (int64, error) {
	j := job{catalog: c, order: o, done: make(chan result, 1)}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-w.quit:
		return 0, errStopping
	}
	select {
	case r := <-j.done:
		return r.cents, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (w *workers) stop() {
	close(w.quit)
	w.wg.Wait()
}
