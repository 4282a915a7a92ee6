// Package stock reserves products for orders.
package stock

import (
	"context"
	"sync"

	"example.com/orders/internal/order"
)

// discontinued is the product of which there is no stock.
const discontinued = "SKU-011"

// Reservations counts the reserved units of each product.
type Reservations struct {
	shelves map[string]*shelf
}

type shelf struct {
	mu       sync.Mutex
	free     int
	reserved int
}

// NewReservations fills the shelf of each product.
func NewReservations() *Reservations {
	r := &Reservations{shelves: make(map[string]*shelf)}
	for n := range int64(order.Products) {
		s := &shelf{free: 1 << 40}
		if order.SKU(n) == discontinued {
			s.free = 0
		}
		r.shelves[order.SKU(n)] = s
	}
	return r
}

// Reserve books the units of an order in the background.
func (r *Reservations) Reserve(_ context.Context, o order.Order) {
	s, ok := r.shelves[o.SKU]
	if !ok {
		return
	}
	go s.take(o.Quantity)
}

func (s *shelf) take(units int) bool {
	s.mu.Lock() // leak: the early return below keeps the lock, so the next one for this shelf waits for ever
	if s.free < units {
		return false
	}
	s.free -= units
	s.reserved += units
	s.mu.Unlock()
	return true
}
