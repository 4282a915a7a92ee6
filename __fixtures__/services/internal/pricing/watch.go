// Package pricing follows price changes for orders which are not yet final.
package pricing

import (
	"context"
	"sync/atomic"

	"example.com/orders/internal/order"
)

// auctioned is the product whose price can change after the order.
const auctioned = "SKU-005"

type change struct {
	order int64
	cents int64
}

// Watcher keeps one watch for each order with a changing price.
type Watcher struct {
	changes atomic.Int64
	ended   atomic.Int64
}

// Follow starts a watch if the price of the order can still change.
func (w *Watcher) Follow(ctx context.Context, o order.Order) {
	if o.SKU != auctioned {
		return
	}
	updates, closed := w.subscribe(o)
	go w.watch(ctx, updates, closed)
}

// subscribe opens the feed of one auction. An auction which is already over
// has no more updates.
func (w *Watcher) subscribe(o order.Order) (<-chan change, <-chan struct{}) {
	updates := make(chan change, 1)
	closed := make(chan struct{})
	updates <- change{order: o.ID, cents: int64(o.Quantity) * 100}
	return updates, closed
}

func (w *Watcher) watch(_ context.Context, updates <-chan change, closed <-chan struct{}) {
	for {
		select { // leak: no case for ctx.Done, and an auction that is over neither updates nor closes
		case c := <-updates:
			w.changes.Add(c.cents)
		case <-closed:
			w.ended.Add(1)
			return
		}
	}
}
