// Package invoice renders invoices and keeps the most recent ones.
package invoice

import (
	"bytes"
	"context"
	"fmt"

	"example.com/orders/internal/order"
	"example.net/lrucache"
)

// Archive holds recent invoices in a bounded cache.
type Archive struct {
	recent *lrucache.Cache
}

// NewArchive returns an Archive for up to max invoices.
func NewArchive(max int) *Archive {
	return &Archive{recent: lrucache.New(max)}
}

// Issue renders the invoice of an order and archives it.
func (a *Archive) Issue(_ context.Context, o order.Order) {
	key := fmt.Sprintf("invoice-%08d", o.ID)
	a.recent.Add(key, render(o)) // leak: the cache keeps what it evicts until a callback has seen it, and none is set
}

func render(o order.Order) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "INVOICE %d\n\nFor %s\n\n", o.ID, o.Customer)
	for n := range 12 {
		fmt.Fprintf(&b, "%2d  %-12s %-30s %10d\n", n+1, o.SKU, "position of the order", o.Quantity*(n+1))
	}
	return b.Bytes()
}
