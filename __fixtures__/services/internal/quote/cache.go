// Package quote keeps shipping quotes.
package quote

import (
	"context"
	"fmt"
	"sync"

	"example.com/orders/internal/order"
)

// zones is the number of shipping zones of a quote.
const zones = 40

// quote is the price of shipping one order to each zone.
type quote struct {
	cents  [zones]int64
	days   [zones]int32
	weight int
}

var (
	mu     sync.Mutex
	quotes = map[string]quote{}
)

// Prepare computes the quote of an order, so that the checkout finds it.
func Prepare(_ context.Context, o order.Order) {
	key := fmt.Sprintf("%s/%d", o.Customer, o.ID)
	if _, ok := lookup(key); !ok {
		remember(key, compute(o))
	}
}

func lookup(key string) (quote, bool) {
	mu.Lock()
	defer mu.Unlock()
	q, ok := quotes[key]
	return q, ok
}

func remember(key string, q quote) {
	mu.Lock()
	defer mu.Unlock()
	quotes[key] = q // leak: one new key for each order and no entry ever expires
}

func compute(o order.Order) quote {
	q := quote{weight: o.Quantity * 350}
	for z := range q.cents {
		q.cents[z] = int64(490 + z*35 + q.weight/100)
		q.days[z] = int32(1 + z/8)
	}
	return q
}
