// Package hold keeps goods on hold for a while after an order.
package hold

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"example.com/orders/internal/order"
)

// label is the page which is printed for the shelf.
type label [1024]byte

// Holds releases goods which nobody has fetched.
type Holds struct {
	keep     time.Duration
	released atomic.Int64
}

// NewHolds returns Holds which keep goods that long.
func NewHolds(keep time.Duration) *Holds {
	return &Holds{keep: keep}
}

// Hold puts the goods of an order on hold. They are handed over right away,
// after which there is nothing left to release.
func (h *Holds) Hold(_ context.Context, o order.Order) {
	time.AfterFunc(h.keep, h.releaser(o, new(label))) // leak: the timer is not stopped at hand-over and keeps its label for an hour
}

// releaser returns the function which gives up a hold.
func (h *Holds) releaser(o order.Order, l *label) func() {
	copy(l[:], fmt.Sprintf("order %d\n%d x %s\nfor %s\n", o.ID, o.Quantity, o.SKU, o.Customer))
	return func() {
		if l[0] != 0 {
			h.released.Add(1)
		}
	}
}
