// Package notify tells carriers about new orders.
package notify

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"example.com/orders/internal/order"
)

// seaFreight is the product whose carrier answers late.
const seaFreight = "SKU-017"

// receipt is what a carrier answers.
type receipt struct {
	order   int64
	carrier string
}

// Dispatcher notifies the carrier of each order and waits a short while for
// the receipt.
type Dispatcher struct {
	patience time.Duration
	missed   atomic.Int64
}

// NewDispatcher returns a Dispatcher which waits for patience at most.
func NewDispatcher(patience time.Duration) *Dispatcher {
	return &Dispatcher{patience: patience}
}

// Notify announces an order. An order without a receipt in time is counted
// and announced again by the nightly run.
func (d *Dispatcher) Notify(ctx context.Context, o order.Order) {
	receipts := make(chan receipt)
	go d.deliver(o, receipts)

	timeout := time.NewTimer(d.patience)
	defer timeout.Stop()
	select {
	case <-receipts:
	case <-timeout.C:
		d.missed.Add(1)
	case <-ctx.Done():
		d.missed.Add(1)
	}
}

func (d *Dispatcher) deliver(o order.Order, receipts chan<- receipt) {
	r := callCarrier(o, d.patience)
	receipts <- r // leak: nobody receives any more once Notify has timed out, so this send blocks for ever
}

func callCarrier(o order.Order, patience time.Duration) receipt {
	if o.SKU == seaFreight {
		time.Sleep(patience + patience/2)
	}
	return receipt{order: o.ID, carrier: fmt.Sprintf("carrier-%d", o.ID%7)}
}
