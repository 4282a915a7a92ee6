// Package track polls the position of parcels.
package track

import (
	"context"
	"sync/atomic"
	"time"

	"example.com/orders/internal/order"
)

// abroad is the product whose parcels are tracked.
const abroad = "SKU-037"

// Poller tracks parcels which go abroad.
type Poller struct {
	every time.Duration
	polls atomic.Int64
	last  atomic.Int64
}

// NewPoller returns a Poller which asks for each position at that interval.
func NewPoller(every time.Duration) *Poller {
	return &Poller{every: every}
}

// Track starts to poll the parcel of an order if it goes abroad.
func (p *Poller) Track(_ context.Context, o order.Order) {
	if o.SKU == abroad {
		go p.poll(o.ID)
	}
}

func (p *Poller) poll(parcel int64) {
	t := time.NewTicker(p.every)
	for range t.C { // leak: the ticker is never stopped and the loop has no end, not even when the parcel has arrived
		p.polls.Add(1)
		p.last.Store(parcel)
	}
}
