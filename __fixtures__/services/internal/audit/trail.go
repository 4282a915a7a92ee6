// Package audit keeps a trail of what has been ordered.
package audit

import (
	"context"
	"strings"
	"sync"
	"time"

	"example.com/orders/internal/order"
)

// event is one line of the trail.
type event struct {
	at    time.Time
	order int64
	actor string
	text  [512]byte // fixed width, as the auditors' format wants it
}

var (
	mu    sync.Mutex
	trail []*event
)

// Record adds an order to the trail.
func Record(_ context.Context, o order.Order) {
	mu.Lock()
	defer mu.Unlock()
	trail = append(trail, &event{at: time.Now(), order: o.ID, actor: o.Customer}) // leak: the trail is never cut, so it holds every order ever made
	copy(trail[len(trail)-1].text[:], "accepted "+o.SKU+"; "+strings.Join(o.Notes, "; "))
}
