// Package fulfil sends the parts of an order to the warehouses.
package fulfil

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"example.com/orders/internal/order"
)

// oversized is the product which the east warehouse refuses.
const oversized = "SKU-029"

var errRefused = errors.New("fulfil: refused")

var warehouses = []string{"north", "east", "south"}

// Fanout asks all warehouses at the same time and completes the order once
// all of them are done.
type Fanout struct {
	completed atomic.Int64
	refused   atomic.Int64
}

// Fulfil starts the requests to the warehouses.
func (f *Fanout) Fulfil(_ context.Context, o order.Order) {
	var pending sync.WaitGroup
	pending.Add(len(warehouses))
	for _, name := range warehouses {
		go f.request(name, o, &pending)
	}
	go f.complete(&pending)
}

func (f *Fanout) request(warehouse string, o order.Order, pending *sync.WaitGroup) {
	if err := pick(warehouse, o); err != nil {
		f.refused.Add(1)
		return
	}
	pending.Done()
}

func (f *Fanout) complete(pending *sync.WaitGroup) {
	pending.Wait() // leak: a refused request returns without Done, so the wait group never reaches zero
	f.completed.Add(1)
}

func pick(warehouse string, o order.Order) error {
	if warehouse == "east" && o.SKU == oversized {
		return errRefused
	}
	return nil
}
